"""ListGroups v5 tells that a group is of the new protocol and filters by that, and by its
states."""

from compat.wire import Message, Wire
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        rows = [
            row
            for row in broker.mine(answer["groups"], "group_id")
            if "probe" not in row["group_id"]
        ]
        return {**answer, "groups": rows}

    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    for version in range(6):
        broker.ask("ListGroups", version, show=mine)
    for states in (["stable"], ["Reconciling"]):
        broker.ask("ListGroups", 5, show=mine, states_filter=states, types_filter=["Consumer"])
