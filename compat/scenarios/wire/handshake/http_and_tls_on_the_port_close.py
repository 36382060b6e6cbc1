"""An HTTP request or a TLS hello on a plaintext listener closes the connection."""

from compat.wire import Wire

HELLO = bytes.fromhex("160301008a0100008603030000000000000000")


def run(broker: Wire) -> None:
    for what, data in (("HTTP", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), ("TLS", HELLO)):
        connection = broker.connect()
        connection.socket.sendall(data)
        answer = connection.receive_raw()
        broker.record(what, answer if isinstance(answer, str) else "answered")
