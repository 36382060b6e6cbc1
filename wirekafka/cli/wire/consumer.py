"""A consumer for the commands: topics with or without a group, of either protocol of groups.

Everything happens in `poll`, in the caller's thread: heartbeats, joining, fetching, commits at
intervals. Whoever does not come back within the session timeout is taken for dead by the group and
joins anew. A broker that goes away is waited for, as Java's consumer does.

Without a group (`read_all`, `read_partition`) nobody shares the partitions, nothing is committed.
Source: Java's `ClassicKafkaConsumer` and `AsyncKafkaConsumer`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Protocol

from wirekafka_protocol.errors import ErrorCode

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.catalog import Catalog
from wirekafka.cli.wire.classic_membership import ClassicMembership
from wirekafka.cli.wire.client_assignors import Partitions
from wirekafka.cli.wire.cluster import Cluster, TopicPartition
from wirekafka.cli.wire.connection import Connection, ConnectionLost
from wirekafka.cli.wire.consumer_membership import ConsumerMembership
from wirekafka.cli.wire.consumer_settings import ConsumerSettings
from wirekafka.cli.wire.fault_texts import fault
from wirekafka.cli.wire.fetcher import Fetcher, Polled
from wirekafka.cli.wire.group_conversation import GroupConversation
from wirekafka.cli.wire.membership import Membership
from wirekafka.cli.wire.offsets import EARLIEST, commit_offsets, offsets_or_codes, stable_offsets

_IDLE_S = 0.1  # so often a caller's signal is looked at
_RETRY_S = (0.1, 1.0)  # Java's retry.backoff.ms and its maximum
_LEAST_WAIT_S = 0.001
_COMMIT_ATTEMPTS = 50  # heartbeats that may pass before a new member epoch is there

Choice = Callable[[str], object]
"""Says something true of topics that are wished for."""


class Listener(Protocol):
    """Who wants to know which partitions come and go."""

    def revoked(self, partitions: Partitions) -> None:
        """They are somebody else's now."""

    def assigned(self, partitions: Partitions) -> None:
        """They came; possibly none."""


class CommitRefused(CommandError):
    """Offsets that the coordinator did not take; `code` is its error code."""

    def __init__(self, code: int) -> None:
        super().__init__(fault(code))
        self.code = code


class Consumer:
    """See the module docstring. Not for several threads."""

    def __init__(
        self, cluster: Cluster, settings: ConsumerSettings, listener: Listener | None = None
    ) -> None:
        self._cluster = cluster
        self._settings = settings
        self._listener = listener
        self._catalog = Catalog(cluster, may_create=settings.creates_topics)
        self._fetcher = Fetcher(cluster, self._catalog, settings)
        self._names: frozenset[str] = frozenset()
        self._choice: Choice | None = None
        self._is_alone = False
        self._is_begun = False
        self._membership: Membership | None = None
        self._conversation: GroupConversation | None = None
        self._seen: dict[str, int] = {}
        self._unplaced: set[TopicPartition] = set()
        self._committed: dict[TopicPartition, int] = {}
        self._next_commit_s = time.monotonic() + settings.commit_interval_s
        self._next_refresh_s = 0.0
        self._next_retry_s = 0.0
        self._next_place_s = 0.0
        self._failures = 0
        self._is_lost = False

    def subscribe(self, names: Iterable[str] = (), choice: Choice | None = None) -> None:
        """Read topics by name, or all that are chosen, as a member of the settings' group."""
        group = self._settings.group
        assert group is not None, "a subscription needs a group"
        kind = ConsumerMembership if self._settings.uses_consumer_protocol else ClassicMembership
        self._membership = kind(group, self._catalog, self)
        self._conversation = GroupConversation(self._cluster, group, self._membership)
        self._names, self._choice = frozenset(names), choice

    def read_all(self, names: Iterable[str] = (), choice: Choice | None = None) -> None:
        """Read all partitions of topics by name, or of all that are chosen, for itself."""
        self._is_alone = True
        self._names, self._choice = frozenset(names), choice

    def read_partition(self, one: TopicPartition, offset: int) -> None:
        """Read this partition from an offset, or a time of ListOffsets (below zero), on."""
        topic = self._catalog.named([one.topic]).get(one.topic)
        if topic is None or one.partition not in topic.partitions:
            raise CommandError(f"there is no partition {one}")
        self._names = frozenset([one.topic])
        self._next_refresh_s = time.monotonic() + self._settings.metadata_age_s
        if offset >= 0:
            self._fetcher.seek(one, offset)
        else:
            self._reset({one}, offset)

    def poll(self, wait_s: float, limit: int | None = None) -> list[Polled]:
        """What has come, at most max.poll.records and `limit`; empty after so long."""
        most = self._settings.poll_records if limit is None else limit
        most = min(most, self._settings.poll_records)
        deadline_s = time.monotonic() + wait_s
        while True:
            now_s = time.monotonic()
            try:
                taken = self._step(now_s, most)
                if taken:
                    return taken
            except ConnectionLost:
                self._lose_all(now_s)
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return []
            self._wait(min(left_s, _IDLE_S))

    def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Commit for the group; raises CommitRefused, or CommandError when nobody answers."""
        try:
            for _ in range(_COMMIT_ATTEMPTS):
                try:
                    self._commit(offsets)
                    return
                except CommitRefused as refused:
                    # Another epoch is on its way to us.
                    if refused.code != ErrorCode.STALE_MEMBER_EPOCH:
                        raise
                self._converse(time.monotonic())
                self._wait(_IDLE_S)
        except ConnectionLost as error:
            self._lose_all(time.monotonic())
            raise CommandError(str(error)) from None
        raise CommitRefused(ErrorCode.STALE_MEMBER_EPOCH)

    def close(self) -> None:
        """Commit where that is the consumer's affair, leave the group, end the connections."""
        # What cannot be said any more the session timeout says for us.
        if not self._is_lost:
            with suppress(ConnectionLost):
                self._commit_positions()
        if self._membership is not None and self._membership.owned:
            self.lose(self._membership.owned)
        if self._conversation is not None and not self._is_lost:
            with suppress(ConnectionLost, CommandError):
                self._conversation.close()
        self._fetcher.lose()

    def metrics(self) -> Mapping[str, int]:
        """What was counted, by Java's names."""
        return self._fetcher.counted

    def revoke(self, partitions: Partitions) -> None:
        """Of `Holder`: commit what was read of them."""
        self._commit_positions()
        self.lose(partitions)

    def lose(self, partitions: Partitions) -> None:
        """Of `Holder`."""
        if self._listener is not None:
            self._listener.revoked(partitions)
        self._fetcher.forget(partitions)
        self._unplaced -= partitions
        for one in partitions:
            self._committed.pop(one, None)

    def assign(self, partitions: Partitions) -> None:
        """Of `Holder`: their positions are looked for by the next step."""
        if self._listener is not None:
            self._listener.assigned(partitions)
        self._unplaced |= partitions

    def _step(self, now_s: float, most: int) -> list[Polled]:
        if self._is_lost:
            if now_s < self._next_retry_s:
                return []
            self._cluster.renew()
            self._is_lost, self._failures = False, 0
        if now_s >= self._next_commit_s:
            self._next_commit_s = now_s + self._settings.commit_interval_s
            self._commit_positions()
        self._refresh(now_s)
        self._converse(now_s)
        if self._unplaced and now_s >= self._next_place_s:
            self._place(now_s)
        if self._fetcher.astray:
            self._reset(self._fetcher.astray, self._settings.reset_ms)
        self._fetcher.step(now_s)
        taken = self._fetcher.take(most)
        if taken:
            self._fetcher.ask(now_s)  # the brokers work while the caller does
        return taken

    def _converse(self, now_s: float) -> None:
        if self._conversation is not None:
            self._conversation.step(now_s)

    def _wait(self, most_s: float) -> None:
        awaited = self._fetcher.awaited
        if self._conversation is not None and not self._is_lost:
            awaited += self._conversation.awaited
            due_s = self._conversation.due_s(time.monotonic())
            most_s = min(most_s, max(_LEAST_WAIT_S, due_s))
        Connection.wait_for_any(awaited, most_s)

    def _refresh(self, now_s: float) -> None:
        """Metadata, when they are old, or when a topic or a leader is missing."""
        is_missing = self._fetcher.is_stale or not self._names <= self._seen.keys()
        if now_s < self._next_refresh_s and not (is_missing and now_s >= self._next_retry_s):
            return
        self._catalog.refresh(self._names if self._choice is None else None)
        self._next_refresh_s = now_s + self._settings.metadata_age_s
        self._fetcher.is_stale = False
        self._back_off(now_s)
        chosen = self._names | {topic for topic in self._catalog.topics if self._is_chosen(topic)}
        found = {
            name: len(topic.partitions)
            for name, topic in self._catalog.topics.items()
            if name in chosen
        }
        if self._membership is not None:
            self._membership.subscribe(chosen)
            if found != self._seen:
                self._membership.topics_changed()
        elif self._is_alone:
            self._add(found)
        if found != self._seen:
            self._failures = 0
        self._seen = found

    def _is_chosen(self, name: str) -> bool:
        if self._choice is None or not self._choice(name):
            return False
        return not (self._settings.excludes_internal and self._catalog.topics[name].is_internal)

    def _add(self, found: Mapping[str, int]) -> None:
        """Read partitions that were not there before; later ones from their beginning."""
        for name, count in found.items():
            for number in range(self._seen.get(name, 0), count):
                self._unplaced.add(TopicPartition(name, number))

    def _place(self, now_s: float) -> None:
        """Positions of partitions that came: what the group committed, else the reset policy."""
        self._next_place_s = now_s + _RETRY_S[0]
        if self._is_alone:
            self._reset(self._unplaced, EARLIEST if self._is_begun else self._settings.reset_ms)
            self._is_begun |= not self._unplaced
            return
        assert self._settings.group is not None
        group_id = self._settings.group.group_id
        committed = stable_offsets(self._cluster, group_id, self._unplaced)
        for one, offset in committed.items():
            if one in self._unplaced:
                self._unplaced.discard(one)
                self._committed[one] = offset
                self._fetcher.seek(one, offset)
        self._reset(self._unplaced, self._settings.reset_ms)

    def _reset(self, partitions: Iterable[TopicPartition], time_ms: int | None) -> None:
        """Seek to a time; what has no leader now stays as it is until the next step."""
        wanted = set(partitions)
        if not wanted:
            return
        if time_ms is None:
            names = ", ".join(map(str, sorted(wanted)))
            raise CommandError(f"there is no committed offset and no reset policy for {names}")
        led = {one for one in wanted if self._catalog.leader(one) >= 0}
        level = self._settings.isolation_level
        found, codes = offsets_or_codes(self._cluster, led, time_ms, isolation_level=level)
        self._fetcher.is_stale |= bool(wanted - led or codes)
        for one, offset in found.items():
            self._unplaced.discard(one)
            self._fetcher.seek(one, offset)

    def _commit_positions(self) -> None:
        """Commit what was taken, if that is the consumer's affair; the next time makes good what
        the coordinator does not take now."""
        if self._membership is None or not self._settings.commits_by_itself:
            return
        owned = self._membership.owned
        positions = self._fetcher.positions
        new = {
            one: positions[one]
            for one in owned & positions.keys()
            if positions[one] != self._committed.get(one)
        }
        with suppress(CommandError):
            self._commit(new)

    def _commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        if not offsets:
            return
        assert self._membership is not None
        assert self._settings.group is not None
        group = self._settings.group
        codes = commit_offsets(
            self._cluster, group.group_id, offsets, member_id=self._membership.member_id,
            generation_id=self._membership.epoch, instance_id=group.instance_id,
        )  # fmt: skip
        if codes:
            raise CommitRefused(next(iter(codes.values())))
        self._committed.update(offsets)

    def _lose_all(self, now_s: float) -> None:
        """Some connection is gone: begin with new ones in a moment."""
        self._is_lost = True
        self._fetcher.lose()
        if self._conversation is not None:
            self._conversation.lose(now_s)
        self._back_off(now_s)

    def _back_off(self, now_s: float) -> None:
        least, most = _RETRY_S
        self._next_retry_s = now_s + min(least * 2**self._failures, most)
        self._failures = min(self._failures + 1, 10)
