"""The port between scenarios and a broker: start, stop, restart, and the end of its log.

A tool chain that is not there raises Missing, whose text is one line that says what to install.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

# ApiVersions v0, correlation 1, null client id: every broker answers it, also behind SASL.
_HELLO = bytes.fromhex("0000000a 0012 0000 00000001 ffff")
_POLL_S = 0.01  # fine enough to measure a start by; a refused connection costs 50 µs


class TargetError(Exception):
    """The broker did not start, or died."""


class Missing(TargetError):
    """A tool that the target needs is not installed."""


class Target(Protocol):
    """A broker; entering starts it, leaving stops it."""

    name: str
    """The kind: wirekafka, reference, docker or HOST:PORT."""
    bootstrap: str
    """host:port, while it runs."""
    private: bool
    """Whether it is ours alone, so that it may be restarted and given configs."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def restart(self, *, hard: bool = False) -> None:
        """Stop (`hard`: kill) and start again on the same address and data."""

    def log_tail(self, lines: int = 40) -> str:
        """The end of what the broker logged."""


def in_directory(configs: dict[str, str], data: Path) -> dict[str, str]:
    """Configs of a broker that keeps its data in `data`, which stands as {data} in their values."""
    return {key: value.replace("{data}", str(data)) for key, value in configs.items()}


def free_port() -> int:
    """A port below those that the system hands out for outgoing connections."""
    import random

    for _ in range(200):
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise TargetError("no free port between 20000 and 32000")


def answers(host: str, port: int) -> bool:
    """Whether a broker answers there."""
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            connection.sendall(_HELLO)
            return len(connection.recv(4)) == 4
    except OSError:
        return False


def wait_until(good: Callable[[], bool], *, alive: Callable[[], bool], seconds: float) -> bool:
    """Poll until good; False when it is not alive any more or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if good():
            return True
        if not alive():
            return False
        time.sleep(_POLL_S)
    return False
