"""A socket on loopback through which a client's scenarios restart the broker that they talk to.

One line per connection: `restart` (a clean stop) or `kill` (SIGKILL); `ok` comes back when the
broker answers again, else `error: …`. The address is in the environment of a client's run script as
COMPAT_CONTROL; without it (a broker that is not ours) scenarios that need it are skipped.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .targets import Target, TargetError

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


def _obey(target: Target, command: str) -> str:
    if command not in ("restart", "kill"):
        return f"error: {command!r} is neither restart nor kill"
    try:
        target.restart(hard=command == "kill")
    except TargetError as reason:
        return f"error: {str(reason).splitlines()[0]}"
    return "ok"
