"""After SaslHandshake v0 tokens go over the wire without headers, and a good one is answered by
an empty token."""

from compat.wire import Wire

SETTINGS = {
    "listener.security.protocol.map": "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
    "sasl.enabled.mechanisms": "PLAIN",
    "sasl.mechanism.inter.broker.protocol": "PLAIN",
    "listener.name.plaintext.plain.sasl.jaas.config": (
        "org.apache.kafka.common.security.plain.PlainLoginModule required "
        'username="a" password="b" user_a="b";'
    ),
}
FEATURE = "sasl"


def run(broker: Wire) -> None:
    for token in (b"\0a\0b", b"\0a\0wrong"):
        connection = broker.connect()
        broker.ask("SaslHandshake", 0, on=connection, mechanism="PLAIN")
        connection.send_raw(token)
        answer = connection.receive_raw(timeout=3.0)
        broker.record("SaslHandshake v0, then a raw token", answer)
