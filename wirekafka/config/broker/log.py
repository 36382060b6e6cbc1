"""Logs: where they lie, how they are cut, kept, flushed, compacted and compressed.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    BOOLEAN,
    CLUSTER_WIDE,
    DOUBLE,
    HIGH,
    INT,
    LIST,
    LONG,
    LOW,
    MEDIUM,
    PER_BROKER,
    READ_ONLY,
    STRING,
    Property,
)

PROPERTIES: tuple[Property, ...] = (
    Property(
        "compression.gzip.level", INT, "-1", "[1,...,9] or -1", MEDIUM, CLUSTER_WIDE,
        "gzip level where the broker itself compresses; -1 lets the codec choose.", acted_on=True,
    ),
    Property(
        "compression.lz4.level", INT, "9", "[1,...,17]", MEDIUM, CLUSTER_WIDE,
        "lz4 level where the broker itself compresses.", acted_on=True,
    ),
    Property(
        "compression.type", STRING, "producer",
        "[uncompressed, zstd, lz4, snappy, gzip, producer]", HIGH, CLUSTER_WIDE,
        "Codec in which batches are stored; producer keeps what the producer used.", acted_on=True,
    ),
    Property(
        "compression.zstd.level", INT, "3", "[-131072,...,22]", MEDIUM, CLUSTER_WIDE,
        "zstd level where the broker itself compresses.", acted_on=True,
    ),
    Property(
        "cordoned.log.dirs", LIST, "", "", MEDIUM, PER_BROKER,
        "Log directories that get no new partitions.", acted_on=True,
    ),
    Property(
        "log.cleaner.backoff.ms", LONG, "15000", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "How long compaction rests when nothing needs it.", acted_on=True,
    ),
    Property(
        "log.cleaner.dedupe.buffer.size", LONG, "134217728", None, MEDIUM, CLUSTER_WIDE,
        "Memory of all compaction threads for their tables of keys.", acted_on=True,
    ),
    Property(
        "log.cleaner.delete.retention.ms", LONG, "86400000", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "How long tombstones stay readable in a compacted topic.", acted_on=True,
    ),
    Property(
        "log.cleaner.enable", BOOLEAN, "true", None, MEDIUM, READ_ONLY, "Compact topics at all.",
        acted_on=True,
    ),
    Property(
        "log.cleaner.io.buffer.load.factor", DOUBLE, "0.9", None, MEDIUM, CLUSTER_WIDE,
        "How full compaction may make its table of keys.", acted_on=True,
    ),
    Property(
        "log.cleaner.io.buffer.size", INT, "524288", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "Memory of all compaction threads for reading and writing.", acted_on=True,
    ),
    Property(
        "log.cleaner.io.max.bytes.per.second", DOUBLE, "1.7976931348623157E308", None, MEDIUM,
        CLUSTER_WIDE, "Most bytes per second that compaction reads and writes.", acted_on=True,
    ),
    Property(
        "log.cleaner.max.compaction.lag.ms", LONG, "9223372036854775807", "[1,...]", MEDIUM,
        CLUSTER_WIDE, "Age at which a record must have been compacted.", acted_on=True,
    ),
    Property(
        "log.cleaner.min.cleanable.ratio", DOUBLE, "0.5", "[0,...,1]", MEDIUM, CLUSTER_WIDE,
        "Share of new bytes in a log from which it is compacted.", acted_on=True,
    ),
    Property(
        "log.cleaner.min.compaction.lag.ms", LONG, "0", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "Least age of a record before it may be compacted.", acted_on=True,
    ),
    Property(
        "log.cleaner.threads", INT, "1", "[0,...]", MEDIUM, CLUSTER_WIDE, "Threads that compact.",
        acted_on=True,
    ),
    Property(
        "log.cleanup.policy", LIST, "delete", "[compact, delete]", MEDIUM, CLUSTER_WIDE,
        "Old segments: delete, compact (keep the last of each key), both, or empty: nothing.",
        acted_on=True,
    ),
    Property(
        "log.dir", LIST, "/tmp/kafka-logs", "", HIGH, READ_ONLY,
        "Log directory when log.dirs is not set.", acted_on=True,
    ),
    Property(
        "log.dir.failure.timeout.ms", LONG, "30000", "[1,...]", LOW, READ_ONLY,
        "How long a broker that cannot report a broken log directory keeps running.",
    ),
    Property(
        "log.dirs", LIST, None, "", HIGH, READ_ONLY, "Directories that hold the partitions.",
        acted_on=True,
    ),
    Property(
        "log.flush.interval.messages", LONG, "9223372036854775807", "[1,...]", HIGH, CLUSTER_WIDE,
        "Records of a partition after which it is flushed to disk.", acted_on=True,
    ),
    Property(
        "log.flush.interval.ms", LONG, None, None, HIGH, CLUSTER_WIDE,
        "Time after which a partition is flushed; unset: log.flush.scheduler.interval.ms.",
        acted_on=True,
    ),
    Property(
        "log.flush.offset.checkpoint.interval.ms", INT, "60000", "[0,...]", HIGH, READ_ONLY,
        "How often recovery points are written down.", acted_on=True,
    ),
    Property(
        "log.flush.scheduler.interval.ms", LONG, "9223372036854775807", None, HIGH, READ_ONLY,
        "How often the broker looks for partitions to flush; never: every second.",
        acted_on=True,
    ),
    Property(
        "log.flush.start.offset.checkpoint.interval.ms", INT, "60000", "[0,...]", HIGH, READ_ONLY,
        "How often log start offsets are written down.", acted_on=True,
    ),
    Property(
        "log.index.interval.bytes", INT, "4096", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "Log bytes between two entries of an offset index.", acted_on=True,
    ),
    Property(
        "log.index.size.max.bytes", INT, "10485760", "[4,...]", MEDIUM, CLUSTER_WIDE,
        "Largest size of an offset index.", acted_on=True,
    ),
    Property(
        "log.local.retention.bytes", LONG, "-2", "[-2,...]", MEDIUM, CLUSTER_WIDE,
        "Bytes kept locally once segments are in remote storage; -2: as log.retention.bytes.",
    ),
    Property(
        "log.local.retention.ms", LONG, "-2", "[-2,...]", MEDIUM, CLUSTER_WIDE,
        "Time kept locally once segments are in remote storage; -2: as log.retention.ms.",
    ),
    Property(
        "log.message.timestamp.after.max.ms", LONG, "3600000", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "How far a record's time may lie ahead of the broker's.", acted_on=True,
    ),
    Property(
        "log.message.timestamp.before.max.ms", LONG, "9223372036854775807", "[0,...]", MEDIUM,
        CLUSTER_WIDE, "How far a record's time may lie behind the broker's.", acted_on=True,
    ),
    Property(
        "log.message.timestamp.type", STRING, "CreateTime", "[CreateTime, LogAppendTime]", MEDIUM,
        CLUSTER_WIDE, "Whose time a record carries: the producer's or the broker's.",
        acted_on=True,
    ),
    Property(
        "log.preallocate", BOOLEAN, "false", None, MEDIUM, CLUSTER_WIDE,
        "Allocate a whole segment file when it is made.",
    ),
    Property(
        "log.retention.bytes", LONG, "-1", None, HIGH, CLUSTER_WIDE,
        "Size per partition above which old segments are deleted; -1: no limit.", acted_on=True,
    ),
    Property(
        "log.retention.check.interval.ms", LONG, "300000", "[1,...]", MEDIUM, READ_ONLY,
        "How often the broker looks for segments to delete.", acted_on=True,
    ),
    Property(
        "log.retention.hours", INT, "168", None, HIGH, READ_ONLY,
        "Age at which segments are deleted, in hours; the last of three names.", acted_on=True,
    ),
    Property(
        "log.retention.minutes", INT, None, None, HIGH, READ_ONLY,
        "Age at which segments are deleted, in minutes; beats the hours.", acted_on=True,
    ),
    Property(
        "log.retention.ms", LONG, None, None, HIGH, CLUSTER_WIDE,
        "Age at which segments are deleted; beats minutes and hours; -1: no limit.", acted_on=True,
    ),
    Property(
        "log.roll.hours", INT, "168", "[1,...]", HIGH, READ_ONLY,
        "Age at which a new segment is begun, in hours, where log.roll.ms is not set.",
        acted_on=True,
    ),
    Property(
        "log.roll.jitter.hours", INT, "0", "[0,...]", HIGH, READ_ONLY,
        "Random hours taken off log.roll.hours.", acted_on=True,
    ),
    Property(
        "log.roll.jitter.ms", LONG, None, None, HIGH, CLUSTER_WIDE,
        "Random time taken off log.roll.ms; beats the hours.", acted_on=True,
    ),
    Property(
        "log.roll.ms", LONG, None, None, HIGH, CLUSTER_WIDE,
        "Age at which a new segment is begun; beats log.roll.hours.", acted_on=True,
    ),
    Property(
        "log.segment.bytes", INT, "1073741824", "[1048576,...]", HIGH, CLUSTER_WIDE,
        "Size at which a new segment is begun.", acted_on=True,
    ),
    Property(
        "log.segment.delete.delay.ms", LONG, "60000", "[0,...]", HIGH, CLUSTER_WIDE,
        "How long files of deleted segments stay on disk.", acted_on=True,
    ),
    Property(
        "message.max.bytes", INT, "1048588", "[0,...]", HIGH, CLUSTER_WIDE,
        "Largest record batch, compressed, that a topic accepts.", acted_on=True,
    ),
    Property(
        "num.recovery.threads.per.data.dir", INT, "2", "[1,...]", HIGH, CLUSTER_WIDE,
        "Threads per log directory that recover logs at start.",
    ),
    Property(
        "producer.id.expiration.ms", INT, "86400000", "[1,...]", LOW, CLUSTER_WIDE,
        "How long the state of an idle idempotent producer is kept.", acted_on=True,
    ),
)
