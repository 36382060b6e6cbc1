"""The process of a broker for tests: `python -m wirekafka.testing.child`.

It reads one line of JSON from standard input (what `process.py` wants) and prints one: its
addresses, or an error. From then on it lives as long as somebody holds the *leash*: a connection
to a port of its own. A process that ends, however it ends, lets go of its connections, so no
broker is left behind, on any system, and several test processes may share one. Whoever lets go and
lives on says so by one byte: then it removes the data itself, and may want to read the log before.
Otherwise the broker does.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import shutil
import signal
import sys
from typing import Any

LEASH_GRACE_S = 30.0
"""Somebody must take the leash within this time."""

SHARED_LINGER_S = 2.0
"""Between the last test of one process and the first of another."""

_THREAD_TURN_S = 0.0005  # as in cli/serve.py


class Leash:
    """Counts who holds it; `dropped` is set when nobody does any more, `is_given_back` when the
    last holder goes on."""

    def __init__(self, linger_s: float) -> None:
        self.dropped = asyncio.Event()
        self.is_given_back = False
        self._linger_s = linger_s
        self._holders: set[asyncio.Transport] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._server: asyncio.Server | None = None

    async def listen(self) -> int:
        """The port that it is at."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Holder(self), "127.0.0.1", 0)
        self._arm(LEASH_GRACE_S)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def close(self) -> None:
        """Nobody can take it any more."""
        if self._server is not None:
            self._server.close()
        for holder in list(self._holders):
            holder.abort()

    def taken(self, transport: asyncio.Transport) -> None:
        self._holders.add(transport)
        if self._timer is not None:
            self._timer.cancel()

    def let_go(self, transport: asyncio.Transport) -> None:
        self._holders.discard(transport)
        if not self._holders:
            self._arm(self._linger_s)

    def _arm(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self.dropped.set)


class _Holder(asyncio.Protocol):
    def __init__(self, leash: Leash) -> None:
        self._leash = leash
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._leash.taken(transport)

    def data_received(self, data: bytes) -> None:
        self._leash.is_given_back = True

    def connection_lost(self, exc: Exception | None) -> None:
        self._leash.let_go(self._transport)


def main() -> int:
    """Serve until the leash is dropped."""
    options = json.loads(sys.stdin.readline())
    logging.basicConfig(
        level=options["log_level"],
        stream=sys.stderr,
        format="[%(asctime)s] %(levelname)s %(message)s (%(name)s)",
    )
    sys.setswitchinterval(_THREAD_TURN_S)
    is_shared = options["is_shared"]
    leash = Leash(SHARED_LINGER_S if is_shared else 0)
    try:
        return asyncio.run(_serve(options, leash))
    finally:
        if is_shared or (leash.dropped.is_set() and not leash.is_given_back):
            shutil.rmtree(options["remove"], ignore_errors=True)


async def _serve(options: dict[str, Any], leash: Leash) -> int:
    from wirekafka.broker import StartError
    from wirekafka.testing.hosting import host
    from wirekafka.testing.wanted import Wanted

    stop = asyncio.Event()
    if sys.platform != "win32":
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
    leash_port = await leash.listen()
    try:
        hosted = await host(Wanted(**options["wanted"]))
    except StartError as error:
        print(json.dumps({"error": str(error)}), flush=True)  # noqa: T201 - our protocol
        leash.close()
        return 1
    answer = {**hosted.addresses.as_json(), "leash": leash_port}
    print(json.dumps(answer), flush=True)  # noqa: T201 - our protocol
    gc.collect()
    gc.freeze()
    events = (stop, leash.dropped, hosted.broker.failed)
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    leash.close()
    await hosted.stop()
    return 1 if hosted.broker.failed.is_set() else 0


if __name__ == "__main__":
    sys.exit(main())
