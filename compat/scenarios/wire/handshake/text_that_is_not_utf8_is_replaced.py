"""Bytes of a name that are not UTF-8 are replaced, and the request is answered."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    connection = broker.connect()
    body = b"\0\0\0\1" + b"\0\3" + b"a\xff\xfe" + b"\0"
    answer = broker.raw("Metadata v4", header(3, 4, 1, None, flexible=False) + body, on=connection)
    replaced = isinstance(answer, bytes) and "a\ufffd\ufffd".encode() in answer
    broker.record("Metadata v4, replaced", replaced)
