"""LeaveGroup names one member up to v2 and many from v3 on, and the group is empty afterwards."""

from compat.wire import Wire
from compat.wire.coordinators import leave


def run(broker: Wire) -> None:
    for version in range(6):
        group = broker.name(f"g{version}")
        member = broker.stable_group(group)
        broker.ask("LeaveGroup", version, **leave(group, member))
        broker.ask(
            "DescribeGroups", 5, show=lambda a: a["groups"][0]["group_state"], groups=[group]
        )
