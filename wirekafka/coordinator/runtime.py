"""CoordinatorRuntime: the only I/O of the coordinator machines.

It keeps one machine per partition of an internal topic (`__consumer_offsets`,
`__transaction_state`) and carries out what the machines decide, in this order: append the records,
replay them, set the timers, and answer the tickets once the records are committed (the high
watermark has passed them). With one replica all of that happens within the request.

Run to completion: no coroutine or future. `request()` ends in the call of its callback, at once or
later, with the response or with an ApiError; never twice. A callback may be called within
`request()` itself, and must not raise.

Life of a partition: not here (NOT_COORDINATOR) ─ load() ─► loading (COORDINATOR_LOAD_IN_PROGRESS)
─► active ─ unload() ─► not here. Loading means: a new machine, and replay of the whole log, in
slices so that a long log does not hold up the broker. If an append fails, every waiting ticket is
answered with an error and the partition is loaded again, because the machine may already have
changed what is not in the log.

Invariants: a ticket is in `waiting` from its request to its answer. What a read or a decision
without records answers may rest on records that are not committed yet, so it waits for them too.
Notices for an epoch that has passed find no ticket: `waiting` belongs to one load of a partition
(KAFKA-20634).

Source: Kafka's `CoordinatorRuntime`, `CoordinatorOperationExceptionHelper`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError

from wirekafka.clock import Clock, TimerHandle
from wirekafka.coordinator.machine import (
    CoordinatorMachine,
    CoordinatorRecord,
    Decision,
    Reply,
    RequestInfo,
    Ticket,
)

LOAD_SLICE_RECORDS = 500
"""Records replayed per wake-up while loading: 500 take a few ms, and then others get their turn."""

COMMIT_TIMEOUT_MS = 5_000
"""offsets.commit.timeout.ms: how long an answer waits for its records to be committed."""

logger = logging.getLogger("wirekafka.coordinator")

Callback = Callable[[Any], None]
"""Gets the response, or an ApiError."""

M = TypeVar("M", bound=CoordinatorMachine)
R = TypeVar("R")

Method = Callable[[M, Ticket, RequestInfo, R, int], Any]
"""An unbound request method of a machine, for instance `GroupCoordinatorShard.heartbeat`."""


class RecordLog(Protocol):
    """One partition of the internal topic, led by this broker."""

    def append(self, batch_records: list[tuple[bytes, bytes | None]], now_ms: int) -> int:
        """Append one batch of (key, value or None) and return the log's end offset behind it.

        Raises ApiError if the partition cannot take it, OSError if the disk cannot.
        """

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        """Call back once the high watermark has reached `end_offset`; at once if it has."""

    def read_all(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Every record of the log, in order: key, and value or None."""


class RecordCodec(Protocol):
    """How the records of one internal topic lie in the log; a module such as group/records.py."""

    def encode_record(self, record: CoordinatorRecord) -> tuple[bytes, bytes | None]:
        """Key and value."""

    def decode_record(self, key: bytes, value: bytes | None) -> CoordinatorRecord | None:
        """The record, or None if it is of a type that the machine does not know."""


class _Partition(Generic[M]):
    """One load of one partition."""

    __slots__ = (
        "epoch",
        "is_active",
        "log",
        "machine",
        "number",
        "timers",
        "uncommitted_end",
        "waiting",
    )

    def __init__(self, number: int, epoch: int, log: RecordLog, machine: M) -> None:
        self.number = number
        self.epoch = epoch
        self.log = log
        self.machine = machine
        self.is_active = False
        self.waiting: dict[Ticket, Callback] = {}
        self.timers: dict[Hashable, TimerHandle] = {}
        # The end of the newest batch that is not committed; None if all are.
        self.uncommitted_end: int | None = None


class CoordinatorRuntime(Generic[M]):
    """See the module docstring. `name` is the internal topic's."""

    def __init__(
        self,
        name: str,
        *,
        clock: Clock,
        new_machine: Callable[[], M],
        codec: RecordCodec,
        commit_timeout_ms: int = COMMIT_TIMEOUT_MS,
    ) -> None:
        self._name = name
        self._clock = clock
        self._new_machine = new_machine
        self._codec = codec
        self._commit_timeout_ms = commit_timeout_ms
        self._partitions: dict[int, _Partition[M]] = {}
        self._next_ticket = 1

    # -- life of a partition ---------------------------------------------------------------------

    def load(self, partition: int, epoch: int, log: RecordLog) -> None:
        """This broker leads the partition since `epoch`: read its log and serve it."""
        current = self._partitions.get(partition)
        if current is not None:
            if epoch <= current.epoch:
                return
            self._close(current, ApiError(ErrorCode.NOT_COORDINATOR))
        self._begin_load(partition, epoch, log)

    def unload(self, partition: int, epoch: int | None = None) -> None:
        """Another broker leads the partition, since `epoch` (None: whatever the epoch)."""
        current = self._partitions.get(partition)
        if current is None or (epoch is not None and epoch < current.epoch):
            return
        del self._partitions[partition]
        self._close(current, ApiError(ErrorCode.NOT_COORDINATOR))

    def close(self) -> None:
        """Unload everything: the broker stops."""
        for partition in list(self._partitions):
            self.unload(partition)

    def active_partitions(self) -> list[int]:
        """The partitions that are loaded, in ascending order."""
        return sorted(n for n, shard in self._partitions.items() if shard.is_active)

    def loading_partitions(self) -> list[int]:
        return sorted(n for n, shard in self._partitions.items() if not shard.is_active)

    # -- requests --------------------------------------------------------------------------------

    def request(
        self,
        partition: int,
        method: Method[M, R],
        info: RequestInfo,
        request: R,
        callback: Callback,
    ) -> Ticket | None:
        """Have the machine of `partition` deal with a request.

        `callback` gets the response or an ApiError. The ticket is for `abandon()`; None if the
        request was refused at once because the partition is not served here.
        """
        shard = self._partitions.get(partition)
        if shard is None or not shard.is_active:
            code = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS if shard else ErrorCode.NOT_COORDINATOR
            callback(ApiError(code, f"{self._name}-{partition}"))
            return None
        ticket = self._next_ticket
        self._next_ticket = ticket + 1
        now_ms = self._clock.now_ms()
        result = method(shard.machine, ticket, info, request, now_ms)
        if type(result) is Decision:
            shard.waiting[ticket] = callback
            self._carry_out(shard, result, now_ms)
        elif shard.uncommitted_end is None:
            callback(result)
        else:
            shard.waiting[ticket] = callback
            self._answer_when_committed(shard, [Reply(ticket, result)], shard.uncommitted_end)
        return ticket

    def abandon(self, partition: int, ticket: Ticket) -> None:
        """Nobody waits for this answer any more, for instance because the connection closed.

        The machine is not told: to Kafka, too, a member whose connection breaks is a member until
        its session ends.
        """
        shard = self._partitions.get(partition)
        if shard is not None:
            shard.waiting.pop(ticket, None)

    # -- loading ---------------------------------------------------------------------------------

    def _begin_load(self, number: int, epoch: int, log: RecordLog) -> None:
        shard = _Partition(number, epoch, log, self._new_machine())
        self._partitions[number] = shard
        self._load_slice(shard, log.read_all())

    def _load_slice(
        self, shard: _Partition[M], records: Iterator[tuple[bytes, bytes | None]]
    ) -> None:
        if self._partitions.get(shard.number) is not shard:
            return
        try:
            count = self._replay(shard.machine, islice(records, LOAD_SLICE_RECORDS))
        except (ProtocolError, ApiError, OSError) as error:
            # As in Kafka, a coordinator that cannot read its log does not serve. A disk's fault is
            # told where it was found; bytes that make no sense are worth a traceback.
            logger.error(
                "coordinator not loaded partition=%s-%d error=%s",
                self._name,
                shard.number,
                error,
                exc_info=isinstance(error, ProtocolError),
            )
            del self._partitions[shard.number]
            return
        if count == LOAD_SLICE_RECORDS:
            next_slice = partial(self._load_slice, shard, records)
            self._clock.call_at(self._clock.monotonic(), next_slice)
            return
        shard.is_active = True
        now_ms = self._clock.now_ms()
        self._carry_out(shard, shard.machine.on_loaded(now_ms), now_ms)
        logger.debug("coordinator loaded partition=%s-%d", self._name, shard.number)

    def _replay(self, machine: M, records: Iterator[tuple[bytes, bytes | None]]) -> int:
        """Returns how many records there were."""
        count = 0
        for key, value in records:
            count += 1
            record = self._codec.decode_record(key, value)
            if record is not None:
                machine.replay(record)
        return count

    def _close(self, shard: _Partition[M], error: ApiError) -> None:
        """Cancel its timers and answer whoever waits."""
        shard.is_active = False
        for handle in shard.timers.values():
            handle.cancel()
        shard.timers.clear()
        waiting = list(shard.waiting.values())
        shard.waiting.clear()
        for callback in waiting:
            callback(error)

    # -- decisions -------------------------------------------------------------------------------

    def _carry_out(self, shard: _Partition[M], decision: Decision, now_ms: int) -> None:
        if decision.records and not self._append(shard, decision.records, now_ms):
            return
        for timer in decision.timers:
            self._set_timer(shard, timer.key, timer.deadline_ms, now_ms)
        if decision.replies:
            if shard.uncommitted_end is None:
                self._answer(shard, decision.replies)
            else:
                self._answer_when_committed(shard, decision.replies, shard.uncommitted_end)

    def _append(self, shard: _Partition[M], records: list[CoordinatorRecord], now_ms: int) -> bool:
        """Append and replay; False if the log refused, and the partition is being loaded again."""
        encode = self._codec.encode_record
        try:
            end_offset = shard.log.append([encode(record) for record in records], now_ms)
        except (ApiError, OSError) as failure:
            self._start_over(shard, failure)
            return False
        shard.uncommitted_end = end_offset
        for record in records:
            shard.machine.replay(record)
        shard.log.when_committed(end_offset, partial(_committed, shard, end_offset))
        return True

    def _start_over(self, shard: _Partition[M], failure: ApiError | OSError) -> None:
        logger.warning(
            "append failed, loading again partition=%s-%d error=%s",
            self._name,
            shard.number,
            failure,
        )
        # The new load is in place before anybody is told, for a callback may ask again at once.
        self._begin_load(shard.number, shard.epoch, shard.log)
        self._close(shard, append_error(failure))

    def _answer(self, shard: _Partition[M], replies: list[Reply]) -> None:
        for reply in replies:
            callback = shard.waiting.pop(reply.ticket, None)
            if callback is not None:
                callback(reply.response)

    def _answer_when_committed(
        self, shard: _Partition[M], replies: list[Reply], end_offset: int
    ) -> None:
        deadline = self._clock.monotonic() + self._commit_timeout_ms / 1000
        timeout = self._clock.call_at(deadline, partial(self._not_committed, shard, replies))

        def committed() -> None:
            timeout.cancel()
            self._answer(shard, replies)

        shard.log.when_committed(end_offset, committed)

    def _not_committed(self, shard: _Partition[M], replies: list[Reply]) -> None:
        error = ApiError(ErrorCode.COORDINATOR_NOT_AVAILABLE, "not replicated in time")
        self._answer(shard, [Reply(reply.ticket, error) for reply in replies])

    # -- timers ----------------------------------------------------------------------------------

    def _set_timer(
        self, shard: _Partition[M], key: Hashable, deadline_ms: int | None, now_ms: int
    ) -> None:
        handle = shard.timers.pop(key, None)
        if handle is not None:
            handle.cancel()
        if deadline_ms is not None:
            when = self._clock.monotonic() + (deadline_ms - now_ms) / 1000
            fire = partial(self._fire, shard, key, deadline_ms)
            shard.timers[key] = self._clock.call_at(when, fire)

    def _fire(self, shard: _Partition[M], key: Hashable, deadline_ms: int) -> None:
        del shard.timers[key]
        # Rounding must not let a timer find that it is a millisecond early.
        now_ms = max(self._clock.now_ms(), deadline_ms)
        self._carry_out(shard, shard.machine.on_timer(key, now_ms), now_ms)


def append_error(failure: ApiError | OSError) -> ApiError:
    """What clients of the coordinator hear when its log refuses a batch."""
    if isinstance(failure, OSError):
        return ApiError(ErrorCode.NOT_COORDINATOR, str(failure))
    code = _APPEND_ERRORS.get(failure.code, failure.code)
    return ApiError(code, failure.message)


_APPEND_ERRORS = {
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_ENOUGH_REPLICAS: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.REQUEST_TIMED_OUT: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_LEADER_OR_FOLLOWER: ErrorCode.NOT_COORDINATOR,
    ErrorCode.KAFKA_STORAGE_ERROR: ErrorCode.NOT_COORDINATOR,
    ErrorCode.MESSAGE_TOO_LARGE: ErrorCode.UNKNOWN_SERVER_ERROR,
    ErrorCode.RECORD_LIST_TOO_LARGE: ErrorCode.UNKNOWN_SERVER_ERROR,
    ErrorCode.INVALID_FETCH_SIZE: ErrorCode.UNKNOWN_SERVER_ERROR,
}


def _committed(shard: _Partition[Any], end_offset: int) -> None:
    if shard.uncommitted_end == end_offset:
        shard.uncommitted_end = None
