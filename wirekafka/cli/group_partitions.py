"""The partitions that --topic names: "orders" is every one, "orders:0,2" these."""

from __future__ import annotations

from collections.abc import Sequence

from wirekafka_protocol.errors import ErrorCode

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.cluster import Cluster, TopicPartition
from wirekafka.cli.wire.fault_texts import fault


def parse_topics(texts: Sequence[str]) -> list[tuple[str, list[int] | None]]:
    """Topics with their partitions; None is every one."""
    found: list[tuple[str, list[int] | None]] = []
    for text in texts:
        topic, colon, listed = text.partition(":")
        if not colon:
            found.append((topic, None))
            continue
        if not listed or ":" in listed:
            raise CommandError(f"Invalid topic arg '{text}', expected topic name and partitions")
        indexes = listed.split(",")
        for index in indexes:
            if not (index.isascii() and index.isdecimal()):
                raise CommandError(f"Invalid partition '{index}' specified in topic arg '{text}''")
        found.append((topic, [int(index) for index in indexes]))
    return found


def named_partitions(cluster: Cluster, texts: Sequence[str]) -> list[TopicPartition]:
    """The partitions, sorted; raises CommandError for topics and partitions that do not exist."""
    wanted = parse_topics(texts)
    known = cluster.topics({topic for topic, _ in wanted})
    found = set()
    missing = []
    for topic, indexes in wanted:
        if topic not in known and indexes is None:
            raise CommandError(fault(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION))
        every = known[topic].partitions if topic in known else {}
        for index in every if indexes is None else indexes:
            one = TopicPartition(topic, index)
            if index in every:
                found.add(one)
            else:
                missing.append(str(one))
    if missing:
        raise CommandError(f'The partitions "{", ".join(missing)}" do not exist')
    return sorted(found)
