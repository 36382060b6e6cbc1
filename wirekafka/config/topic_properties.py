"""The table of topic configs.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    BOOLEAN,
    DOUBLE,
    DYNAMIC,
    INT,
    LIST,
    LONG,
    MEDIUM,
    STRING,
    Property,
)

TOPIC_PROPERTIES: tuple[Property, ...] = (
    Property(
        "cleanup.policy", LIST, "delete", "[compact, delete]", MEDIUM, DYNAMIC,
        "Old segments: delete, compact (keep the last of each key), both, or empty: nothing.",
        acted_on=True,
        broker_name="log.cleanup.policy",
    ),
    Property(
        "compression.gzip.level", INT, "-1", "[1,...,9] or -1", MEDIUM, DYNAMIC,
        "gzip level where the broker itself compresses; -1 lets the codec choose.", acted_on=True,
        broker_name="compression.gzip.level",
    ),
    Property(
        "compression.lz4.level", INT, "9", "[1,...,17]", MEDIUM, DYNAMIC,
        "lz4 level where the broker itself compresses.", acted_on=True,
        broker_name="compression.lz4.level",
    ),
    Property(
        "compression.type", STRING, "producer",
        "[uncompressed, zstd, lz4, snappy, gzip, producer]", MEDIUM, DYNAMIC,
        "Codec in which batches are stored; producer keeps what the producer used.", acted_on=True,
        broker_name="compression.type",
    ),
    Property(
        "compression.zstd.level", INT, "3", "[-131072,...,22]", MEDIUM, DYNAMIC,
        "zstd level where the broker itself compresses.", acted_on=True,
        broker_name="compression.zstd.level",
    ),
    Property(
        "delete.retention.ms", LONG, "86400000", "[0,...]", MEDIUM, DYNAMIC,
        "How long tombstones stay readable.", broker_name="log.cleaner.delete.retention.ms",
        acted_on=True,
    ),
    Property(
        "file.delete.delay.ms", LONG, "60000", "[0,...]", MEDIUM, DYNAMIC,
        "How long files of deleted segments stay on disk.", acted_on=True,
        broker_name="log.segment.delete.delay.ms",
    ),
    Property(
        "flush.messages", LONG, "9223372036854775807", "[1,...]", MEDIUM, DYNAMIC,
        "Records after which a partition is flushed to disk.", acted_on=True,
        broker_name="log.flush.interval.messages",
    ),
    Property(
        "flush.ms", LONG, "9223372036854775807", "[0,...]", MEDIUM, DYNAMIC,
        "Time after which a partition is flushed to disk.", acted_on=True,
        broker_name="log.flush.interval.ms",
    ),
    Property(
        "follower.replication.throttled.replicas", LIST, "",
        "[partitionId]:[brokerId],[partitionId]:[brokerId],...", MEDIUM, DYNAMIC,
        "Replicas whose fetching is throttled, partition:broker or *.",
    ),
    Property(
        "index.interval.bytes", INT, "4096", "[0,...]", MEDIUM, DYNAMIC,
        "Log bytes between two entries of the offset index.", acted_on=True,
        broker_name="log.index.interval.bytes",
    ),
    Property(
        "leader.replication.throttled.replicas", LIST, "",
        "[partitionId]:[brokerId],[partitionId]:[brokerId],...", MEDIUM, DYNAMIC,
        "Replicas whose leader is throttled, partition:broker or *.",
    ),
    Property(
        "local.retention.bytes", LONG, "-2", "[-2,...]", MEDIUM, DYNAMIC,
        "Bytes kept locally once segments are in remote storage; -2: as retention.bytes.",
        broker_name="log.local.retention.bytes",
    ),
    Property(
        "local.retention.ms", LONG, "-2", "[-2,...]", MEDIUM, DYNAMIC,
        "Time kept locally once segments are in remote storage; -2: as retention.ms.",
        broker_name="log.local.retention.ms",
    ),
    Property(
        "max.compaction.lag.ms", LONG, "9223372036854775807", "[1,...]", MEDIUM, DYNAMIC,
        "Age at which a record must have been compacted.",
        broker_name="log.cleaner.max.compaction.lag.ms",
        acted_on=True,
    ),
    Property(
        "max.message.bytes", INT, "1048588", "[0,...]", MEDIUM, DYNAMIC,
        "Largest record batch, compressed, that the topic accepts.", acted_on=True,
        broker_name="message.max.bytes",
    ),
    Property(
        "message.timestamp.after.max.ms", LONG, "3600000", "[0,...]", MEDIUM, DYNAMIC,
        "How far a record's time may lie ahead of the broker's.", acted_on=True,
        broker_name="log.message.timestamp.after.max.ms",
    ),
    Property(
        "message.timestamp.before.max.ms", LONG, "9223372036854775807", "[0,...]", MEDIUM, DYNAMIC,
        "How far a record's time may lie behind the broker's.", acted_on=True,
        broker_name="log.message.timestamp.before.max.ms",
    ),
    Property(
        "message.timestamp.type", STRING, "CreateTime", "[CreateTime, LogAppendTime]", MEDIUM,
        DYNAMIC, "Whose time a record carries: the producer's or the broker's.", acted_on=True,
        broker_name="log.message.timestamp.type",
    ),
    Property(
        "min.cleanable.dirty.ratio", DOUBLE, "0.5", "[0,...,1]", MEDIUM, DYNAMIC,
        "Share of new bytes from which the log is compacted.",
        broker_name="log.cleaner.min.cleanable.ratio",
        acted_on=True,
    ),
    Property(
        "min.compaction.lag.ms", LONG, "0", "[0,...]", MEDIUM, DYNAMIC,
        "Least age of a record before it may be compacted.",
        broker_name="log.cleaner.min.compaction.lag.ms",
        acted_on=True,
    ),
    Property(
        "min.insync.replicas", INT, "1", "[1,...]", MEDIUM, DYNAMIC,
        "In-sync replicas that must hold a record before acks=all is answered.",
        broker_name="min.insync.replicas",
    ),
    Property(
        "preallocate", BOOLEAN, "false", None, MEDIUM, DYNAMIC,
        "Allocate a whole segment file when it is made.",
        broker_name="log.preallocate",
    ),
    Property(
        "remote.log.copy.disable", BOOLEAN, "false", None, MEDIUM, DYNAMIC,
        "Stop copying segments to remote storage.",
    ),
    Property(
        "remote.log.delete.on.disable", BOOLEAN, "false", None, MEDIUM, DYNAMIC,
        "Delete remote segments when remote storage is switched off.",
    ),
    Property(
        "remote.storage.enable", BOOLEAN, "false", None, MEDIUM, DYNAMIC,
        "Keep old segments in remote storage.",
    ),
    Property(
        "retention.bytes", LONG, "-1", None, MEDIUM, DYNAMIC,
        "Size per partition above which old segments are deleted; -1: no limit.", acted_on=True,
        broker_name="log.retention.bytes",
    ),
    Property(
        "retention.ms", LONG, "604800000", "[-1,...]", MEDIUM, DYNAMIC,
        "Age at which segments are deleted; -1: no limit.", acted_on=True,
        broker_name="log.retention.ms",
    ),
    Property(
        "segment.bytes", INT, "1073741824", "[1048576,...]", MEDIUM, DYNAMIC,
        "Size at which a new segment is begun.", acted_on=True, broker_name="log.segment.bytes",
    ),
    Property(
        "segment.index.bytes", INT, "10485760", "[4,...]", MEDIUM, DYNAMIC,
        "Largest size of an offset index.", acted_on=True, broker_name="log.index.size.max.bytes",
    ),
    Property(
        "segment.jitter.ms", LONG, "0", "[0,...]", MEDIUM, DYNAMIC,
        "Random time taken off segment.ms.", acted_on=True, broker_name="log.roll.jitter.ms",
    ),
    Property(
        "segment.ms", LONG, "604800000", "[1,...]", MEDIUM, DYNAMIC,
        "Age at which a new segment is begun.", acted_on=True, broker_name="log.roll.ms",
    ),
    Property(
        "unclean.leader.election.enable", BOOLEAN, "false", None, MEDIUM, DYNAMIC,
        "Let a replica that lags become leader, at the price of lost records.",
        broker_name="unclean.leader.election.enable",
    ),
)
