"""OffsetDelete of a topic that no member is subscribed to is carried out, beside one that is."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    one = known_topic(broker, "one", near=group)
    two = known_topic(broker, "two", near=group)
    member = Member(broker, group, "m")
    member.join(one)
    for topic in (one, two):
        body = commit(group, topic, 5, member_id="m", generation_id_or_member_epoch=2)
        broker.quiet("OffsetCommit", 9, **body)
    rows = [{"name": name, "partitions": [{"partition_index": 0}]} for name in (one, two)]
    broker.ask("OffsetDelete", 0, group_id=group, topics=rows)
    for topic in (one, two):
        broker.ask("OffsetFetch", 8, **committed(group, topic))
