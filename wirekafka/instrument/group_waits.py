"""Waiting for a group: until its members, its assignment or its offsets are what a test needs.

`Wanted` names conditions that must hold at the same moment. They are looked at again after every
decision of the group's coordinator and every Fetch, so a wait ends with the request that brought
what was missing, not at the next turn of a poll.

*Assigned* is more than the coordinator's opinion. A member that was just told its partitions has
yet to find out where to read: with auto.offset.reset=latest, what is produced in between is lost.
So every partition must also have been asked for, with a Fetch, by the member that owns it, after
the group became stable. A Fetch names its client id and host, not its member; while a partition
moves between two consumers that share both, the old owner may be taken for the new one.

*Caught up*: every partition that is assigned or was committed has nothing behind its committed
offset; a partition without an offset counts when it is empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wirekafka.instrument.group_views import (
    GroupView,
    MemberView,
    TopicPartition,
    glance,
    view_group,
)
from wirekafka.internal_topics import OFFSETS_TOPIC, coordinator_partition
from wirekafka.partition.fetch import FetchWait
from wirekafka.partition.fetch_sessions import FetchTarget

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_LOOK_AGAIN_S = 0.25
"""For what changes without a decision or a Fetch: topics that are deleted, records that expire."""

Reader = tuple[str, str]
"""Client id and host."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The conditions; those that are None or False do not matter."""

    stable: bool = False
    members: int | None = None
    assigned: bool = False
    caught_up: bool = False


class GroupWaitTimeout(Exception):
    """The time is up; the text says what is missing."""


async def wait_for_group(
    broker: Broker, group_id: str, wanted: Wanted, timeout_s: float
) -> GroupView:
    """The group as it is when all conditions hold. Raises GroupWaitTimeout."""
    wait = _Wait(broker, group_id, wanted)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    broker.groups.listeners.add(wait.decided)
    broker.fetch_sessions.listeners.add(wait.fetched)
    try:
        while True:
            missing = wait.missing()
            if missing is None:
                view, missing = await wait.whole()
                if missing is None:
                    return view
            left = deadline - loop.time()
            if left <= 0:
                raise GroupWaitTimeout(f"group {group_id!r} after {timeout_s:g} s: {missing}")
            await wait.news(min(left, _LOOK_AGAIN_S))
    finally:
        broker.groups.listeners.discard(wait.decided)
        broker.fetch_sessions.listeners.discard(wait.fetched)


class _Wait:
    """One wait: its conditions, and the fetches that were seen."""

    def __init__(self, broker: Broker, group_id: str, wanted: Wanted) -> None:
        self._broker = broker
        self._group_id = group_id
        self._wanted = wanted
        self._news = asyncio.Event()
        self._epoch: int | None = None
        self._reading: set[tuple[Reader, TopicPartition]] = set()

    async def news(self, timeout_s: float) -> None:
        """Until something has happened."""
        try:
            await asyncio.wait_for(self._news.wait(), timeout_s)
        except TimeoutError:
            return
        self._news.clear()

    def decided(self, partition: int) -> None:
        """A coordinator decided something."""
        if partition != coordinator_partition(self._broker, OFFSETS_TOPIC, self._group_id):
            return
        if self._wanted.assigned:
            self._follow_epoch()
        self._news.set()

    def fetched(self, reader: Reader, targets: Iterable[FetchTarget]) -> None:
        """A consumer asked for records."""
        if self._wanted.assigned and self._epoch is not None:
            for target in targets:
                self._reading.add((reader, self._place(target)))
            self._news.set()

    def missing(self) -> str | None:
        """What is missing, besides what takes a look at offsets; None when nothing is."""
        view = glance(self._broker, self._group_id)
        if view is None:
            return None if self._may_be_gone else "there is no such group"
        wanted = self._wanted
        if wanted.members is not None and len(view.members) != wanted.members:
            return f"{len(view.members)} of {wanted.members} members"
        if (wanted.stable or wanted.assigned) and not view.is_stable:
            return f"its state is {view.state}"
        if wanted.assigned:
            missing = self._not_assigned(view)
            if missing is not None:
                return missing
        return None

    async def whole(self) -> tuple[GroupView, str | None]:
        """The group, and what is missing in its offsets."""
        view = await view_group(self._broker, self._group_id)
        if view is None:
            gone = GroupView(self._group_id, "", "Dead", False, 0, -1, (), frozenset())
            return gone, None if self._may_be_gone else "there is no such group"
        return view, _behind(view) if self._wanted.caught_up else None

    @property
    def _may_be_gone(self) -> bool:
        return self._wanted.members == 0 and not self._wanted.stable

    def _not_assigned(self, view: GroupView) -> str | None:
        if not view.members:
            return "it has no members"
        topics = view.subscribed
        if topics is None:
            topics = frozenset(topic for topic, _ in view.assigned)
        known = self._broker.image.topics
        places = {
            (name, index)
            for name in topics
            if name in known
            for index in range(len(known[name].partitions))
        }
        unowned = places - view.assigned
        if unowned or not places:
            return f"nobody has {_named(unowned)}" if places else "no subscribed topic exists"
        self._follow_epoch()
        for member in view.members:
            reader = (member.client_id, member.client_host)
            unread = [place for place in member.assignment if (reader, place) not in self._reading]
            unread = [place for place in unread if not self._is_parked(view, member, place)]
            if unread:
                return f"member {member.member_id!r} does not read {_named(unread)} yet"
        return None

    def _follow_epoch(self) -> None:
        """Fetches count from the moment on in which the group is stable in its present epoch."""
        view = glance(self._broker, self._group_id)
        epoch = view.epoch if view is not None and view.is_stable else None
        if epoch != self._epoch:
            self._epoch = epoch
            self._reading.clear()

    def _is_parked(self, view: GroupView, member: MemberView, place: TopicPartition) -> bool:
        """Whether a Fetch of the member, of since the group is stable, waits for records here."""
        partition = self._broker.partitions.get(*place)
        if partition is None:
            return False
        return any(
            isinstance(waiter, FetchWait)
            and waiter.reader == (member.client_id, member.client_host)
            and waiter.since_ms >= view.since_ms
            for waiter in partition.fetch_waiters or ()
        )

    def _place(self, target: FetchTarget) -> TopicPartition:
        if isinstance(target.topic, str):
            return target.topic, target.index
        found = self._broker.partitions.by_id.get(target.topic)
        return (found.name if found is not None else ""), target.index


def _behind(view: GroupView) -> str | None:
    if not view.offsets:
        return "it has no partition and no committed offset"
    behind = {
        (row.topic, row.partition): row
        for row in view.offsets
        if row.log_end is not None and (row.lag if row.lag is not None else row.log_end) > 0
    }
    return f"it is behind in {_named(behind)}" if behind else None


def _named(places: Iterable[TopicPartition], most: int = 5) -> str:
    names = [f"{topic}-{index}" for topic, index in sorted(places)]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if names[most:] else "")
