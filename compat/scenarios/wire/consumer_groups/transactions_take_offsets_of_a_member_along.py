"""TxnOffsetCommit takes the member epoch as generation; another one is ILLEGAL_GENERATION,
another member UNKNOWN_MEMBER_ID, and nobody at all may commit, too."""

from compat.wire import Wire
from compat.wire.coordinators import (
    add_offsets,
    begin,
    known_topic,
    txn_offsets,
)
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic)
    name, producer = begin(broker)
    broker.quiet("AddOffsetsToTxn", 3, **add_offsets(name, producer, group))
    for member_id, epoch in (("m", 2), ("m", 1), ("m", 3), ("nobody", 2), ("", -1), ("", 2)):
        more = {"member_id": member_id, "generation_id": epoch}
        body = txn_offsets(name, producer, group, topic, 5, **more)
        broker.ask("TxnOffsetCommit", 3, **body)
