"""Transactions and their topic.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    BOOLEAN,
    CLUSTER_WIDE,
    HIGH,
    INT,
    LOW,
    READ_ONLY,
    SHORT,
    Property,
)

PROPERTIES: tuple[Property, ...] = (
    Property(
        "add.partitions.to.txn.retry.backoff.max.ms", INT, "100", "[0,...]", HIGH, READ_ONLY,
        "How long the broker tries to add a partition to a transaction before it says no.",
        acted_on=True,
    ),
    Property(
        "add.partitions.to.txn.retry.backoff.ms", INT, "20", "[1,...]", HIGH, READ_ONLY,
        "Pause between those retries.", acted_on=True,
    ),
    Property(
        "transaction.abort.timed.out.transaction.cleanup.interval.ms", INT, "10000", "[1,...]",
        LOW, READ_ONLY, "How often transactions that ran out of time are aborted.", acted_on=True,
    ),
    Property(
        "transaction.max.timeout.ms", INT, "900000", "[1,...]", HIGH, READ_ONLY,
        "Longest timeout that a transaction may ask for.", acted_on=True,
    ),
    Property(
        "transaction.partition.verification.enable", BOOLEAN, "true", None, LOW, CLUSTER_WIDE,
        "Ask the coordinator whether a partition belongs to the transaction before appending.",
        acted_on=True,
    ),
    Property(
        "transaction.remove.expired.transaction.cleanup.interval.ms", INT, "3600000", "[1,...]",
        LOW, READ_ONLY, "How often expired transactional ids are removed.", acted_on=True,
    ),
    Property(
        "transaction.state.log.load.buffer.size", INT, "5242880", "[1,...]", HIGH, READ_ONLY,
        "Batch size in which transactions are read when a coordinator loads.",
    ),
    Property(
        "transaction.state.log.min.isr", INT, "2", "[1,...]", HIGH, READ_ONLY,
        "In-sync replicas that the transaction topic demands.", acted_on=True,
    ),
    Property(
        "transaction.state.log.num.partitions", INT, "50", "[1,...]", HIGH, READ_ONLY,
        "Partitions of the transaction topic; not to be changed later.", acted_on=True,
    ),
    Property(
        "transaction.state.log.replication.factor", SHORT, "3", "[1,...]", HIGH, READ_ONLY,
        "Replicas of the transaction topic.", acted_on=True,
    ),
    Property(
        "transaction.state.log.segment.bytes", INT, "104857600", "[1,...]", HIGH, READ_ONLY,
        "Segment size of the transaction topic.", acted_on=True,
    ),
    Property(
        "transaction.two.phase.commit.enable", BOOLEAN, "false", None, LOW, READ_ONLY,
        "Allow transactions without a timeout that an outside coordinator ends.",
    ),
    Property(
        "transactional.id.expiration.ms", INT, "604800000", "[1,...]", HIGH, READ_ONLY,
        "How long an unused transactional id is kept.", acted_on=True,
    ),
)
