"""The broker configs: the table of all of them, what they are called otherwise, our own presets.

The tables are read on first use, not on import. Three kinds of names exist besides the table:
`INTERNAL_PROPERTIES`, which Kafka accepts and does not describe; `DYNAMIC_ONLY_PROPERTIES`, quotas
that can only be set on a running broker; and names that Kafka 4 removed, which old files carry.

Source: `AbstractKafkaConfig`, `DynamicBrokerConfig`, `ServerLogConfigs` of Kafka 4.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from wirekafka.config.property import (
    CLUSTER_WIDE,
    INT,
    LONG,
    LOW,
    READ_ONLY,
    Property,
)

PRESETS: Mapping[str, str] = MappingProxyType(
    {
        # Three replicas on one broker would make the first FindCoordinator wait for ever; Kafka's
        # own Docker image sets the same five.
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        # A developer and a test want the first record at once, not after three seconds.
        "group.initial.rebalance.delay.ms": "0",
        # A node needs a number and a role; Kafka's image says the same.
        "node.id": "1",
        "process.roles": "broker,controller",
        # Systems tune the buffers of each connection while data flows, and beyond the 100 KiB to
        # which Kafka fixes them: that is faster.
        "socket.receive.buffer.bytes": "-1",
        "socket.send.buffer.bytes": "-1",
        # A hundred clients that start together overflow a queue of Kafka's 50, and whoever is
        # dropped tries again only a second later. The system cuts it to net.core.somaxconn.
        "socket.listen.backlog.size": "1024",
    }
)
"""What one wirekafka broker sets by itself, as a static config below everything a user says."""

INTERNAL_PROPERTIES: tuple[Property, ...] = (
    Property(
        "group.consumer.regex.refresh.interval.ms", INT, "600000", "[10000,...]", LOW, READ_ONLY,
        "How often the topics that patterns of consumer groups find are looked for again.",
        acted_on=True,
    ),
    Property(
        "log.initial.task.delay.ms", LONG, "30000", "[0,...]", LOW, READ_ONLY,
        "How long after the start retention, flushing and checkpoints first run.", acted_on=True,
    ),
    Property(
        "producer.id.expiration.check.interval.ms", INT, "600000", "[1,...]", LOW, READ_ONLY,
        "How often the state of idle producers is looked for.", acted_on=True,
    ),
)  # fmt: skip

DYNAMIC_ONLY_PROPERTIES: tuple[Property, ...] = (
    Property(
        "leader.replication.throttled.rate", LONG, None, "[0,...]", LOW, CLUSTER_WIDE,
        "Most bytes per second that this broker sends to throttled followers.",
    ),
    Property(
        "follower.replication.throttled.rate", LONG, None, "[0,...]", LOW, CLUSTER_WIDE,
        "Most bytes per second that throttled followers on this broker fetch.",
    ),
    Property(
        "replica.alter.log.dirs.io.max.bytes.per.second", LONG, None, "[0,...]", LOW, CLUSTER_WIDE,
        "Most bytes per second moved between log directories of this broker.", acted_on=True,
    ),
)  # fmt: skip

_SYNONYM_GROUPS: tuple[tuple[str, ...], ...] = (
    ("log.retention.ms", "log.retention.minutes", "log.retention.hours"),
    ("log.roll.ms", "log.roll.hours"),
    ("log.roll.jitter.ms", "log.roll.jitter.hours"),
)
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "log.flush.interval.ms": ("log.flush.interval.ms", "log.flush.scheduler.interval.ms"),
    **{name: group for group in _SYNONYM_GROUPS for name in group},
}

_REMOVED_PREFIXES = ("zookeeper.", "confluent.", "password.encoder.")
_REMOVED = frozenset({
    "advertised.host.name", "advertised.port", "auto.include.jmx.reporter",
    "broker.id.generation.enable", "control.plane.listener.name",
    "controlled.shutdown.max.retries", "controlled.shutdown.retry.backoff.ms",
    "group.coordinator.new.enable", "host.name", "inter.broker.protocol.version",
    "log.message.downconversion.enable", "log.message.format.version",
    "log.message.timestamp.difference.max.ms", "offsets.commit.required.acks",
    "quota.consumer.default", "quota.producer.default", "reserved.broker.max.id",
})  # fmt: skip
_LISTENER_PREFIX = "listener.name."
_OF_A_MECHANISM = (
    "connections.max.reauth.ms", "sasl.jaas.config", "sasl.login.callback.handler.class",
    "sasl.login.class", "sasl.server.callback.handler.class",
)  # fmt: skip
"""LISTENER_MECHANISM_CONFIGS: behind a listener's prefix stands a SASL mechanism, then these."""


@cache
def broker_properties() -> Mapping[str, Property]:
    """Every config that DescribeConfigs shows for a broker, by name, in alphabetical order."""
    from wirekafka.config.broker import (
        controller,
        general,
        group,
        log,
        network,
        remote,
        replication,
        security,
        transaction,
    )

    themes = (
        controller, general, group, log, network, remote, replication, security, transaction,
    )  # fmt: skip
    rows = [row for theme in themes for row in theme.PROPERTIES]
    rows.sort(key=lambda row: row.name)
    return MappingProxyType({row.name: row for row in rows})


@cache
def settable_properties() -> Mapping[str, Property]:
    """Every name that may stand in a broker's static configs: the table and the internal ones."""
    return MappingProxyType(
        {**broker_properties(), **{row.name: row for row in INTERNAL_PROPERTIES}}
    )


@cache
def dynamic_properties() -> Mapping[str, Property]:
    """Every name that is known for a running broker's configs: the table and the quotas."""
    return MappingProxyType(
        {**broker_properties(), **{row.name: row for row in DYNAMIC_ONLY_PROPERTIES}}
    )


def find(name: str, table: Mapping[str, Property]) -> Property | None:
    """The row of `name`, also of one with a listener's prefix ("listener.name.internal.…")."""
    if name in table:
        return table[name]
    if not name.startswith(_LISTENER_PREFIX):
        return None
    _listener, _, rest = name.removeprefix(_LISTENER_PREFIX).partition(".")
    # Behind the listener may stand a SASL mechanism: scram-sha-256.sasl.jaas.config.
    return table.get(rest) or table.get(rest.partition(".")[2])


def base_name(name: str) -> str:
    """The name without the prefix of a listener, "listener.name.internal."; the listener's name and
    the rest may be empty, as to Kafka."""
    if not name.startswith(_LISTENER_PREFIX):
        return name
    _, dot, rest = name.removeprefix(_LISTENER_PREFIX).partition(".")
    return rest if dot else name


def synonyms(name: str) -> tuple[str, ...]:
    """The names that set the same thing as broker config `name`, the strongest first."""
    return _SYNONYMS.get(name, (name,))


def described_synonyms(name: str) -> tuple[str, ...]:
    """As `synonyms`, with the name that holds for all listeners behind that of one listener."""
    rest = base_name(name)
    if rest == name:
        return synonyms(name)
    return name, next((known for known in _OF_A_MECHANISM if rest.endswith(known)), rest)


def was_removed(name: str) -> bool:
    """Whether older Kafka versions, or another distribution, know the broker config `name`."""
    return name in _REMOVED or name.startswith(_REMOVED_PREFIXES)
