"""The node, its roles, the metadata quorum.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    BOOLEAN,
    HIGH,
    INT,
    LIST,
    LONG,
    LOW,
    MEDIUM,
    READ_ONLY,
    STRING,
    Property,
)

PROPERTIES: tuple[Property, ...] = (
    Property(
        "broker.heartbeat.interval.ms", INT, "2000", None, MEDIUM, READ_ONLY,
        "How often a broker tells the controller that it lives.",
    ),
    Property("broker.id", INT, "-1", None, HIGH, READ_ONLY, "Old name of node.id.", acted_on=True),
    Property(
        "broker.rack", STRING, None, None, MEDIUM, READ_ONLY,
        "Rack or zone of this broker, used to spread replicas and to read from the nearest one.",
        acted_on=True,
    ),
    Property(
        "broker.session.timeout.ms", INT, "9000", None, MEDIUM, READ_ONLY,
        "Silence after which the controller fences a broker.",
    ),
    Property(
        "controller.listener.names", LIST, None, "", HIGH, READ_ONLY,
        "Listeners that belong to the controller; ignored here.", acted_on=True,
    ),
    Property(
        "controller.quorum.append.linger.ms", INT, "25", "[0,...]", MEDIUM, READ_ONLY,
        "How long the quorum's leader collects writes before it flushes them.",
    ),
    Property(
        "controller.quorum.auto.join.enable", BOOLEAN, "false", None, LOW, READ_ONLY,
        "Let a controller add itself to the voters.",
    ),
    Property(
        "controller.quorum.bootstrap.servers", LIST, "", "non-empty list", HIGH, READ_ONLY,
        "Addresses by which the metadata quorum is found.",
    ),
    Property(
        "controller.quorum.election.backoff.max.ms", INT, "1000", "[0,...]", HIGH, READ_ONLY,
        "Longest pause between elections of the quorum.",
    ),
    Property(
        "controller.quorum.election.timeout.ms", INT, "1000", "[0,...]", HIGH, READ_ONLY,
        "Time without a leader until an election of the quorum starts.",
    ),
    Property(
        "controller.quorum.fetch.max.bytes", INT, "1048576", "[1,...]", LOW, READ_ONLY,
        "Most metadata bytes per fetch between members of the quorum.",
    ),
    Property(
        "controller.quorum.fetch.snapshot.max.bytes", INT, "1048576", "[1,...]", LOW, READ_ONLY,
        "Most snapshot bytes per fetch between members of the quorum.",
    ),
    Property(
        "controller.quorum.fetch.timeout.ms", INT, "2000", "[0,...]", HIGH, READ_ONLY,
        "Time without an answer of the leader until a follower becomes a candidate.",
    ),
    Property(
        "controller.quorum.request.timeout.ms", INT, "2000", "[0,...]", MEDIUM, READ_ONLY,
        "Longest wait for an answer within the quorum.",
    ),
    Property(
        "controller.quorum.retry.backoff.ms", INT, "20", "[0,...]", LOW, READ_ONLY,
        "Pause before a request within the quorum is repeated.",
    ),
    Property(
        "controller.quorum.voters", LIST, "", "non-empty list", HIGH, READ_ONLY,
        "Fixed members of the metadata quorum, id@host:port.",
    ),
    Property(
        "controller.quota.window.num", INT, "11", "[1,...]", LOW, READ_ONLY,
        "Number of samples kept for the quota of topic changes.", acted_on=True,
    ),
    Property(
        "controller.quota.window.size.seconds", INT, "1", "[1,...]", LOW, READ_ONLY,
        "Length of each of those samples.", acted_on=True,
    ),
    Property(
        "controller.socket.timeout.ms", INT, "30000", None, MEDIUM, READ_ONLY,
        "Longest wait for an answer between broker and controller.",
    ),
    Property(
        "initial.broker.registration.timeout.ms", INT, "60000", None, MEDIUM, READ_ONLY,
        "How long a starting broker tries to register with the controller.",
    ),
    Property(
        "metadata.log.dir", STRING, None, None, HIGH, READ_ONLY,
        "Directory of the metadata log; unset: the first log directory.",
    ),
    Property(
        "metadata.log.max.record.bytes.between.snapshots", LONG, "20971520", "[1,...]", HIGH,
        READ_ONLY, "Metadata bytes after which a snapshot is made.",
    ),
    Property(
        "metadata.log.max.snapshot.interval.ms", LONG, "3600000", "[0,...]", HIGH, READ_ONLY,
        "Time after which a snapshot of the metadata is made.",
    ),
    Property(
        "metadata.log.segment.bytes", INT, "1073741824", "[8388608,...]", HIGH, READ_ONLY,
        "Segment size of the metadata log.",
    ),
    Property(
        "metadata.log.segment.ms", LONG, "604800000", None, HIGH, READ_ONLY,
        "Segment age of the metadata log.",
    ),
    Property(
        "metadata.max.idle.interval.ms", INT, "500", "[0,...]", LOW, READ_ONLY,
        "How often an idle controller writes an empty record.",
    ),
    Property(
        "metadata.max.retention.bytes", LONG, "104857600", None, HIGH, READ_ONLY,
        "Size above which old metadata segments and snapshots are deleted.",
    ),
    Property(
        "metadata.max.retention.ms", LONG, "604800000", None, HIGH, READ_ONLY,
        "Age above which old metadata segments and snapshots are deleted.",
    ),
    Property(
        "node.id", INT, None, "[0,...]", HIGH, READ_ONLY, "Number of this node in the cluster.",
        acted_on=True,
    ),
    Property(
        "process.roles", LIST, None, "[broker, controller]", HIGH, READ_ONLY,
        "What this node does: broker, controller or both; here it must be a broker.",
        acted_on=True,
    ),
)
