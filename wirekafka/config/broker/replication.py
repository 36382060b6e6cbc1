"""Replicas, leaders, and the quotas of their traffic.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    BOOLEAN,
    CLUSTER_WIDE,
    HIGH,
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
        "alter.log.dirs.replication.quota.window.num", INT, "11", "[1,...]", LOW, READ_ONLY,
        "Number of samples kept for the quota of moves between log directories.",
    ),
    Property(
        "alter.log.dirs.replication.quota.window.size.seconds", INT, "1", "[1,...]", LOW,
        READ_ONLY, "Length of each of those samples.",
    ),
    Property(
        "auto.leader.rebalance.enable", BOOLEAN, "true", None, HIGH, READ_ONLY,
        "Move leadership back to preferred replicas from time to time.",
    ),
    Property(
        "controlled.shutdown.enable", BOOLEAN, "true", None, MEDIUM, READ_ONLY,
        "Hand over leadership before stopping.",
    ),
    Property(
        "default.replication.factor", INT, "1", None, MEDIUM, READ_ONLY,
        "Replicas of a topic whose creator does not say.", acted_on=True,
    ),
    Property(
        "follower.fetch.last.tiered.offset.enable", BOOLEAN, "false", None, MEDIUM, CLUSTER_WIDE,
        "Let an empty follower start at the first offset that is not in remote storage.",
    ),
    Property(
        "leader.imbalance.check.interval.seconds", LONG, "300", "[1,...]", HIGH, READ_ONLY,
        "How often leadership is compared with the preferred replicas.",
    ),
    Property(
        "min.insync.replicas", INT, "1", "[1,...]", HIGH, CLUSTER_WIDE,
        "In-sync replicas that must hold a record before acks=all is answered.",
    ),
    Property(
        "num.replica.alter.log.dirs.threads", INT, None, None, HIGH, READ_ONLY,
        "Threads that move replicas between log directories.",
    ),
    Property(
        "num.replica.fetchers", INT, "1", "[1,...]", HIGH, CLUSTER_WIDE,
        "Threads that fetch from each other broker.",
    ),
    Property(
        "replica.fetch.backoff.ms", INT, "1000", "[0,...]", MEDIUM, READ_ONLY,
        "Pause of a follower after a failed fetch.",
    ),
    Property(
        "replica.fetch.max.bytes", INT, "1048576", "[0,...]", MEDIUM, READ_ONLY,
        "Bytes per partition that a follower tries to fetch.",
    ),
    Property(
        "replica.fetch.min.bytes", INT, "1", None, HIGH, READ_ONLY,
        "Bytes for which a follower's fetch waits.",
    ),
    Property(
        "replica.fetch.response.max.bytes", INT, "10485760", "[0,...]", MEDIUM, READ_ONLY,
        "Bytes of a whole answer that a follower tries to fetch.",
    ),
    Property(
        "replica.fetch.wait.max.ms", INT, "500", None, HIGH, READ_ONLY,
        "Longest wait of a follower's fetch.",
    ),
    Property(
        "replica.high.watermark.checkpoint.interval.ms", LONG, "5000", None, HIGH, READ_ONLY,
        "How often high watermarks are written down.",
    ),
    Property(
        "replica.lag.time.max.ms", LONG, "30000", None, HIGH, READ_ONLY,
        "How long a follower may lag before it leaves the in-sync set.",
    ),
    Property(
        "replica.selector.class", STRING, None, None, MEDIUM, READ_ONLY,
        "Java class that picks the replica a consumer reads from.",
    ),
    Property(
        "replica.socket.receive.buffer.bytes", INT, "65536", None, HIGH, READ_ONLY,
        "Receive buffer of connections between replicas.",
    ),
    Property(
        "replica.socket.timeout.ms", INT, "30000", None, HIGH, READ_ONLY,
        "Longest wait for data between replicas.",
    ),
    Property(
        "replication.quota.window.num", INT, "11", "[1,...]", LOW, READ_ONLY,
        "Number of samples kept for replication quotas.",
    ),
    Property(
        "replication.quota.window.size.seconds", INT, "1", "[1,...]", LOW, READ_ONLY,
        "Length of each of those samples.",
    ),
    Property(
        "unclean.leader.election.enable", BOOLEAN, "false", None, HIGH, CLUSTER_WIDE,
        "Let a replica that lags become leader, at the price of lost records.",
    ),
)
