"""TransactionMarkers: carries out what transaction coordinators have decided.

A coordinator that has written its decision (PrepareCommit, PrepareAbort) hands over a
`CompleteTransaction`. Every partition of the transaction gets a marker, then the coordinator is
told, so that it writes the end of the transaction to its log. With one broker that all happens
before the producer has the answer to its EndTxn.

Markers of `__consumer_offsets` go through the coordinator of the groups, which settles the offsets
of the transaction with them.

- A partition that does not exist any more needs no marker.
- A partition that cannot be written now (its disk is offline, its coordinator is loading) is tried
  again, as long as this broker has the coordinator. Until then the transaction stays prepared, and
  its producer hears CONCURRENT_TRANSACTIONS.
- A producer or a coordinator of a newer epoch has taken the matter over: nothing more is written.

A marker may be written twice: the broker was killed before the coordinator had noted the first.
The second ends nothing and does no harm.

Invariant: of each transactional id at most one ending is under way, the newest. What is lost with
the broker is decided again when the coordinator loads.

Source: Kafka's `TransactionMarkerChannelManager`, `TransactionMarkerRequestCompletionHandler`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.clock import Clock, TimerHandle
from wirekafka.coordinator.machine import ProducerStamp
from wirekafka.coordinator.transaction.requests import CompleteTransaction, MarkersWritten
from wirekafka.internal_topics import OFFSETS_TOPIC
from wirekafka.partition.markers import append_marker
from wirekafka.partition.partitions import Partitions

logger = logging.getLogger("wirekafka.coordinator")

FIRST_PAUSE_MS = 20
"""What is loading is soon loaded, and the producer waits."""

LONGEST_PAUSE_MS = 1_000
"""A disk that is offline stays so until a restart."""

Written = Callable[["ApiError | None"], None]
"""Gets None when the marker is in the log and committed."""

_Place = tuple[str, int]
"""Topic and partition."""

_TAKEN_OVER = frozenset(
    {ErrorCode.INVALID_PRODUCER_EPOCH, ErrorCode.TRANSACTION_COORDINATOR_FENCED}
)

_NOT_LEADER = frozenset(
    {
        ErrorCode.COORDINATOR_NOT_AVAILABLE,
        ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
        ErrorCode.NOT_COORDINATOR,
    }
)
"""What the coordinator of groups says, and to those who want markers written means: not now."""


@dataclass(slots=True, frozen=True)
class Marker:
    """The end of a producer's transaction."""

    producer: ProducerStamp
    coordinator_epoch: int
    committed: bool
    transaction_version: int


class OffsetsEnds(Protocol):
    """What is asked of the coordinators of groups (`CoordinatorRuntime`)."""

    def complete_transaction(
        self,
        partition: int,
        producer: ProducerStamp,
        coordinator_epoch: int,
        committed: bool,
        transaction_version: int,
        callback: Written,
    ) -> None:
        """Append the marker and settle the offsets of the transaction."""


class _Ending:
    """One transaction whose markers are being written."""

    __slots__ = (
        "effect",
        "is_taken_over",
        "left",
        "marker",
        "number",
        "pause_ms",
        "timer",
        "under_way",
    )

    def __init__(self, number: int, coordinator_epoch: int, effect: CompleteTransaction) -> None:
        self.number = number
        self.effect = effect
        producer = ProducerStamp(effect.producer_id, effect.producer_epoch)
        self.marker = Marker(
            producer, coordinator_epoch, effect.committed, effect.transaction_version
        )
        self.left: list[_Place] = [
            (topic, index) for topic, indexes in effect.partitions.items() for index in indexes
        ]
        self.under_way = 0
        self.is_taken_over = False
        self.pause_ms = FIRST_PAUSE_MS
        self.timer: TimerHandle | None = None

    @property
    def key(self) -> tuple[int, str]:
        return self.number, self.effect.transactional_id


class TransactionMarkers:
    """See the module docstring.

    `exists(topic, index)` says whether the cluster has the partition; `tell(number, written)` tells
    the coordinator of that number; `wake_soon` has those woken who wait for what was committed.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        partitions: Partitions,
        groups: OffsetsEnds,
        exists: Callable[[str, int], bool],
        tell: Callable[[int, MarkersWritten], None],
        wake_soon: Callable[[], object],
    ) -> None:
        self._clock = clock
        self._partitions = partitions
        self._groups = groups
        self._exists = exists
        self._tell = tell
        self._wake_soon = wake_soon
        self._endings: dict[tuple[int, str], _Ending] = {}

    def carry_out(self, number: int, coordinator_epoch: int, effect: CompleteTransaction) -> None:
        """Write the markers of a transaction of the coordinator `number` and tell it."""
        ending = _Ending(number, coordinator_epoch, effect)
        self._drop(self._endings.get(ending.key))
        self._endings[ending.key] = ending
        self._attempt(ending)

    def write(self, topic: str, index: int, marker: Marker, callback: Written) -> None:
        """Write one marker, once. `callback` gets None or an ApiError, now or later."""
        if not self._exists(topic, index):
            callback(ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"{topic}-{index}"))
        elif topic == OFFSETS_TOPIC:
            self._groups.complete_transaction(
                index,
                marker.producer,
                marker.coordinator_epoch,
                marker.committed,
                marker.transaction_version,
                lambda error: callback(_as_leader(error)),
            )
        else:
            callback(self._append(topic, index, marker))

    def forget(self, number: int) -> None:
        """The coordinator of this number is not here any more."""
        for ending in [ending for ending in self._endings.values() if ending.number == number]:
            self._drop(ending)

    def close(self) -> None:
        """Forget everything: the broker stops."""
        for ending in list(self._endings.values()):
            self._drop(ending)

    # -- one transaction -------------------------------------------------------------------------

    def _attempt(self, ending: _Ending) -> None:
        """Write every marker that is left."""
        ending.timer = None
        places, ending.left = ending.left, []
        ending.under_way = len(places)
        if not places:
            self._finish(ending)
        for place in places:
            self.write(*place, ending.marker, partial(self._written, ending, place))

    def _written(self, ending: _Ending, place: _Place, error: ApiError | None) -> None:
        if self._endings.get(ending.key) is not ending:
            return  # it was dropped meanwhile
        ending.under_way -= 1
        if error is not None:
            if error.code in _TAKEN_OVER:
                ending.is_taken_over = True
                self._log_given_up(ending, place, error)
            elif error.code is not ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
                ending.left.append(place)
        if ending.under_way:
            return
        if ending.is_taken_over:
            self._drop(ending)
        elif ending.left:
            pause_ms, ending.pause_ms = ending.pause_ms, min(2 * ending.pause_ms, LONGEST_PAUSE_MS)
            when = self._clock.monotonic() + pause_ms / 1000
            ending.timer = self._clock.call_at(when, partial(self._attempt, ending))
        else:
            self._finish(ending)

    def _finish(self, ending: _Ending) -> None:
        self._drop(ending)
        effect = ending.effect
        self._tell(
            ending.number,
            MarkersWritten(effect.transactional_id, effect.producer_id, effect.producer_epoch),
        )

    def _drop(self, ending: _Ending | None) -> None:
        if ending is None:
            return
        if ending.timer is not None:
            ending.timer.cancel()
        if self._endings.get(ending.key) is ending:
            del self._endings[ending.key]

    def _log_given_up(self, ending: _Ending, place: _Place, error: ApiError) -> None:
        logger.warning(
            "transaction marker refused transactional_id=%s producer_id=%d producer_epoch=%d "
            "topic=%s partition=%d error=%s",
            ending.effect.transactional_id,
            ending.effect.producer_id,
            ending.effect.producer_epoch,
            *place,
            error,
        )

    # -- one partition ---------------------------------------------------------------------------

    def _append(self, topic: str, index: int, marker: Marker) -> ApiError | None:
        partition = self._partitions.get(topic, index)
        if partition is None:
            # Known to the cluster, but not open here yet, or led elsewhere.
            return ApiError(ErrorCode.NOT_LEADER_OR_FOLLOWER, f"{topic}-{index}")
        try:
            append_marker(
                self._partitions,
                partition,
                marker.producer,
                marker.coordinator_epoch,
                marker.committed,
                marker.transaction_version,
                self._clock.now_ms(),
            )
        except ApiError as error:
            return error
        self._partitions.commit_early()
        if partition.offline:
            return ApiError(ErrorCode.KAFKA_STORAGE_ERROR, f"{topic}-{index}")
        if partition.fetch_waiters is not None:
            self._wake_soon()  # nobody else does after a timer
        return None


def _as_leader(error: ApiError | None) -> ApiError | None:
    if error is not None and error.code in _NOT_LEADER:
        return ApiError(ErrorCode.NOT_LEADER_OR_FOLLOWER, error.message)
    return error
