"""A member that is silent for its session timeout is gone, and the group empty."""

from compat.wire import Wire
from compat.wire.coordinators import heartbeat

SETTINGS = {"group.min.session.timeout.ms": "100"}


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.stable_group(group, session_timeout_ms=300)
    broker.ask("Heartbeat", 4, **heartbeat(group, member))
    broker.until(
        lambda answer: answer["groups"][0]["group_state"] == "Empty",
        "DescribeGroups",
        5,
        groups=[group],
    )
    broker.ask("Heartbeat", 4, **heartbeat(group, member))
    broker.ask("DescribeGroups", 5, groups=[group])
