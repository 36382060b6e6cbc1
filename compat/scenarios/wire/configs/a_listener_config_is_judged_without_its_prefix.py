"""A bad value behind the prefix of a listener is refused as it would be without."""

from compat.wire import Wire
from compat.wire.configs import BROKER, SET, only_checked


def run(broker: Wire) -> None:
    for name, value in (
        ("max.connections", "many"),
        ("max.connections", "-1"),
        ("max.connections", "0"),
        ("max.connection.creation.rate", "-9"),
        ("max.connection.creation.rate", "0"),
        ("num.network.threads", "0"),
        ("num.network.threads", "90"),
    ):
        for prefix in ("", "listener.name.plaintext.", "listener.name.none."):
            body = only_checked(BROKER, "1", (prefix + name, SET, value))
            broker.ask("IncrementalAlterConfigs", 1, **body)
