"""A classic member that joins an empty new group finds a new classic group with the old offsets,
and the other way round."""

from compat.wire import Message, Wire, commit, committed
from compat.wire.coordinators import ask_join, beat, enter, known_topic, leave, rejoin


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)

    def listed(answer: Message) -> list[Message]:
        return [row for row in answer["groups"] if row["group_id"] == group]

    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    broker.quiet("OffsetCommit", 9, **commit(group, topic, 9, member_id="new", generation=2))
    broker.quiet("ConsumerGroupHeartbeat", 1, **beat(group, "new", -1))
    broker.ask("ListGroups", 5, show=listed)
    ask_join(broker, 5, **rejoin(group, "made-up", topic))
    joined = ask_join(broker, 3, **rejoin(group, "", topic))
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("ListGroups", 5, show=listed)
    broker.ask("LeaveGroup", 5, **leave(group, joined["member_id"]))
    broker.ask("ConsumerGroupHeartbeat", 1, **beat(group, "new", 2))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("ListGroups", 5, show=listed)
