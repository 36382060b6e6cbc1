"""SASL PLAIN: handshake, then token; a wrong password is 58 and closes; after a good one
requests are answered."""

from compat.wire import Message, Wire

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
        body: Message = {"client_software_name": "compat", "client_software_version": "1"}
        answer = broker.outcome("ApiVersions", 0, on=connection, **body)
        assert answer
