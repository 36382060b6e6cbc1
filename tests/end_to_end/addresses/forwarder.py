"""A forwarded port, as a program: forwarder.py LISTEN TARGET, each HOST:PORT or the path of a
socket in the file system, over which it gets from one network name space to another.

Prints the port that it listens on, or 0, and then a line for each connection. Nothing of what
goes through is looked at, as with `docker run -p`, `ssh -L` and `kubectl port-forward`.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

CHUNK = 65536


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


async def _connect(target: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if target.startswith("/"):
        return await asyncio.open_unix_connection(target)
    host, _, port = target.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port))


async def main(listen: str, target: str) -> None:
    """Until it is ended."""

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _say("connection")
        try:
            far_reader, far_writer = await _connect(target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

    if listen.startswith("/"):
        server: asyncio.Server = await asyncio.start_unix_server(accepted, listen)
        port = 0
    else:
        host, _, wanted = listen.rpartition(":")
        server = await asyncio.start_server(accepted, host.strip("[]"), int(wanted))
        port = server.sockets[0].getsockname()[1]
    _say(str(port))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
