"""On a SASL listener ApiVersions is answered first, an unknown mechanism is 33 with a list,
other requests close."""

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
    body: Message = {"client_software_name": "compat", "client_software_version": "1"}
    broker.ask("ApiVersions", 3, show=lambda a: a["error_code"], **body)
    connection = broker.connect()
    broker.ask("SaslHandshake", 1, on=connection, mechanism="NONSENSE")
    broker.outcome("Metadata", 9, on=broker.connect(), timeout=2.0, topics=[])
