"""ListGroups v5 shows and filters a group of the new protocol as Stable, Reconciling and
Empty."""

from compat.wire import Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, partitions=2, near=group)
    first, second = Member(broker, group, "m"), Member(broker, group, "n")
    first.join(topic)
    _list(broker, group, "Stable")
    second.join(topic)
    while second.epoch < 3:
        second.beat()
    first.beat()
    _list(broker, group, "Reconciling")
    first.leave()
    second.leave()
    _list(broker, group, "Empty")


def _list(broker: Wire, group: str, state: str) -> None:
    for states in ([state], [state.lower()], ["Assigning"], ["PreparingRebalance"]):
        answer = broker.quiet("ListGroups", 5, states_filter=states, types_filter=["consumer"])
        mine = [row for row in answer["groups"] if row["group_id"] == group]
        broker.record(f"ListGroups v5 of {states}", mine)
