"""A group without members exists after a crash of the broker, and counts on from its generation."""

from compat.wire import Wire, join
from compat.wire.coordinators import leave

OWN_BROKER = True


def run(broker: Wire) -> None:
    group = broker.name("g")
    broker.quiet("LeaveGroup", 3, **leave(group, broker.stable_group(group)))
    broker.restart(hard=True)
    broker.until(
        lambda answer: answer["groups"][0]["error_code"] not in (14, 15, 16),
        "DescribeGroups",
        5,
        groups=[group],
    )
    broker.ask("DescribeGroups", 5, groups=[group])
    broker.ask("JoinGroup", 3, **join(group))
