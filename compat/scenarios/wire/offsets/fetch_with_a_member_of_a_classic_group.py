"""The member id and epoch of OffsetFetch v9 are looked at for groups of the new protocol only."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 3))
    broker.ask("OffsetFetch", 9, **committed(group, topic, member_id="nobody", member_epoch=3))
    stable = broker.name("h")
    member = broker.stable_group(stable)
    broker.ask("OffsetFetch", 9, **committed(stable, topic, member_id=member, member_epoch=1))
    broker.ask("OffsetFetch", 9, **committed(stable, topic, member_id="nobody", member_epoch=1))
