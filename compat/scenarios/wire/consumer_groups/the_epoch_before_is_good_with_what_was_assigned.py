"""The epoch before the member's is accepted from whoever owns nothing but what it was assigned;
else it is FENCED_MEMBER_EPOCH."""

from compat.wire import ZERO_UUID, Wire
from compat.wire.coordinators import beat, known_topic
from compat.wire.members import Member, settle


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic)
    member.beat(subscribed_topic_names=[topic, "another"])
    settle(broker, member, epoch=3)
    foreign = [{"topic_id": ZERO_UUID, "partitions": [0]}]
    unassigned = [{**member.owned[0], "partitions": [7]}]
    for owned in (None, foreign, unassigned, [], member.owned):
        body = beat(group, "m", 2, topic_partitions=owned)
        broker.ask("ConsumerGroupHeartbeat", 1, **body)
