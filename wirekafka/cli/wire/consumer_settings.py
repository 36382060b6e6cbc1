"""What client properties say to the consumer of the commands.

Source: names and defaults of `ConsumerConfig` in 4.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.client_assignors import ASSIGNORS, ClientAssignor
from wirekafka.cli.wire.membership import GroupSettings
from wirekafka.cli.wire.offsets import EARLIEST, LATEST

PROPERTIES = frozenset(
    {
        "allow.auto.create.topics", "auto.commit.interval.ms", "auto.offset.reset", "check.crcs",
        "enable.auto.commit", "exclude.internal.topics", "fetch.max.bytes", "fetch.max.wait.ms",
        "fetch.min.bytes", "group.id", "group.instance.id", "group.protocol",
        "group.remote.assignor", "heartbeat.interval.ms", "isolation.level", "key.deserializer",
        "max.partition.fetch.bytes", "max.poll.interval.ms", "max.poll.records",
        "metadata.max.age.ms", "partition.assignment.strategy", "receive.buffer.bytes",
        "retry.backoff.ms", "session.timeout.ms", "value.deserializer",
    }
)  # fmt: skip
"""The consumer properties that are understood; the commands have deserializers of their own."""

_RESETS = {"earliest": EARLIEST, "latest": LATEST, "none": None}
_ISOLATIONS = ("read_uncommitted", "read_committed")
_CLASSIC_ONLY = ("heartbeat.interval.ms", "session.timeout.ms", "partition.assignment.strategy")


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """What the properties say, with Java's defaults. `reset_ms` is a time of ListOffsets, None for
    none; `group` is None for a reader without a group."""

    group: GroupSettings | None = None
    uses_consumer_protocol: bool = False
    reset_ms: int | None = LATEST
    isolation_level: int = 0
    commits_by_itself: bool = True
    commit_interval_s: float = 5.0
    poll_records: int = 500
    partition_bytes: int = 1_048_576
    max_bytes: int = 52_428_800
    min_bytes: int = 1
    max_wait_ms: int = 500
    checks_crcs: bool = True
    creates_topics: bool = True
    excludes_internal: bool = True
    metadata_age_s: float = 300.0
    request_timeout_s: float = 30.0
    retry_backoff_s: float = 0.1

    @staticmethod
    def of(properties: Mapping[str, str]) -> ConsumerSettings:
        """Settings of client properties; raises CommandError for values that are none."""
        text, number, truth = _Reader(properties), _number, _truth
        protocol = text("group.protocol", "classic").lower()
        if protocol not in ("classic", "consumer"):
            raise CommandError(f"client property group.protocol: {protocol!r} is no protocol")
        reset = text("auto.offset.reset", "latest").lower()
        if reset not in _RESETS:
            known = ", ".join(_RESETS)
            raise CommandError(f"client property auto.offset.reset: {reset!r} is none of {known}")
        isolation = text("isolation.level", "read_uncommitted").lower()
        if isolation not in _ISOLATIONS:
            raise CommandError(f"client property isolation.level: {isolation!r} is no level")
        return ConsumerSettings(
            group=_group(text, protocol),
            uses_consumer_protocol=protocol == "consumer",
            reset_ms=_RESETS[reset],
            isolation_level=_ISOLATIONS.index(isolation),
            commits_by_itself=truth(text, "enable.auto.commit", True),
            commit_interval_s=number(text, "auto.commit.interval.ms", 5_000) / 1000,
            poll_records=number(text, "max.poll.records", 500, least=1),
            partition_bytes=number(text, "max.partition.fetch.bytes", 1_048_576),
            max_bytes=number(text, "fetch.max.bytes", 52_428_800),
            min_bytes=number(text, "fetch.min.bytes", 1),
            max_wait_ms=number(text, "fetch.max.wait.ms", 500),
            checks_crcs=truth(text, "check.crcs", True),
            creates_topics=truth(text, "allow.auto.create.topics", True),
            excludes_internal=truth(text, "exclude.internal.topics", True),
            metadata_age_s=number(text, "metadata.max.age.ms", 300_000) / 1000,
            request_timeout_s=number(text, "request.timeout.ms", 30_000) / 1000,
            retry_backoff_s=number(text, "retry.backoff.ms", 100) / 1000,
        )


class _Reader:
    """Values of properties by their names."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        self.properties = properties

    def __call__(self, name: str, default: str) -> str:
        return self.properties.get(name, default).strip()


def _number(text: _Reader, name: str, default: int, *, least: int = 0) -> int:
    found = text(name, str(default))
    if not found.lstrip("-").isdecimal():
        raise CommandError(f"client property {name}: {found!r} is no number")
    if int(found) < least:
        raise CommandError(f"client property {name}: {found} is less than {least}")
    return int(found)


def _truth(text: _Reader, name: str, default: bool) -> bool:
    found = text(name, str(default)).lower()
    if found not in ("true", "false"):
        raise CommandError(f"client property {name}: {found!r} is neither true nor false")
    return found == "true"


def _group(text: _Reader, protocol: str) -> GroupSettings | None:
    group_id = text.properties.get("group.id")
    if group_id is None:
        return None
    given = text.properties.keys()
    if protocol == "consumer":
        # As in Java: with this protocol the broker decides about these.
        for name in _CLASSIC_ONLY:
            if name in given:
                raise CommandError(f"{name} cannot be set when group.protocol=consumer")
    elif "group.remote.assignor" in given:
        raise CommandError("group.remote.assignor cannot be set when group.protocol=classic")
    defaults = GroupSettings(group_id)
    strategy = text.properties.get("partition.assignment.strategy")
    session_ms = _number(text, "session.timeout.ms", defaults.session_timeout_ms)
    beat_ms = _number(text, "heartbeat.interval.ms", defaults.heartbeat_interval_ms, least=1)
    if beat_ms >= session_ms:
        raise CommandError(
            f"heartbeat.interval.ms {beat_ms} must be less than session.timeout.ms {session_ms}"
        )
    return GroupSettings(
        group_id,
        instance_id=text.properties.get("group.instance.id"),
        session_timeout_ms=session_ms,
        heartbeat_interval_ms=beat_ms,
        rebalance_timeout_ms=_number(text, "max.poll.interval.ms", defaults.rebalance_timeout_ms),
        assignors=defaults.assignors if strategy is None else assignors_of(strategy),
        remote_assignor=text.properties.get("group.remote.assignor"),
    )


def assignors_of(text: str) -> tuple[ClientAssignor, ...]:
    """The assignors of Java's classes, separated by commas."""
    found = []
    for part in text.split(","):
        name = part.strip().rpartition(".")[2]
        if name not in ASSIGNORS:
            raise CommandError(
                f"partition.assignment.strategy {part.strip()}: known are {', '.join(ASSIGNORS)}"
            )
        found.append(ASSIGNORS[name])
    return tuple(found)
