"""How a client's scenarios restart the broker that they talk to: a socket on loopback, and a shell
command that uses it.

One line per connection: `restart` (a clean stop) or `kill` (SIGKILL); `ok` comes back when the
broker answers again, else `error: …`. The command is this file, run as a script.
"""

from __future__ import annotations

import shlex
import socket
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compat.targets import Target, TargetError

_LINE_LIMIT = 64


@contextmanager
def control_port(target: Target) -> Iterator[str]:
    """Serve the target's control port; yields host:port."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            command = self.rfile.readline(_LINE_LIMIT).decode(errors="replace").strip()
            self.wfile.write(_obey(target, command).encode() + b"\n")

    # One request at a time: two restarts at once would be one too many.
    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="compat-control")
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def restart_command(address: str, how: str = "restart") -> str:
    """The shell command that restarts the broker behind a control port."""
    root = str(Path(__file__).resolve().parents[1])
    paths = f"{root}:{root}/protocol:{root}/storage"
    words = ["env", f"PYTHONPATH={paths}", sys.executable, "-P", "-m", "compat.control"]
    return shlex.join([*words, address, how])


def _ask(address: str, how: str) -> str:
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(how.encode() + b"\n")
        return connection.makefile().readline().strip()


def _obey(target: Target, command: str) -> str:
    if command not in ("restart", "kill"):
        return f"error: {command!r} is neither restart nor kill"
    try:
        target.restart(hard=command == "kill")
    except TargetError as reason:
        return f"error: {str(reason).splitlines()[0]}"
    return "ok"


if __name__ == "__main__":
    answer = _ask(*sys.argv[1:3])
    if answer != "ok":
        sys.exit(answer)
