"""Groups: the coordinators of classic, consumer, share and streams groups, and their topics.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    CLUSTER_WIDE,
    HIGH,
    INT,
    LIST,
    LONG,
    MEDIUM,
    READ_ONLY,
    SHORT,
    STRING,
    Property,
)

PROPERTIES: tuple[Property, ...] = (
    Property(
        "group.consumer.assignment.interval.ms", INT, "1000", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "Least time between two assignments of a consumer group.",
        acted_on=True,
    ),
    Property(
        "group.consumer.assignors", LIST, "uniform,range", "", MEDIUM, READ_ONLY,
        "Assignors of the broker for consumer groups; the first is the default.",
        acted_on=True,
    ),
    Property(
        "group.consumer.heartbeat.interval.ms", INT, "5000", "[1,...]", MEDIUM, READ_ONLY,
        "How often a member of a consumer group reports.",
        acted_on=True,
    ),
    Property(
        "group.consumer.max.assignment.interval.ms", INT, "15000", "[0,...]", MEDIUM, READ_ONLY,
        "Highest assignment interval that a group may ask for.", acted_on=True,
    ),
    Property(
        "group.consumer.max.heartbeat.interval.ms", INT, "15000", "[1,...]", MEDIUM, READ_ONLY,
        "Highest heartbeat interval that a group may ask for.", acted_on=True,
    ),
    Property(
        "group.consumer.max.session.timeout.ms", INT, "60000", "[1,...]", MEDIUM, READ_ONLY,
        "Highest session timeout that a group may ask for.", acted_on=True,
    ),
    Property(
        "group.consumer.max.size", INT, "2147483647", "[1,...]", MEDIUM, READ_ONLY,
        "Most members of one consumer group.",
        acted_on=True,
    ),
    Property(
        "group.consumer.migration.policy", STRING, "bidirectional",
        "(case insensitive) [DISABLED, DOWNGRADE, UPGRADE, BIDIRECTIONAL]", MEDIUM, READ_ONLY,
        "Which way a live group may change between the classic and the consumer protocol.",
        acted_on=True,
    ),
    Property(
        "group.consumer.min.assignment.interval.ms", INT, "0", "[0,...]", MEDIUM, READ_ONLY,
        "Lowest assignment interval that a group may ask for.", acted_on=True,
    ),
    Property(
        "group.consumer.min.heartbeat.interval.ms", INT, "5000", "[1,...]", MEDIUM, READ_ONLY,
        "Lowest heartbeat interval that a group may ask for.", acted_on=True,
    ),
    Property(
        "group.consumer.min.session.timeout.ms", INT, "45000", "[1,...]", MEDIUM, READ_ONLY,
        "Lowest session timeout that a group may ask for.", acted_on=True,
    ),
    Property(
        "group.consumer.session.timeout.ms", INT, "45000", "[1,...]", MEDIUM, READ_ONLY,
        "Silence after which a member of a consumer group is removed.",
        acted_on=True,
    ),
    Property(
        "group.coordinator.append.linger.ms", INT, "-1", "[-1,...]", MEDIUM, READ_ONLY,
        "How long the group coordinator collects writes; -1: as the load suggests.",
    ),
    Property(
        "group.coordinator.background.threads", INT, "2", "[1,...]", HIGH, READ_ONLY,
        "Threads for the group coordinator's slower work.",
    ),
    Property(
        "group.coordinator.cached.buffer.max.bytes", INT, "1048588", "[524288,...]", MEDIUM,
        CLUSTER_WIDE, "Largest write buffer that the group coordinator keeps for reuse.",
    ),
    Property(
        "group.coordinator.rebalance.protocols", LIST, "classic,consumer,streams",
        "[consumer, classic, share, streams]", MEDIUM, READ_ONLY,
        "Group protocols that the broker speaks.", acted_on=True,
    ),
    Property(
        "group.coordinator.threads", INT, "4", "[1,...]", HIGH, READ_ONLY,
        "Threads of the group coordinator.",
    ),
    Property(
        "group.initial.rebalance.delay.ms", INT, "3000", None, MEDIUM, READ_ONLY,
        "How long the first rebalance of an empty classic group waits for more members.",
        acted_on=True,
    ),
    Property(
        "group.max.session.timeout.ms", INT, "1800000", None, MEDIUM, READ_ONLY,
        "Highest session timeout that a classic member may ask for.", acted_on=True,
    ),
    Property(
        "group.max.size", INT, "2147483647", "[1,...]", MEDIUM, READ_ONLY,
        "Most members of one classic group.", acted_on=True,
    ),
    Property(
        "group.min.session.timeout.ms", INT, "6000", None, MEDIUM, READ_ONLY,
        "Lowest session timeout that a classic member may ask for.", acted_on=True,
    ),
    Property(
        "group.share.assignment.interval.ms", INT, "1000", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "Least time between two assignments of a share group.",
    ),
    Property(
        "group.share.assignors", LIST, "simple", "", MEDIUM, READ_ONLY,
        "Assignors of the broker for share groups.",
    ),
    Property(
        "group.share.delivery.count.limit", INT, "5", "[2,...,10]", MEDIUM, READ_ONLY,
        "How often a record is offered to a share group before it is given up.",
    ),
    Property(
        "group.share.heartbeat.interval.ms", INT, "5000", "[1,...]", MEDIUM, READ_ONLY,
        "How often a member of a share group reports.",
    ),
    Property(
        "group.share.max.assignment.interval.ms", INT, "15000", "[0,...]", MEDIUM, READ_ONLY,
        "Highest assignment interval that a share group may ask for.",
    ),
    Property(
        "group.share.max.delivery.count.limit", INT, "10", "[5,...,25]", MEDIUM, READ_ONLY,
        "Highest delivery limit that a share group may ask for.",
    ),
    Property(
        "group.share.max.heartbeat.interval.ms", INT, "15000", "[1,...]", MEDIUM, READ_ONLY,
        "Highest heartbeat interval that a share group may ask for.",
    ),
    Property(
        "group.share.max.partition.max.record.locks", INT, "4000", "[2000,...,10000]", MEDIUM,
        READ_ONLY, "Highest limit of locked records that a share group may ask for.",
    ),
    Property(
        "group.share.max.record.lock.duration.ms", INT, "60000", "[30000,...,3600000]", MEDIUM,
        READ_ONLY, "Longest lock of a record that a share group may ask for.",
    ),
    Property(
        "group.share.max.session.timeout.ms", INT, "60000", "[1,...]", MEDIUM, READ_ONLY,
        "Highest session timeout that a share group may ask for.",
    ),
    Property(
        "group.share.max.share.sessions", INT, "2000", "[1,...]", MEDIUM, READ_ONLY,
        "Most share sessions of one broker.",
    ),
    Property(
        "group.share.max.size", INT, "200", "[1,...,1000]", MEDIUM, READ_ONLY,
        "Most members of one share group.",
    ),
    Property(
        "group.share.min.assignment.interval.ms", INT, "0", "[0,...]", MEDIUM, READ_ONLY,
        "Lowest assignment interval that a share group may ask for.",
    ),
    Property(
        "group.share.min.delivery.count.limit", INT, "2", "[2,...,5]", MEDIUM, READ_ONLY,
        "Lowest delivery limit that a share group may ask for.",
    ),
    Property(
        "group.share.min.heartbeat.interval.ms", INT, "5000", "[1,...]", MEDIUM, READ_ONLY,
        "Lowest heartbeat interval that a share group may ask for.",
    ),
    Property(
        "group.share.min.partition.max.record.locks", INT, "100", "[100,...,2000]", MEDIUM,
        READ_ONLY, "Lowest limit of locked records that a share group may ask for.",
    ),
    Property(
        "group.share.min.record.lock.duration.ms", INT, "15000", "[1000,...,30000]", MEDIUM,
        READ_ONLY, "Shortest lock of a record that a share group may ask for.",
    ),
    Property(
        "group.share.min.session.timeout.ms", INT, "45000", "[1,...]", MEDIUM, READ_ONLY,
        "Lowest session timeout that a share group may ask for.",
    ),
    Property(
        "group.share.partition.max.record.locks", INT, "2000", "[100,...,10000]", MEDIUM,
        READ_ONLY, "Most records of a partition that a share group has locked at once.",
    ),
    Property(
        "group.share.record.lock.duration.ms", INT, "30000", "[1000,...,3600000]", MEDIUM,
        READ_ONLY, "How long a record belongs to the share consumer that fetched it.",
    ),
    Property(
        "group.share.session.timeout.ms", INT, "45000", "[1,...]", MEDIUM, READ_ONLY,
        "Silence after which a member of a share group is removed.",
    ),
    Property(
        "group.streams.assignment.interval.ms", INT, "1000", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "Least time between two assignments of a streams group.",
    ),
    Property(
        "group.streams.heartbeat.interval.ms", INT, "5000", "[1,...]", MEDIUM, READ_ONLY,
        "How often a member of a streams group reports.",
    ),
    Property(
        "group.streams.initial.rebalance.delay.ms", INT, "3000", "[0,...]", MEDIUM, READ_ONLY,
        "How long the first assignment of an empty streams group waits for more members.",
    ),
    Property(
        "group.streams.max.assignment.interval.ms", INT, "15000", "[0,...]", MEDIUM, READ_ONLY,
        "Highest assignment interval that a streams group may ask for.",
    ),
    Property(
        "group.streams.max.heartbeat.interval.ms", INT, "15000", "[1,...]", MEDIUM, READ_ONLY,
        "Highest heartbeat interval that a streams group may ask for.",
    ),
    Property(
        "group.streams.max.session.timeout.ms", INT, "60000", "[1,...]", MEDIUM, READ_ONLY,
        "Highest session timeout that a streams group may ask for.",
    ),
    Property(
        "group.streams.max.size", INT, "2147483647", "[1,...]", MEDIUM, READ_ONLY,
        "Most members of one streams group.",
    ),
    Property(
        "group.streams.max.standby.replicas", INT, "2", "[0,...]", MEDIUM, READ_ONLY,
        "Highest number of standby copies that a streams group may ask for.",
    ),
    Property(
        "group.streams.min.assignment.interval.ms", INT, "0", "[0,...]", MEDIUM, READ_ONLY,
        "Lowest assignment interval that a streams group may ask for.",
    ),
    Property(
        "group.streams.min.heartbeat.interval.ms", INT, "5000", "[1,...]", MEDIUM, READ_ONLY,
        "Lowest heartbeat interval that a streams group may ask for.",
    ),
    Property(
        "group.streams.min.session.timeout.ms", INT, "45000", "[1,...]", MEDIUM, READ_ONLY,
        "Lowest session timeout that a streams group may ask for.",
    ),
    Property(
        "group.streams.num.standby.replicas", INT, "0", "[0,...]", MEDIUM, READ_ONLY,
        "Standby copies of each stateful task.",
    ),
    Property(
        "group.streams.session.timeout.ms", INT, "45000", "[1,...]", MEDIUM, READ_ONLY,
        "Silence after which a member of a streams group is removed.",
    ),
    Property(
        "offset.metadata.max.bytes", INT, "4096", None, HIGH, READ_ONLY,
        "Longest metadata text of a committed offset.", acted_on=True,
    ),
    Property(
        "offsets.commit.timeout.ms", INT, "5000", "[1,...]", HIGH, READ_ONLY,
        "Longest wait until a commit of offsets is replicated.",
    ),
    Property(
        "offsets.load.buffer.size", INT, "5242880", "[1,...]", HIGH, READ_ONLY,
        "Batch size in which offsets are read when a coordinator loads.",
    ),
    Property(
        "offsets.retention.check.interval.ms", LONG, "600000", "[1,...]", HIGH, READ_ONLY,
        "How often expired offsets are looked for.", acted_on=True,
    ),
    Property(
        "offsets.retention.minutes", INT, "10080", "[1,...]", HIGH, READ_ONLY,
        "How long offsets are kept after their group became empty.", acted_on=True,
    ),
    Property(
        "offsets.topic.compression.codec", INT, "0", None, HIGH, READ_ONLY,
        "Codec number of batches in the offsets topic; 0 is none.",
    ),
    Property(
        "offsets.topic.num.partitions", INT, "50", "[1,...]", HIGH, READ_ONLY,
        "Partitions of the offsets topic; not to be changed later.", acted_on=True,
    ),
    Property(
        "offsets.topic.replication.factor", SHORT, "3", "[1,...]", HIGH, READ_ONLY,
        "Replicas of the offsets topic.", acted_on=True,
    ),
    Property(
        "offsets.topic.segment.bytes", INT, "104857600", "[1,...]", HIGH, READ_ONLY,
        "Segment size of the offsets topic.", acted_on=True,
    ),
    Property(
        "share.coordinator.append.linger.ms", INT, "-1", "[-1,...]", MEDIUM, READ_ONLY,
        "How long the share coordinator collects writes; -1: as the load suggests.",
    ),
    Property(
        "share.coordinator.cached.buffer.max.bytes", INT, "1048588", "[524288,...]", MEDIUM,
        CLUSTER_WIDE, "Largest write buffer that the share coordinator keeps for reuse.",
    ),
    Property(
        "share.coordinator.load.buffer.size", INT, "5242880", "[1,...]", HIGH, READ_ONLY,
        "Batch size in which share state is read when a coordinator loads.",
    ),
    Property(
        "share.coordinator.snapshot.update.records.per.snapshot", INT, "500", "[0,...,500]",
        MEDIUM, READ_ONLY, "Updates of a share partition between two snapshots.",
    ),
    Property(
        "share.coordinator.state.topic.compression.codec", INT, "0", None, HIGH, READ_ONLY,
        "Codec number of batches in the share state topic; 0 is none.",
    ),
    Property(
        "share.coordinator.state.topic.min.isr", SHORT, "2", "[1,...]", HIGH, READ_ONLY,
        "In-sync replicas that the share state topic demands.",
    ),
    Property(
        "share.coordinator.state.topic.num.partitions", INT, "50", "[1,...]", HIGH, READ_ONLY,
        "Partitions of the share state topic; not to be changed later.",
    ),
    Property(
        "share.coordinator.state.topic.replication.factor", SHORT, "3", "[1,...]", HIGH, READ_ONLY,
        "Replicas of the share state topic.",
    ),
    Property(
        "share.coordinator.state.topic.segment.bytes", INT, "104857600", "[1,...]", HIGH,
        READ_ONLY, "Segment size of the share state topic.",
    ),
    Property(
        "share.coordinator.threads", INT, "1", "[1,...]", MEDIUM, READ_ONLY,
        "Threads of the share coordinator.",
    ),
    Property(
        "share.coordinator.write.timeout.ms", INT, "5000", "[1,...]", HIGH, READ_ONLY,
        "Longest wait until a write of share state is replicated.",
    ),
)
