"""require_stable changes nothing while no transaction has pending offsets."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 3))
    for version in (7, 8):
        body = committed(group, topic, version=version, require_stable=True)
        broker.ask("OffsetFetch", version, **body)
