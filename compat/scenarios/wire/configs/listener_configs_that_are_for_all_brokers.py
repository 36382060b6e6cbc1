"""Of the configs with the prefix of a listener all brokers can share three; the others need a
broker."""

from compat.wire import Wire
from compat.wire.configs import BROKER, SET, only_checked


def run(broker: Wire) -> None:
    for name, value in (
        ("max.connections", "5"),
        ("max.connection.creation.rate", "5"),
        ("num.network.threads", "4"),
        ("ssl.keystore.type", "PKCS12"),
        ("connections.max.idle.ms", "90"),
        ("no.such.config", "x"),
        ("ssl.client.auth", "sometimes"),
    ):
        for owner in ("", "1"):
            body = only_checked(BROKER, owner, (f"listener.name.plaintext.{name}", SET, value))
            broker.ask("IncrementalAlterConfigs", 1, **body)
