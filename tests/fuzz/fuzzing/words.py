"""What random requests talk about, so that they get past a broker's first look at them.

Topics and groups that exist, short waits, and for each API the few values that mean something to
it. Requests with these words keep the broker and its witness out of harm: quotas have names that
no client of a run bears, configs are of topics, groups and idle things, no broker that is running
is unregistered, and the consumer protocol stays switched on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fuzzing.values import TEXTS, Vocabulary
from fuzzing.witness import record_batch

VICTIM_TOPIC = "fuzz-victim"

_SMALL_NUMBERS = tuple(range(-1, 17))

_COMMON_INTEGERS: Mapping[str, tuple[int, ...]] = {
    "acks": (-1, 0, 1, 1, 2),
    "count": (0, 1, 2),
    "fetch_offset": (0, 0, 1, -1, 1 << 40),
    "index": (0, 0, 0, 1, -1),
    "max_bytes": (0, 1, 1 << 20, (1 << 31) - 1),
    "max_wait_ms": (0, 0, 1, 100, -1),
    "min_bytes": (0, 1, -1),
    "num_partitions": (-1, 0, 1, 2),
    "partition": (0, 0, 0, 1, -1),
    "partition_index": (0, 0, 0, 1, -1),
    "partition_indexes": (0, 0, 1, -1),
    "partitions": (0, 0, 1, -1),
    "rebalance_timeout_ms": (-1, 0, 100),
    "replicas": (1, 1, 1, 2, -1),
    "replication_factor": (-1, 0, 1),
    "session_timeout_ms": (6000, 0, -1),
    "timeout_ms": (-1, 0, 1, 200),
}


@dataclass(frozen=True, slots=True)
class _Words:
    """What one API's fields are drawn from besides the common words."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    integers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    never_null: frozenset[str] = frozenset()


_ACL_ENUMS = (
    "resource_type",
    "resource_type_filter",
    "resource_pattern_type",
    "pattern_type_filter",
    "operation",
    "permission_type",
)

_ACLS = _Words(
    {
        "principal": ("User:fuzz", "User:*", "fuzz", ""),
        "resource_name": (VICTIM_TOPIC, "*", ""),
        "host": ("*", "10.9.9.9", ""),
    },
    dict.fromkeys(_ACL_ENUMS, _SMALL_NUMBERS),
)

_CONFIG_NAMES = (
    "cleanup.policy",
    "retention.ms",
    "max.message.bytes",
    "leader.replication.throttled.replicas",
    "consumer.session.timeout.ms",
    "consumer.heartbeat.interval.ms",
    "background.threads",
    "log.cleaner.io.max.bytes.per.second",
    "interval.ms",
    "match",
    "kafka.server.KafkaApis",
    "no.such.config",
    "",
)

_CONFIGS = _Words(
    {
        "resource_name": (VICTIM_TOPIC, "", "0", "1", "fuzz-group"),
        "name": _CONFIG_NAMES,
        "configuration_keys": _CONFIG_NAMES,
        "value": ("", "0", "-1", "45000", "compact", "delete,compact", "INFO", "ERROR", "x" * 200),
    },
    {
        "resource_type": (0, 1, 2, 2, 3, 4, 8, 16, 32, 64, -1),
        "resource_types": (0, 1, 2, 4, 8, 16, 32, 64, -1),
        "config_operation": (0, 1, 2, 3, 4, -1),
    },
)

_QUOTAS = _Words(
    {
        "entity_type": ("user", "client-id", "ip", "user", "client-id", "unknown", ""),
        "entity_name": (VICTIM_TOPIC, "10.9.9.9", "x" * 300, "a/b <default>", "é"),
        "key": (
            "producer_byte_rate",
            "consumer_byte_rate",
            "request_percentage",
            "controller_mutation_rate",
            "connection_creation_rate",
            "no_such_quota",
            "",
        ),
    },
    {"match_type": (0, 1, 2, 3, -1)},
    # The default would be for the witness too.
    never_null=frozenset(("entity_name",)),
)

_SCRAM = _Words(
    integers={"mechanism": (0, 1, 1, 2, 2, 3, -1), "iterations": (4096, 16384, 4095, 16385, -1)}
)

_REASSIGNMENTS = _Words({"name": (VICTIM_TOPIC, VICTIM_TOPIC, "/absent", "")})

_CONSUMER_GROUPS = _Words(
    {
        "group_id": ("fuzz-consumers", "fuzz-consumers", "fuzz-group", ""),
        "group_ids": ("fuzz-consumers", "fuzz-group", "fuzz-absent", ""),
        "member_id": ("fuzz-member-1", "fuzz-member-2", ""),
        "instance_id": ("fuzz-instance", ""),
        "server_assignor": ("uniform", "range", "none-such"),
        "subscribed_topic_names": (VICTIM_TOPIC, VICTIM_TOPIC, "/absent", ""),
        "subscribed_topic_regex": ("fuzz.*", "(", "a{1001}", "(a*)*b", ""),
    },
    {"member_epoch": (0, 0, 1, 2, -1, -2, -3), "rebalance_timeout_ms": (5000, 5000, -1, 0)},
)

_WORDS: Mapping[int, _Words] = {
    29: _ACLS,
    30: _ACLS,
    31: _ACLS,
    32: _CONFIGS,
    33: _CONFIGS,
    44: _CONFIGS,
    45: _REASSIGNMENTS,
    46: _REASSIGNMENTS,
    48: _QUOTAS,
    49: _QUOTAS,
    50: _SCRAM,
    51: _SCRAM,
    55: _Words({"topic_name": ("__cluster_metadata", VICTIM_TOPIC, "")}),
    57: _Words(
        {"feature": ("transaction.version", "metadata.version", "kraft.version", "unknown", "")},
        {"max_version_level": (0, 1, 2, 3, -1, 27), "upgrade_type": (0, 1, 2, 3, 4, -1)},
    ),
    64: _Words(integers={"broker_id": (77, 78, -1, (1 << 31) - 1)}),
    68: _CONSUMER_GROUPS,
    69: _CONSUMER_GROUPS,
    74: _CONFIGS,
}

_NONE = _Words()


def words_of(api_key: int, topic_id: bytes) -> Vocabulary:
    """What requests of an API are made of; `topic_id` is the victim's."""
    own = _WORDS.get(api_key, _NONE)
    records = record_batch(b"fuzz")
    return Vocabulary(
        # Texts with a slash or a space are no topic names: a run creates no more than these.
        texts=(VICTIM_TOPIC, "fuzz-group", "range", "", *(f"/{text}" for text in TEXTS)),
        uuids=(topic_id, bytes(16), bytes(range(16))),
        records=(records, records * 2, records[:-1], b"", b"\x00" * 61),
        integers={**_COMMON_INTEGERS, **own.integers},
        names=own.names,
        never_null=own.never_null,
    )
