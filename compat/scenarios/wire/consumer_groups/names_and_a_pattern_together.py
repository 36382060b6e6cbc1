"""A member may subscribe to names and a pattern: it gets the topics of both."""

from compat.wire import Message, Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, settle, shape


def run(broker: Wire) -> None:
    group = broker.name("g")
    named = known_topic(broker, "named", near=group)
    known_topic(broker, "pattern-1", near=group)
    known_topic(broker, "pattern-2", near=group)
    member = Member(broker, group, "m", subscribed_topic_regex=broker.name("pattern-[0-9]"))
    member.join(named)
    while member.partition_count < 3:
        member.beat()
    settle(broker, member)
    broker.ask("ConsumerGroupDescribe", 1, show=members_of, group_ids=[group])
    member.beat(subscribed_topic_regex="")
    while member.partition_count > 1:
        member.beat()
    settle(broker, member)
    broker.ask("ConsumerGroupDescribe", 1, show=members_of, group_ids=[group])


def members_of(answer: Message) -> Message:
    """Not the epochs: patterns are resolved in the broker's own time."""
    return {"members": [{**row, "epoch": 0} for row in shape(answer)["groups"][0]["members"]]}
