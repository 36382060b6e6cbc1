"""InitProducerId v6 (two phase commit) is unstable in 4.3: it closes the connection."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    data = (
        header(22, 6, 1, None, flexible=True) + b"\0" + bytes(3) + b"\1" + b"\xff" * 10 + bytes(3)
    )
    broker.raw("InitProducerId v6", data)
