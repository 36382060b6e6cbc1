"""The range assignor gives each of two members one half of each topic; the assignor that most
members name is used."""

from compat.wire import Message, Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member, settle


def run(broker: Wire) -> None:
    group = broker.name("g")
    one = known_topic(broker, "one", partitions=2, near=group)
    two = known_topic(broker, "two", partitions=2, near=group)
    first = Member(broker, group, "m", server_assignor="range")
    first.join(one, two)
    second = Member(broker, group, "n", server_assignor="range")
    second.join(one, two)
    settle(broker, first, second, epoch=3)
    broker.ask("ConsumerGroupDescribe", 1, show=parts_of, group_ids=[group])
    third = Member(broker, group, "o", server_assignor="uniform")
    third.join(one, two)
    settle(broker, first, second, third, epoch=4)
    broker.ask("ConsumerGroupDescribe", 1, show=assignor_of, group_ids=[group])


def parts_of(answer: Message) -> list[Message]:
    members = answer["groups"][0]["members"]
    return [{"member_id": row["member_id"], "has": row["assignment"]} for row in members]


def assignor_of(answer: Message) -> str:
    name: str = answer["groups"][0]["assignor_name"]
    return name
