"""The real Kafka reads what we wrote: its kafka-dump-log every file, its broker every partition.

`dump` has DumpLogSegments print every file of a data directory, with the decoders of the
coordinators' records, and looks for whatever it says is wrong. `serve` gives our partitions to a
real broker under topics of the same names, the internal ones too, and compares what consumers of
both brokers see: records with and without the aborted ones, offsets of timestamps, ends, committed
offsets of groups. The data directory must be at rest; it is copied, never changed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, NewTopic
from simulating.broker_process import BrokerProcess
from simulating.transactions.run import SETTINGS
from simulating.transactions.traffic import LIMIT_S, QUICK

from compat.targets.jars import java_command
from compat.targets.node import KafkaNode

OFFSETS, TRANSACTIONS = "__consumer_offsets", "__transaction_state"
DECODERS = {OFFSETS: ["--offsets-decoder"], TRANSACTIONS: ["--transaction-log-decoder"]}
SUFFIXES = (".log", ".index", ".timeindex", ".txnindex", ".snapshot")
DUMP_LIMIT_S = 300
DUMP_OPTIONS = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
BROKER_OPTIONS = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
REFERENCE = {
    "offsets.topic.num.partitions": "2",
    "transaction.state.log.num.partitions": "2",
    "group.initial.rebalance.delay.ms": "0",
    "log.cleaner.enable": "false",
    "log.retention.ms": "-1",
    "broker.session.timeout.ms": "300000",
    "controller.quorum.fetch.timeout.ms": "300000",
}
COMPLAINTS = re.compile(
    r"isvalid: false|Mismatch|mismatch|out of order|Exception|Could not|corrupt|sanity|Error|"
    r"missing|trailing|Unexpected",
)
LEVELS = ("read_uncommitted", "read_committed")
CLEAN = {"log.cleaner.enable": "false"}


@dataclass(slots=True)
class Summary:
    """What was looked at, and what is wrong."""

    files: dict[str, int] = field(default_factory=dict)
    partitions: int = 0
    records: int = 0
    committed_records: int = 0
    groups: int = 0
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        files = " ".join(f"{suffix}={count}" for suffix, count in sorted(self.files.items()))
        return (
            f"dumped: {files}; served: partitions={self.partitions} records={self.records}"
            f" committed_records={self.committed_records} groups={self.groups};"
            f" problems={len(self.problems)}"
        )


def run(data: Path, base: Path) -> Summary:
    """Both checks of `data`; `base` is an empty directory. Raises Missing without Java."""
    summary = Summary()
    dump(data, summary)
    serve(data, base, summary)
    return summary


def partitions(data: Path) -> list[tuple[str, int]]:
    """Topic and number of every partition of a data directory."""
    found = []
    for path in sorted(data.iterdir()):
        topic, _, number = path.name.rpartition("-")
        if path.is_dir() and topic and number.isdigit():
            found.append((topic, int(number)))
    return found


def dump(data: Path, summary: Summary) -> None:
    """kafka-dump-log of every file."""
    files: dict[str, list[Path]] = {}
    for topic, number in partitions(data):
        kind = topic if topic in DECODERS else ""
        for path in sorted((data / f"{topic}-{number}").iterdir()):
            if path.suffix in SUFFIXES:
                files.setdefault(kind, []).append(path)
                summary.files[path.suffix] = summary.files.get(path.suffix, 0) + 1
    for kind, paths in files.items():
        command = [*java_command(*DUMP_OPTIONS), "org.apache.kafka.tools.DumpLogSegments"]
        command += DECODERS.get(kind, ["--print-data-log"])
        command += ["--files", ",".join(map(str, paths))]
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=DUMP_LIMIT_S,
            check=False,
        )
        if done.returncode != 0:
            summary.problems.append(f"kafka-dump-log: {done.returncode} {done.stderr[-1500:]}")
        lines = (done.stdout + done.stderr).splitlines()
        wrong = [line[:300] for line in lines if COMPLAINTS.search(line)]
        summary.problems += [f"kafka-dump-log: {line}" for line in wrong[:5]]
        printed = sum(line.startswith("Dumping ") for line in lines)
        if printed != len(paths):
            summary.problems.append(f"kafka-dump-log printed {printed} of {len(paths)} files")


def serve(data: Path, base: Path, summary: Summary) -> None:
    """The real broker, given our partitions, says what ours says."""
    places = partitions(data)
    with ExitStack() as stack:
        copied = base / "data"
        shutil.copytree(data, copied)
        settings = [setting for setting in SETTINGS if setting.partition("=")[0] not in CLEAN]
        settings += [f"{name}={value}" for name, value in CLEAN.items()]
        ours = BrokerProcess(copied, *settings)
        ours.start()
        stack.callback(ours.stop)
        expected = {place: _read(ours.address, place) for place in places}
        offsets = {group: _committed(ours.address, group) for group in _groups(ours.address)}
        ours.stop()
        node = KafkaNode(base / "kafka", java_options=BROKER_OPTIONS, configs=REFERENCE)
        stack.callback(node.process.kill)
        node.start()
        _create(node.bootstrap, places)
        node.process.stop()
        _replace(copied, base / "kafka" / "data", places)
        node.start()
        for place, wanted in expected.items():
            found = _read(node.bootstrap, place)
            summary.partitions += 1
            summary.records += len(wanted["read_uncommitted"].records)
            summary.committed_records += len(wanted["read_committed"].records)
            for level, seen in found.items():
                if place[0] in DECODERS:  # our coordinators may have written on, behind it
                    seen = seen.until(wanted[level])
                if seen != wanted[level]:
                    summary.problems.append(_difference(place, level, wanted[level], seen))
        for group, wanted_offsets in offsets.items():
            summary.groups += 1
            found_offsets = _committed(node.bootstrap, group)
            if found_offsets != wanted_offsets:
                summary.problems.append(
                    f"group {group}: Kafka says {found_offsets}, we say {wanted_offsets}"
                )
        log = node.process.log_tail(100_000)
        wrong = [line[:300] for line in log.splitlines() if re.search(r" (ERROR|FATAL) ", line)]
        summary.problems += [f"in Kafka's log: {line}" for line in wrong[:5]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a consumer sees of a partition."""

    records: list[tuple[object, ...]]
    low: int
    high: int
    by_time: list[int]

    def until(self, other: Seen) -> Seen:
        """What of it lies before the end of the other; offsets by time do not count."""
        records = [record for record in self.records if record[0] < other.high]  # type: ignore[operator]
        return Seen(records, self.low, other.high, other.by_time)


def _read(address: str, place: tuple[str, int]) -> dict[str, Seen]:
    return {level: _read_level(address, place, level) for level in LEVELS}


def _read_level(address: str, place: tuple[str, int], level: str) -> Seen:
    consumer = Consumer(
        {
            "bootstrap.servers": address,
            "group.id": "none",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": level,
            "auto.offset.reset": "earliest",
            "check.crcs": True,
            "fetch.wait.max.ms": 100,
            **QUICK,
        }
    )
    topic, number = place
    low, high = _ends(consumer, TopicPartition(topic, number))
    consumer.assign([TopicPartition(topic, number, low)])
    records: list[tuple[object, ...]] = []
    ended = False
    limit = time.monotonic() + LIMIT_S
    while not ended:
        assert time.monotonic() < limit, f"{topic}-{number}: no end after {len(records)} records"
        for message in consumer.consume(1_000, 0.1):
            if message.error() is not None:
                ended = True
                continue
            records.append(
                (
                    message.offset(),
                    message.timestamp(),
                    message.key(),
                    message.value(),
                    message.headers(),
                )
            )
    consumer.unassign()  # a waiting fetch would hold up what is asked behind it
    stamps = sorted({record[1][1] for record in records})  # type: ignore[index]
    chosen = [stamp + by for stamp in stamps[:: max(1, len(stamps) // 5)] for by in (0, 1)]
    by_time = [
        consumer.offsets_for_times([TopicPartition(topic, number, stamp)], LIMIT_S)[0].offset
        for stamp in chosen
    ]
    consumer.close()
    return Seen(records, low, high, by_time)


def _ends(consumer: Consumer, place: TopicPartition) -> tuple[int, int]:
    """Low and high watermark, once the partition has its leader."""
    limit = time.monotonic() + LIMIT_S
    while True:
        try:
            low, high = consumer.get_watermark_offsets(place, LIMIT_S)
        except KafkaException:
            if time.monotonic() > limit:
                raise
            time.sleep(0.1)
        else:
            return low, high


def _difference(place: tuple[str, int], level: str, wanted: Seen, found: Seen) -> str:
    pairs = zip(wanted.records, found.records, strict=False)
    first = next(((a, b) for a, b in pairs if a != b), None)
    return (
        f"{place[0]}-{place[1]} {level}: ours {len(wanted.records)} {wanted.low}..{wanted.high}"
        f" {wanted.by_time}, Kafka's {len(found.records)} {found.low}..{found.high}"
        f" {found.by_time}; first difference {first}"
    )


def _groups(address: str) -> list[str]:
    admin = AdminClient({"bootstrap.servers": address, **QUICK})
    listed = admin.list_consumer_groups().result(LIMIT_S)
    assert not listed.errors, listed.errors
    return sorted(group.group_id for group in listed.valid)


def _committed(address: str, group: str) -> dict[tuple[str, int], tuple[int, str | None]]:
    admin = AdminClient({"bootstrap.servers": address, **QUICK})
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
    places = asked[group].result(LIMIT_S).topic_partitions
    return {(place.topic, place.partition): (place.offset, place.metadata) for place in places}


def _create(address: str, places: list[tuple[str, int]]) -> None:
    """The topics; a group and a transactional id have the broker make the internal ones."""
    admin = AdminClient({"bootstrap.servers": address, **QUICK})
    counts: dict[str, int] = {}
    for topic, number in places:
        counts[topic] = max(counts.get(topic, 0), number + 1)
    plain = [NewTopic(topic, n, 1) for topic, n in counts.items() if topic not in DECODERS]
    for future in admin.create_topics(plain).values():
        future.result(LIMIT_S)
    producer = Producer({"bootstrap.servers": address, "transactional.id": "first", **QUICK})
    producer.init_transactions(LIMIT_S)
    consumer = Consumer({"bootstrap.servers": address, "group.id": "first", **QUICK})
    consumer.committed([TopicPartition(plain[0].topic, 0)], LIMIT_S)
    consumer.close()


def _replace(ours: Path, theirs: Path, places: list[tuple[str, int]]) -> None:
    """Our files in their folders; only the topic's id stays theirs."""
    for topic, number in places:
        folder = theirs / f"{topic}-{number}"
        for path in folder.iterdir():
            if path.name != "partition.metadata":
                path.unlink()
        for path in (ours / folder.name).iterdir():
            if path.name != "partition.metadata":
                shutil.copy(path, folder)
    shutil.copy(ours / "log-start-offset-checkpoint", theirs)
