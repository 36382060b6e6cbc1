"""What memberships are given in tests: topics that exist, and a holder that writes down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wirekafka.cli.wire.client_assignors import Partitions
from wirekafka.cli.wire.cluster import Partition, Topic, TopicPartition


def parts(text: str) -> Partitions:
    """ "t0 u1" are partition 0 of t and 1 of u."""
    return frozenset(TopicPartition(one[0], int(one[1:])) for one in text.split())


def topic_id(name: str) -> bytes:
    return name.encode() * 16


class Topics:
    """Topics by name, with their numbers of partitions."""

    def __init__(self, **counts: int) -> None:
        self.counts = counts

    def named(self, names: Iterable[str]) -> Mapping[str, Topic]:
        return {name: self._topic(name) for name in names if name in self.counts}

    def identified(self, topic_ids: Iterable[bytes]) -> Mapping[bytes, Topic]:
        known = {topic_id(name): self._topic(name) for name in self.counts}
        return {one: known[one] for one in topic_ids if one in known}

    def _topic(self, name: str) -> Topic:
        rows = {number: Partition(1, (1,)) for number in range(self.counts[name])}
        return Topic(name, topic_id(name), False, rows)


class Holder:
    """Writes down "+ t0 t1", "- t0" and "lost t0"."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def revoke(self, partitions: Partitions) -> None:
        self._note("-", partitions)

    def lose(self, partitions: Partitions) -> None:
        self._note("lost", partitions)

    def assign(self, partitions: Partitions) -> None:
        self._note("+", partitions)

    def _note(self, what: str, partitions: Partitions) -> None:
        names = [f"{one.topic}{one.partition}" for one in sorted(partitions)]
        self.told.append(" ".join([what, *names]))
