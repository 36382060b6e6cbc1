"""Rates of replication, which no file can set, are described while they are set."""

from compat.wire import Wire
from compat.wire.configs import BROKER, DELETE, SET, changed, described, increments, lists

ALONE = True


def run(broker: Wire) -> None:
    name = "leader.replication.throttled.rate"
    for operation, first, second in ((SET, "1000000", "1000001"), (DELETE, None, None)):
        body = increments(
            changed(BROKER, "1", (name, operation, first)),
            changed(BROKER, "", (name, operation, second)),
        )
        broker.ask("IncrementalAlterConfigs", 1, **body)
        for owner in ("1", ""):
            broker.until(
                lists(name, first is not None),
                "DescribeConfigs",
                4,
                **described(BROKER, owner, name),
            )
        for owner in ("1", ""):
            body = described(BROKER, owner, name, include_synonyms=True)
            broker.ask("DescribeConfigs", 4, **body)
