"""Bytes behind a well-formed body are ignored."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    connection = broker.connect()
    for version in (1, 12):
        pending = connection.frame("Metadata", version, {"topics": []})
        broker.raw(f"Metadata v{version} with 3 bytes more", pending + b"abc", on=connection)
