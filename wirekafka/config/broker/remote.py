"""Tiered storage: nothing of it is acted on.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    BOOLEAN,
    CLUSTER_WIDE,
    INT,
    LONG,
    LOW,
    MEDIUM,
    READ_ONLY,
    STRING,
    Property,
)

PROPERTIES: tuple[Property, ...] = (
    Property(
        "remote.fetch.max.wait.ms", INT, "500", "[1,...]", MEDIUM, CLUSTER_WIDE,
        "Longest wait of a fetch for remote storage.",
    ),
    Property(
        "remote.list.offsets.request.timeout.ms", LONG, "30000", "[1,...]", MEDIUM, CLUSTER_WIDE,
        "Longest wait of ListOffsets for remote storage.",
    ),
    Property(
        "remote.log.index.file.cache.total.size.bytes", LONG, "1073741824", "[1,...]", LOW,
        CLUSTER_WIDE, "Disk space for indexes copied from remote storage.",
    ),
    Property(
        "remote.log.manager.copier.thread.pool.size", INT, "10", "[1,...]", MEDIUM, CLUSTER_WIDE,
        "Threads that copy segments to remote storage.",
    ),
    Property(
        "remote.log.manager.copy.max.bytes.per.second", LONG, "9223372036854775807", "[1,...]",
        MEDIUM, CLUSTER_WIDE, "Most bytes per second copied to remote storage.",
    ),
    Property(
        "remote.log.manager.copy.quota.window.num", INT, "11", "[1,...]", MEDIUM, READ_ONLY,
        "Number of samples kept for the copy quota.",
    ),
    Property(
        "remote.log.manager.copy.quota.window.size.seconds", INT, "1", "[1,...]", MEDIUM,
        READ_ONLY, "Length of each of those samples.",
    ),
    Property(
        "remote.log.manager.expiration.thread.pool.size", INT, "10", "[1,...]", MEDIUM,
        CLUSTER_WIDE, "Threads that delete from remote storage.",
    ),
    Property(
        "remote.log.manager.fetch.max.bytes.per.second", LONG, "9223372036854775807", "[1,...]",
        MEDIUM, CLUSTER_WIDE, "Most bytes per second fetched from remote storage.",
    ),
    Property(
        "remote.log.manager.fetch.quota.window.num", INT, "11", "[1,...]", MEDIUM, READ_ONLY,
        "Number of samples kept for the fetch quota.",
    ),
    Property(
        "remote.log.manager.fetch.quota.window.size.seconds", INT, "1", "[1,...]", MEDIUM,
        READ_ONLY, "Length of each of those samples.",
    ),
    Property(
        "remote.log.manager.follower.thread.pool.size", INT, "2", "[1,...]", MEDIUM, CLUSTER_WIDE,
        "Threads for follower partitions in remote storage.",
    ),
    Property(
        "remote.log.manager.task.interval.ms", LONG, "30000", "[1,...]", LOW, READ_ONLY,
        "How often remote storage tasks run.",
    ),
    Property(
        "remote.log.manager.thread.pool.size", INT, "2", "[1,...]", MEDIUM, READ_ONLY,
        "Threads that schedule remote storage tasks.",
    ),
    Property(
        "remote.log.metadata.custom.metadata.max.bytes", INT, "128", "[0,...]", LOW, READ_ONLY,
        "Most bytes of metadata of a storage plug-in per segment.",
    ),
    Property(
        "remote.log.metadata.manager.class.name", STRING,
        "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager",
        "non-empty string", MEDIUM, READ_ONLY,
        "Java class that keeps the metadata of remote segments.",
    ),
    Property(
        "remote.log.metadata.manager.class.path", STRING, None, None, MEDIUM, READ_ONLY,
        "Where that class is loaded from.",
    ),
    Property(
        "remote.log.metadata.manager.impl.prefix", STRING, "rlmm.config.", "non-empty string",
        MEDIUM, READ_ONLY, "Prefix of the configs that are passed to it.",
    ),
    Property(
        "remote.log.metadata.manager.listener.name", STRING, None, "non-empty string", MEDIUM,
        READ_ONLY, "Listener by which it talks to the cluster.",
    ),
    Property(
        "remote.log.reader.max.pending.tasks", INT, "100", "[1,...]", MEDIUM, READ_ONLY,
        "Most remote reads that wait.",
    ),
    Property(
        "remote.log.reader.threads", INT, "10", "[1,...]", MEDIUM, CLUSTER_WIDE,
        "Threads that read remote segments.",
    ),
    Property(
        "remote.log.storage.manager.class.name", STRING, None, "non-empty string", MEDIUM,
        READ_ONLY, "Java class that stores remote segments.",
    ),
    Property(
        "remote.log.storage.manager.class.path", STRING, None, None, MEDIUM, READ_ONLY,
        "Where that class is loaded from.",
    ),
    Property(
        "remote.log.storage.manager.impl.prefix", STRING, "rsm.config.", "non-empty string",
        MEDIUM, READ_ONLY, "Prefix of the configs that are passed to it.",
    ),
    Property(
        "remote.log.storage.system.enable", BOOLEAN, "false", None, MEDIUM, READ_ONLY,
        "Allow topics in remote storage.",
    ),
)
