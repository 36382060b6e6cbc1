"""The table of group configs.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    BOOLEAN,
    DYNAMIC,
    INT,
    MEDIUM,
    STRING,
    Property,
)

GROUP_PROPERTIES: tuple[Property, ...] = (
    Property(
        "consumer.assignment.interval.ms", INT, "1000", "[0,...]", MEDIUM, DYNAMIC,
        "Least time between two assignments of this consumer group.",
        broker_name="group.consumer.assignment.interval.ms",
        acted_on=True,
    ),
    Property(
        "consumer.heartbeat.interval.ms", INT, "5000", "[1,...]", MEDIUM, DYNAMIC,
        "How often a member reports.", broker_name="group.consumer.heartbeat.interval.ms",
        acted_on=True,
    ),
    Property(
        "consumer.session.timeout.ms", INT, "45000", "[1,...]", MEDIUM, DYNAMIC,
        "Silence after which a member is removed.",
        broker_name="group.consumer.session.timeout.ms",
        acted_on=True,
    ),
    Property(
        "share.assignment.interval.ms", INT, "1000", "[0,...]", MEDIUM, DYNAMIC,
        "Least time between two assignments of this share group.",
        broker_name="group.share.assignment.interval.ms",
    ),
    Property(
        "share.auto.offset.reset", STRING, "latest",
        "[latest, earliest, by_duration:PnDTnHnMn.nS]", MEDIUM, DYNAMIC,
        "Where the group starts in a partition that is new to it.",
        broker_name="share.auto.offset.reset",
    ),
    Property(
        "share.delivery.count.limit", INT, "5", "[2,...]", MEDIUM, DYNAMIC,
        "How often a record is offered before it is given up.",
        broker_name="group.share.delivery.count.limit",
    ),
    Property(
        "share.heartbeat.interval.ms", INT, "5000", "[1,...]", MEDIUM, DYNAMIC,
        "How often a member reports.", broker_name="group.share.heartbeat.interval.ms",
    ),
    Property(
        "share.isolation.level", STRING, "read_uncommitted", "[read_committed, read_uncommitted]",
        MEDIUM, DYNAMIC, "Whether records of open and aborted transactions are delivered.",
        broker_name="share.isolation.level",
    ),
    Property(
        "share.partition.max.record.locks", INT, "2000", "[100,...]", MEDIUM, DYNAMIC,
        "Most records of a partition that are locked at once.",
        broker_name="group.share.partition.max.record.locks",
    ),
    Property(
        "share.record.lock.duration.ms", INT, "30000", "[1000,...]", MEDIUM, DYNAMIC,
        "How long a record belongs to the member that fetched it.",
        broker_name="group.share.record.lock.duration.ms",
    ),
    Property(
        "share.renew.acknowledge.enable", BOOLEAN, "true", None, MEDIUM, DYNAMIC,
        "Allow a member to renew the lock of a record.",
        broker_name="share.renew.acknowledge.enable",
    ),
    Property(
        "share.session.timeout.ms", INT, "45000", "[1,...]", MEDIUM, DYNAMIC,
        "Silence after which a member is removed.", broker_name="group.share.session.timeout.ms",
    ),
    Property(
        "streams.assignment.interval.ms", INT, "1000", "[0,...]", MEDIUM, DYNAMIC,
        "Least time between two assignments of this streams group.",
        broker_name="group.streams.assignment.interval.ms",
    ),
    Property(
        "streams.heartbeat.interval.ms", INT, "5000", "[1,...]", MEDIUM, DYNAMIC,
        "How often a member reports.", broker_name="group.streams.heartbeat.interval.ms",
    ),
    Property(
        "streams.initial.rebalance.delay.ms", INT, "3000", "[0,...]", MEDIUM, DYNAMIC,
        "How long the first assignment waits for more members.",
        broker_name="group.streams.initial.rebalance.delay.ms",
    ),
    Property(
        "streams.num.standby.replicas", INT, "0", "[0,...]", MEDIUM, DYNAMIC,
        "Standby copies of each stateful task.", broker_name="group.streams.num.standby.replicas",
    ),
    Property(
        "streams.session.timeout.ms", INT, "45000", "[1,...]", MEDIUM, DYNAMIC,
        "Silence after which a member is removed.", broker_name="group.streams.session.timeout.ms",
    ),
)
