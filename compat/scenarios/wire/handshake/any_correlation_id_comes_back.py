"""A correlation id is any 32 bits, and is given back as it came."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    connection = broker.connect()
    for number in (0, -1, 2**31 - 1, -(2**31), 5, 5):
        connection.send_raw(header(18, 0, number, None, flexible=False))
        data = connection.receive_raw()
        got = data if isinstance(data, str) else int.from_bytes(data[:4], "big", signed=True)
        broker.record(f"ApiVersions v0 with correlation id {number}", got)
