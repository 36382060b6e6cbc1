"""A group with members is NON_EMPTY_GROUP, in whichever state, and goes on; the others of the
request are deleted."""

from compat.wire import Wire, commit, join
from compat.wire.coordinators import heartbeat


def run(broker: Wire) -> None:
    stable, syncing, empty = broker.name("stable"), broker.name("syncing"), broker.name("empty")
    member = broker.stable_group(stable)
    broker.quiet("JoinGroup", 3, **join(syncing))
    broker.quiet("OffsetCommit", 8, **commit(empty, broker.topic(), 1))
    names = [stable, syncing, empty, broker.name("none")]
    broker.ask("DeleteGroups", 2, groups_names=names)
    broker.ask("Heartbeat", 4, **heartbeat(stable, member))
