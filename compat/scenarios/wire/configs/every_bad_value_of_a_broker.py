"""Values of a broker that cannot be are refused for one broker as for all of them."""

from compat.wire import Wire
from compat.wire.configs import BROKER, SET, only_checked


def run(broker: Wire) -> None:
    for name, value in (
        ("compression.type", "xz"),
        ("compression.zstd.level", "99"),
        ("log.cleanup.policy", "sometimes"),
        ("log.roll.ms", "0"),
        ("log.retention.ms", "0"),
        ("log.segment.bytes", "5"),
        ("log.message.timestamp.type", "x"),
        ("log.cleaner.backoff.ms", "-1"),
        ("log.cleaner.min.compaction.lag.ms", "9999999999999999999"),
        ("unclean.leader.election.enable", "maybe"),
        ("producer.id.expiration.ms", "0"),
        ("transaction.partition.verification.enable", "x"),
        ("group.consumer.assignment.interval.ms", "-1"),
        ("group.coordinator.cached.buffer.max.bytes", "1"),
        ("max.connections.per.ip", "0"),
        ("remote.log.manager.copy.max.bytes.per.second", "0"),
        ("leader.replication.throttled.rate", "-1"),
        ("message.max.bytes", ""),
    ):
        for owner in ("", "1"):
            body = only_checked(BROKER, owner, (name, SET, value))
            broker.ask("IncrementalAlterConfigs", 1, **body)
