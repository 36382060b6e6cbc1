"""`wirekafka ready`: does a broker answer? For health checks, so fast and without a client.

One ApiVersions v0 request over a plain socket; a broker is ready when it answers it without error.
Without --bootstrap-server it is the broker that this environment would start: in a container the
health check has the variables of the broker.
"""

from __future__ import annotations

import os
import struct
import time
from typing import TYPE_CHECKING

from wirekafka.cli.output import CommandError

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Mapping

SUMMARY = "wait until a broker answers; exit code 1 when it does not"

_DEFAULT_PORT = 9092
_EVERYWHERE = ("", "0.0.0.0", "[::]")
_ATTEMPT_TIMEOUT_S = 5.0
_PAUSE_S = 0.02
_CORRELATION_ID = 1
_CLIENT_ID = b"wirekafka-ready"
_BODY = struct.pack(">hhih", 18, 0, _CORRELATION_ID, len(_CLIENT_ID)) + _CLIENT_ID
_REQUEST = struct.pack(">i", len(_BODY)) + _BODY
_MAX_ANSWER_BYTES = 64 * 1024  # about 70 APIs of 6 bytes are expected


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "--bootstrap-server", metavar="HOST:PORT", default=_default_server(os.environ),
        help="the broker to ask (default: the first of KAFKA_LISTENERS in the environment, or "
        f"localhost:{_DEFAULT_PORT}; here %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--wait", metavar="SECONDS", type=float, default=0.0,
        help="how long to try again (default: ask once)",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Ask until there is an answer or the time is up."""
    address = _address(options.bootstrap_server)
    started = time.monotonic()
    deadline = started + options.wait
    while True:
        try:
            apis = _ask(address, _ATTEMPT_TIMEOUT_S)
            break
        except (OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
        if time.monotonic() + _PAUSE_S > deadline:
            waited = f" after {options.wait:g} s" if options.wait else ""
            raise CommandError(f"{options.bootstrap_server} is not ready{waited}: {reason}")
        time.sleep(_PAUSE_S)
    took_ms = (time.monotonic() - started) * 1000
    print(f"{options.bootstrap_server} is ready: {apis} APIs, {took_ms:.0f} ms")
    return 0


def _default_server(environ: Mapping[str, str]) -> str:
    listeners = environ.get("KAFKA_LISTENERS") or environ.get("KAFKA_CFG_LISTENERS") or ""
    for listener in listeners.split(","):
        name, _, address = listener.strip().partition("://")
        host, _, port = address.rpartition(":")
        if name.upper() != "CONTROLLER" and port.isdecimal() and int(port):
            return f"{'localhost' if host in _EVERYWHERE else host}:{port}"
    return f"localhost:{_DEFAULT_PORT}"


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.partition(",")[0].strip().rpartition(":")
    if not host or "." in port or not port.isdecimal():
        host, port = text.strip(), str(_DEFAULT_PORT)
    return host.strip("[]"), int(port)


def _ask(address: tuple[str, int], timeout_s: float) -> int:
    """The number of APIs that the broker serves; raises OSError or ValueError."""
    import socket

    with socket.create_connection(address, timeout_s) as connection:
        connection.sendall(_REQUEST)
        (size,) = struct.unpack(">i", _receive(connection, 4))
        if not 10 <= size <= _MAX_ANSWER_BYTES:
            raise ValueError(f"the answer is not Kafka's (frame of {size} bytes)")
        answer = _receive(connection, size)
    correlation_id, error_code, apis = struct.unpack_from(">ihi", answer)
    if correlation_id != _CORRELATION_ID:
        raise ValueError("the answer is not Kafka's (wrong correlation id)")
    if error_code:
        raise ValueError(f"the broker answered error {error_code}")
    return int(apis)


def _receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise ValueError("the connection was closed without an answer")
        data += piece
    return data
