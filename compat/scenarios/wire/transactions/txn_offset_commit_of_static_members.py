"""TxnOffsetCommit looks at the instance id from v3 on: 25 for one that nobody has, 82 for a member
that was replaced."""

from compat.wire import Wire, join
from compat.wire.coordinators import begin, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    joined = broker.quiet("JoinGroup", 5, **join(group, group_instance_id="i"))
    member, generation = joined["member_id"], joined["generation_id"]
    rows = [{"member_id": member, "assignment": b""}]
    broker.quiet(
        "SyncGroup",
        3,
        group_id=group,
        generation_id=generation,
        member_id=member,
        group_instance_id="i",
        assignments=rows,
    )
    for who, instance in ((member, "i"), (member, None), (member, "other"), ("nobody", "i")):
        more = {"member_id": who, "generation_id": generation, "group_instance_id": instance}
        body = txn_offsets(name, producer, group, topic, 1, **more)
        broker.ask("TxnOffsetCommit", 5, **body)
