"""`wirekafka verifiable-consumer`: an event in JSON for all that a member of a group lives through.

What kafka-verifiable-consumer.sh prints: partitions that come and go, how much was read of which
and up to where, what was committed, so that another program can check that nothing was lost.

Differs from Kafka: the client is kafka-python, which speaks the classic protocol of groups only;
--group-protocol consumer is refused. A fault ends it with exit code 1, where Java's tool logs it
and ends with 0; told to stop, it ends with 0. Source: the output of `VerifiableConsumer` in 4.3.1.
"""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING, Any

from wirekafka.cli.clients import (
    CLOSE_TIMEOUT_MS,
    add_connection_arguments,
    client_settings,
    kafka_faults,
)
from wirekafka.cli.output import CommandError

if TYPE_CHECKING:
    import argparse

SUMMARY = "consume as a member of a group and print an event for all that happens"

_POLL_MS = 3_600_000  # a rebalance is lost by a poll that ends before it (see consumer_perf_test)
_ASSIGNORS = {
    "RangeAssignor": ("range", "RangePartitionAssignor"),
    "RoundRobinAssignor": ("roundrobin", "RoundRobinPartitionAssignor"),
    "StickyAssignor": ("sticky.sticky_assignor", "StickyPartitionAssignor"),
    "CooperativeStickyAssignor": ("cooperative_sticky", "CooperativeStickyAssignor"),
}
"""Java's classes, without their package, and kafka-python's."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json, which is how it prints anyway."""
    add_connection_arguments(parser, "--command-config", "--consumer.config")
    parser.add_argument("--topic", required=True, help="the topic to consume")
    parser.add_argument("--group-id", required=True, metavar="GROUP", help="the group")
    parser.add_argument("--group-instance-id", metavar="ID", help="be a static member of this name")
    parser.add_argument(
        "--group-protocol", type=str.lower, choices=("classic", "consumer"), default="classic",
        help="only classic: this client does not speak the other (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--group-remote-assignor", metavar="NAME", help="needs --group-protocol consumer"
    )
    parser.add_argument(
        "--max-messages", type=int, default=-1, metavar="N",
        help="how many records; -1: until stopped (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--session-timeout", type=int, metavar="MS", help="after this a silent member is missed"
    )
    parser.add_argument("--verbose", action="store_true", help="an event for each record, too")
    parser.add_argument(
        "--enable-autocommit", action="store_true", help="commit now and then, not after each poll"
    )
    parser.add_argument(
        "--reset-policy", choices=("earliest", "latest", "none"), default="earliest",
        help="where to begin if nothing is committed (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--assignment-strategy", default="RangeAssignor", metavar="CLASSES",
        help=f"{', '.join(_ASSIGNORS)}, with or without their package (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="nothing else is printed anyway")


def run(options: argparse.Namespace) -> int:
    """Consume until there was enough, or until told to stop."""
    if options.group_protocol != "classic" or options.group_remote_assignor is not None:
        raise CommandError(
            "the consumer protocol of groups (KIP-848) is not supported by this tool; "
            "leave --group-protocol and --group-remote-assignor out"
        )
    with kafka_faults(options):
        from kafka import KafkaConsumer

        settings: dict[str, Any] = {
            **client_settings(options, KafkaConsumer.DEFAULT_CONFIG),
            "group_id": options.group_id,
            "group_instance_id": options.group_instance_id,
            "enable_auto_commit": options.enable_autocommit,
            "auto_offset_reset": options.reset_policy,
            "partition_assignment_strategy": _assignors(options.assignment_strategy),
            "metrics_enabled": False,
        }
        if options.session_timeout is not None:
            settings["session_timeout_ms"] = options.session_timeout
        try:
            consumer = KafkaConsumer(**settings)
        except (ValueError, TypeError, AssertionError) as error:
            raise CommandError(f"client properties: {error}") from None
        stop = _Stop()
        before = {one: signal.signal(one, stop.asked) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            _event("startup_complete")
            _consume(consumer, options, stop)
        finally:
            consumer.close(timeout_ms=CLOSE_TIMEOUT_MS)
            _event("shutdown_complete")
            for one, handler in before.items():
                signal.signal(one, handler)
    return 0


class _Stopped(Exception):
    """A signal came while records were waited for."""


class _Stop:
    """What a signal asks for: it ends the wait for records, and nothing else in the middle."""

    def __init__(self) -> None:
        self.is_asked = False
        self.is_waiting = False

    def asked(self, number: int, frame: object) -> None:
        """The handler of the signals."""
        if not self.is_asked:
            self.is_asked = True
            _event("shutdown_requested")
        if self.is_waiting:
            self.is_waiting = False
            raise _Stopped


def _assignors(text: str) -> list[Any]:
    from importlib import import_module

    found = []
    for part in text.split(","):
        name = part.strip().rpartition(".")[2]
        if name not in _ASSIGNORS:
            raise CommandError(f"--assignment-strategy {part}: known are {', '.join(_ASSIGNORS)}")
        module, kind = _ASSIGNORS[name]
        found.append(getattr(import_module(f"kafka.coordinator.assignors.{module}"), kind))
    return found


def _consume(consumer: Any, options: argparse.Namespace, stop: _Stop) -> None:
    from kafka import ConsumerRebalanceListener

    class Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
        def on_partitions_revoked(self, revoked: Any) -> None:
            if revoked:  # before the first assignment there is nothing to lose
                _event("partitions_revoked", partitions=_rows(revoked))

        def on_partitions_assigned(self, assigned: Any) -> None:
            _event("partitions_assigned", partitions=_rows(assigned))

    consumer.topics()  # whoever leads the group shares out partitions that it knows
    consumer.subscribe([options.topic], listener=Listener())
    left = options.max_messages if options.max_messages >= 0 else None
    while left != 0 and not stop.is_asked:
        try:
            stop.is_waiting = True
            polled = consumer.poll(timeout_ms=_POLL_MS)
            stop.is_waiting = False
        except _Stopped:
            return
        read = _limited(polled, left)
        if options.verbose:
            for records in read.values():
                for record in records:
                    _event(
                        "record_data", key=_text(record.key), value=_text(record.value),
                        topic=record.topic, partition=record.partition, offset=record.offset,
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


def _limited(polled: dict[Any, list[Any]], left: int | None) -> dict[Any, list[Any]]:
    """As many records as are still wanted; no partition without any."""
    if left is None:
        return {at: records for at, records in polled.items() if records}
    found = {}
    for at, records in polled.items():
        if records and left > 0:
            found[at] = records[:left]
            left -= len(found[at])
    return found


def _commit(consumer: Any, offsets: dict[Any, int]) -> None:
    from kafka import OffsetAndMetadata
    from kafka.errors import FencedInstanceIdError, KafkaError

    details: dict[str, object] = {
        "offsets": [
            {"topic": at.topic, "partition": at.partition, "offset": offset}
            for at, offset in offsets.items()
        ]
    }
    try:
        consumer.commit({at: OffsetAndMetadata(one, "", -1) for at, one in offsets.items()})
    except FencedInstanceIdError:
        raise
    except KafkaError as error:
        _event("offsets_committed", **details, error=str(error), success=False)
        return
    _event("offsets_committed", **details, success=True)


def _rows(partitions: Any) -> list[dict[str, object]]:
    return [{"topic": one.topic, "partition": one.partition} for one in sorted(partitions)]


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")


def _event(name: str, **details: object) -> None:
    document = {"timestamp": int(time.time() * 1000), "name": name, **details}
    print(json.dumps(document, separators=(",", ":"), ensure_ascii=False), flush=True)
