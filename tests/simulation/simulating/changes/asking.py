"""Requests over a connection of one's own, which ends when the broker is killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from compat.wire import Connection, Message

ANSWER_LIMIT_S = 60.0


class GoneError(Exception):
    """The broker has closed the connection: nobody knows what became of the request."""


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """A connection that is closed in the end."""
    host, _, port = address.rpartition(":")
    try:
        connection = Connection(host, int(port), "changing")
    except OSError as error:
        raise GoneError from error
    try:
        yield connection
    finally:
        connection.close()


def ask(connection: Connection, api: str, version: int, /, **body: object) -> Message:
    """The answer. Raises GoneError, and AssertionError if nothing is said for a long time."""
    return receive(connection, connection.send(api, version, **body))


def receive(connection: Connection, pending: object) -> Message:
    """The same for what was sent with `connection.send`."""
    answer = connection.receive(pending, timeout=ANSWER_LIMIT_S)  # type: ignore[arg-type]
    if answer == "closed":
        raise GoneError
    assert isinstance(answer, dict), f"{pending}: {answer}"
    return answer
