"""Keys of the controllers' listener (voting, broker registration, directories) close the
connection on a client's."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    for key in (52, 53, 54, 56, 58, 59, 62, 63, 67, 70, 73, 82):
        broker.raw(f"key {key} v0", header(key, 0, 1, None, flexible=True) + bytes(8))
