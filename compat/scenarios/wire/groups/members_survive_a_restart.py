"""After a restart a member goes on in its generation, with its assignment."""

from compat.wire import Wire
from compat.wire.coordinators import heartbeat, sync

OWN_BROKER = True


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.stable_group(group, assignment=b"mine")
    broker.restart()
    # A heartbeat is answered 0 while the coordinator loads, so it does not tell.
    broker.until(
        lambda answer: answer["groups"][0]["error_code"] not in (14, 15, 16),
        "DescribeGroups",
        5,
        groups=[group],
    )
    broker.ask("Heartbeat", 4, **heartbeat(group, member))
    broker.ask("SyncGroup", 5, **sync(group, member))
    broker.ask("DescribeGroups", 5, groups=[group])
