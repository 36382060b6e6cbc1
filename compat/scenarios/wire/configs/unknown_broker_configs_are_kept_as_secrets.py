"""A config that the broker does not know is stored, and shown without its value and as read-
only."""

from compat.wire import Wire
from compat.wire.configs import BROKER, DELETE, SET, changed, described, increments, lists

ALONE = True


def run(broker: Wire) -> None:
    name = "no.such.broker.config"
    for operation, value in ((SET, "secret"), (DELETE, None)):
        body = increments(
            changed(BROKER, "1", (name, operation, value)),
            changed(BROKER, "", (name, operation, value)),
        )
        broker.ask("IncrementalAlterConfigs", 1, **body)
        for owner in ("1", ""):
            broker.until(
                lists(name, value is not None),
                "DescribeConfigs",
                4,
                **described(BROKER, owner, name),
            )
        for owner in ("1", ""):
            body = described(BROKER, owner, name, include_synonyms=True)
            broker.ask("DescribeConfigs", 4, **body)
