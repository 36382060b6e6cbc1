"""The offsets that open transactions have written: they count when the transaction is committed.

Data: producer id -> place -> OffsetCommitValue; and for each group the places at which something
is pending, with the producers that wrote there, in the order of their last records in the log.

A commit marker makes offsets visible late, but what counts is the order in which they were
written: an ordinary commit, or a transaction committed earlier, that wrote to the same place behind
a pending offset has overtaken it. Then the pending value is forgotten (None), but the place stays
unstable until the marker comes. Kafka compares log offsets when the marker comes, to the same end.

Only replay changes anything here, so loading the log gives the same state.

Invariant: both mappings name the same pairs of producer and place, and no inner one is empty.

Source: Kafka's `OffsetMetadataManager` (`pendingTransactionalOffsets`, `OpenTransactions`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from wirekafka_protocol.messages.offset_commit_record import OffsetCommitValue


class Place(NamedTuple):
    """Whose offset of what."""

    group_id: str
    topic: str
    partition: int


_Writers = dict[int, None]
"""Producer ids; the one that wrote last comes last."""

_NO_PLACES: dict[Place, _Writers] = {}


class PendingOffsets:
    """See the module docstring."""

    __slots__ = ("_by_group", "_by_producer")

    def __init__(self) -> None:
        self._by_producer: dict[int, dict[Place, OffsetCommitValue | None]] = {}
        self._by_group: dict[str, dict[Place, _Writers]] = {}

    # -- questions -----------------------------------------------------------------------------

    def __bool__(self) -> bool:
        return bool(self._by_group)

    def __contains__(self, place: Place) -> bool:
        """Is an offset pending there, overtaken or not?"""
        return place in self._by_group.get(place.group_id, _NO_PLACES)

    def has_group(self, group_id: str) -> bool:
        return group_id in self._by_group

    def of_group(self, group_id: str) -> Collection[Place]:
        return self._by_group.get(group_id, _NO_PLACES).keys()

    def of_topics(self, topics: set[str]) -> Iterator[Place]:
        for places in self._by_group.values():
            for place in places:
                if place.topic in topics:
                    yield place

    # -- state, changed by replay only ---------------------------------------------------------

    def put(self, producer_id: int, place: Place, value: OffsetCommitValue) -> None:
        """The producer's open transaction wrote this offset."""
        self._by_producer.setdefault(producer_id, {})[place] = value
        writers = self._by_group.setdefault(place.group_id, {}).setdefault(place, {})
        writers.pop(producer_id, None)
        writers[producer_id] = None

    def overtake(self, place: Place) -> None:
        """An offset that counts at once was written behind what is pending there."""
        for producer_id in self._by_group.get(place.group_id, _NO_PLACES).get(place, ()):
            self._by_producer[producer_id][place] = None

    def drop(self, place: Place) -> None:
        """A tombstone: nothing is pending there any more."""
        places = self._by_group.get(place.group_id, _NO_PLACES)
        for producer_id in places.pop(place, ()):
            self._forget(producer_id, place)
        if places is not _NO_PLACES and not places:
            del self._by_group[place.group_id]

    def end(self, producer_id: int, *, committed: bool) -> dict[Place, OffsetCommitValue]:
        """The producer's transaction has ended; the offsets that count from now on."""
        written = self._by_producer.pop(producer_id, {})
        counting: dict[Place, OffsetCommitValue] = {}
        for place, value in written.items():
            places = self._by_group[place.group_id]
            writers = places[place]
            if committed and value is not None:
                counting[place] = value
                for earlier in writers:
                    if earlier == producer_id:
                        break
                    self._by_producer[earlier][place] = None
            del writers[producer_id]
            if not writers:
                del places[place]
            if not places:
                del self._by_group[place.group_id]
        return counting

    # -- internals -----------------------------------------------------------------------------

    def _forget(self, producer_id: int, place: Place) -> None:
        written = self._by_producer[producer_id]
        del written[place]
        if not written:
            del self._by_producer[producer_id]
