"""`wirekafka verifiable-consumer`: an event in JSON for all that a member of a group lives through.

What kafka-verifiable-consumer.sh prints: partitions that come and go, how much was read of which
and up to where, what was committed, so that another program can check that nothing was lost.

Differs from Kafka: a fault ends it with exit code 1, where Java's tool logs it and ends with 0;
told to stop, it ends with 0. Source: the output of `VerifiableConsumer` in 4.3.1.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.records.record import Record

from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.output import CommandError
from wirekafka.cli.stop_signals import StopSignals
from wirekafka.cli.wire.client_assignors import ASSIGNORS
from wirekafka.cli.wire.cluster import TopicPartition, client_properties, open_cluster
from wirekafka.cli.wire.consumer import CommitRefused, Consumer
from wirekafka.cli.wire.consumer_settings import PROPERTIES, ConsumerSettings

if TYPE_CHECKING:
    import argparse

SUMMARY = "consume as a member of a group and print an event for all that happens"

_POLL_S = 0.1  # how long a signal may wait


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json, which is how it prints anyway."""
    add_connection_arguments(parser, "--command-config", "--consumer.config")
    parser.add_argument("--topic", required=True, help="the topic to consume")
    parser.add_argument("--group-id", required=True, metavar="GROUP", help="the group")
    parser.add_argument("--group-instance-id", metavar="ID", help="be a static member of this name")
    parser.add_argument(
        "--group-protocol", type=str.lower, choices=("classic", "consumer"), default="classic",
        help="the protocol of the group (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--group-remote-assignor", metavar="NAME",
        help="the broker's assignor for --group-protocol consumer; unset: the broker's choice",
    )  # fmt: skip
    parser.add_argument(
        "--max-messages", type=int, default=-1, metavar="N",
        help="how many records; -1: until stopped (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--session-timeout", type=int, metavar="MS",
        help="after this a silent member is missed; only for --group-protocol classic",
    )  # fmt: skip
    parser.add_argument("--verbose", action="store_true", help="an event for each record, too")
    parser.add_argument(
        "--enable-autocommit", action="store_true", help="commit now and then, not after each poll"
    )
    parser.add_argument(
        "--reset-policy", choices=("earliest", "latest", "none"), default="earliest",
        help="where to begin if nothing is committed (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--assignment-strategy", metavar="CLASSES",
        help=f"{', '.join(ASSIGNORS)}, with or without their package; "
        "only for --group-protocol classic (default: RangeAssignor)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="nothing else is printed anyway")


def run(options: argparse.Namespace) -> int:
    """Consume until there was enough, or until told to stop."""
    settings = ConsumerSettings.of(client_properties(options, _properties(options), PROPERTIES))
    client_id = f"consumer-{options.group_id}-{options.group_instance_id or 1}"  # Java's default
    with (
        StopSignals(lambda: _event("shutdown_requested")) as stop,
        open_cluster(options, client_id=client_id, known=PROPERTIES) as cluster,
    ):
        consumer = Consumer(cluster, settings, _Events())
        try:
            _event("startup_complete")
            consumer.subscribe([options.topic])
            _consume(consumer, options, stop)
        finally:
            consumer.close()
            _event("shutdown_complete")
            if not stop.is_asked:
                _event("shutdown_requested")  # by the end itself, as with Java's tool
    return 0


def _properties(options: argparse.Namespace) -> list[str]:
    """The client properties of the flags."""
    strategy = options.assignment_strategy
    found = {
        "group.id": options.group_id,
        "group.instance.id": options.group_instance_id,
        "group.protocol": options.group_protocol,
        "enable.auto.commit": options.enable_autocommit,
        "auto.offset.reset": options.reset_policy,
    }
    if options.group_protocol == "consumer":
        if strategy is not None or options.session_timeout is not None:
            raise CommandError(
                "--assignment-strategy and --session-timeout need --group-protocol classic; "
                "of the consumer protocol the broker decides"
            )
        found["group.remote.assignor"] = options.group_remote_assignor
    else:
        if options.group_remote_assignor is not None:
            raise CommandError("--group-remote-assignor needs --group-protocol consumer")
        found["partition.assignment.strategy"] = strategy or "RangeAssignor"
        found["session.timeout.ms"] = options.session_timeout
    return [f"{name}={value}" for name, value in found.items() if value is not None]


class _Events:
    """Prints what comes and goes."""

    def revoked(self, partitions: Iterable[TopicPartition]) -> None:
        """Of `Listener`."""
        _event("partitions_revoked", partitions=_rows(partitions))

    def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Of `Listener`."""
        _event("partitions_assigned", partitions=_rows(partitions))


def _consume(consumer: Consumer, options: argparse.Namespace, stop: StopSignals) -> None:
    left = options.max_messages if options.max_messages >= 0 else None
    while left != 0 and not stop.is_asked:
        polled: dict[TopicPartition, list[Record]] = {}
        for batch in consumer.poll(_POLL_S):
            polled.setdefault(batch.at, []).extend(batch.records)
        if not polled:
            continue
        read = _limited(polled, left)
        if options.verbose:
            for at, records in read.items():
                for record in records:
                    _event(
                        "record_data", key=_text(record.key), value=_text(record.value),
                        topic=at.topic, partition=at.partition, offset=record.offset,
                    )  # fmt: skip
        _event(
            "records_consumed",
            count=sum(map(len, polled.values())),
            partitions=[
                {"topic": at.topic, "partition": at.partition, "count": len(records),
                 "minOffset": records[0].offset, "maxOffset": records[-1].offset}
                for at, records in read.items()
            ],
        )  # fmt: skip
        if left is not None:
            left -= sum(map(len, read.values()))
        if not options.enable_autocommit:
            _commit(consumer, {at: records[-1].offset + 1 for at, records in read.items()})


def _limited(
    polled: dict[TopicPartition, list[Record]], left: int | None
) -> dict[TopicPartition, list[Record]]:
    """As many records as are still wanted; no partition without any."""
    if left is None:
        return polled
    found = {}
    for at, records in polled.items():
        if left > 0:
            found[at] = records[:left]
            left -= len(found[at])
    return found


def _commit(consumer: Consumer, offsets: dict[TopicPartition, int]) -> None:
    details: dict[str, object] = {
        "offsets": [
            {"topic": at.topic, "partition": at.partition, "offset": offset}
            for at, offset in offsets.items()
        ]
    }
    try:
        consumer.commit(offsets)
    except CommandError as error:
        if isinstance(error, CommitRefused) and error.code == ErrorCode.FENCED_INSTANCE_ID:
            raise
        _event("offsets_committed", **details, error=str(error), success=False)
        return
    _event("offsets_committed", **details, success=True)


def _rows(partitions: Iterable[TopicPartition]) -> list[dict[str, object]]:
    return [{"topic": one.topic, "partition": one.partition} for one in sorted(partitions)]


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")


def _event(name: str, **details: object) -> None:
    document = {"timestamp": int(time.time() * 1000), "name": name, **details}
    print(json.dumps(document, separators=(",", ":"), ensure_ascii=False), flush=True)
