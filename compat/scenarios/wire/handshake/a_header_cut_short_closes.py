"""A frame that ends inside the request header closes the connection."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    whole = header(3, 12, 1, "compat", flexible=True)
    for size in (1, 3, 7, 9, len(whole) - 1):
        broker.raw(f"{size} bytes of a header", whole[:size])
