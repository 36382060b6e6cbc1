"""An ApiVersions version the broker does not know is answered in v0 layout with error 35, and the
connection stays open."""

import struct

from compat.wire import Codec, Wire


def run(broker: Wire) -> None:
    for version in (5, 99):
        connection = broker.connect()
        connection.send_raw(struct.pack(">hhih", 18, version, 7, -1) + b"\0\0\0\0")
        data = connection.receive_raw()
        answer = data if isinstance(data, str) else Codec("ApiVersionsResponse", 0).decode(data[4:])
        broker.record(f"ApiVersions v{version}", answer)
        broker.ask("ApiVersions", 0, on=connection, show=lambda a: a["error_code"])
