"""SASL PLAIN: handshake, then token; a wrong password is 58 and closes; after a good one
requests are answered."""

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
    for token in (b"\0a\0wrong", b"\0a\0b"):
        connection = broker.connect()
        broker.ask("SaslHandshake", 1, on=connection, mechanism="PLAIN")
        for version in (2, 1):
            broker.outcome("SaslAuthenticate", version, on=connection, auth_bytes=token)
        answer = connection.receive(connection.send("ApiVersions", 0))
        shown = answer if isinstance(answer, str) else answer["error_code"]
        broker.record("ApiVersions v0", shown)
