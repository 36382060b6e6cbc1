"""A list from which everything was subtracted is empty, and grows from there."""

from compat.wire import Wire
from compat.wire.configs import (
    APPEND,
    DELETE,
    SUBTRACT,
    TOPIC,
    changed,
    described,
    increments,
    shows,
)


def run(broker: Wire) -> None:
    topic = broker.topic()
    for operation, value, after in (
        (SUBTRACT, "delete", ""),
        (SUBTRACT, "compact", ""),
        (APPEND, "compact", "compact"),
        (APPEND, "", "compact"),
        (DELETE, None, "delete"),
    ):
        change = ("cleanup.policy", operation, value)
        broker.ask("IncrementalAlterConfigs", 1, **increments(changed(TOPIC, topic, change)))
        broker.until(
            shows("cleanup.policy", after),
            "DescribeConfigs",
            4,
            **described(TOPIC, topic, "cleanup.policy"),
        )
