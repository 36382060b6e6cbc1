"""A config with the prefix of a listener is shown with that of all listeners as synonym, and as
read-only."""

from compat.wire import Wire
from compat.wire.configs import BROKER, DELETE, SET, changed, described, increments, shows

ALONE = True


def run(broker: Wire) -> None:
    own = "listener.name.plaintext.max.connections"
    for operation, first, second in ((SET, "90000", "91000"), (DELETE, None, None)):
        changes = ((own, operation, first), ("max.connections", operation, second))
        broker.ask("IncrementalAlterConfigs", 1, **increments(changed(BROKER, "1", *changes)))
        broker.until(
            shows(own, first),
            "DescribeConfigs",
            4,
            **described(BROKER, "1", own),
        )
        body = described(BROKER, "1", own, "max.connections", include_synonyms=True)
        broker.ask("DescribeConfigs", 4, **body)
