"""CoordinatorRuntime: the only I/O of the coordinator machines.

It keeps one machine per partition of an internal topic (`__consumer_offsets`,
`__transaction_state`) and carries out what the machines decide, in this order: append the records,
replay them, set the timers, and once the records are committed (the high watermark has passed
them) answer the tickets and hand out the effects. With one replica all of that happens within the
request.

Run to completion: no coroutine or future. `request()` ends in the call of its callback, at once or
later, with the response or with an ApiError; never twice. A callback may be called within
`request()` itself, and must not raise.

Callbacks and effects may call the runtime again, for the same partition too: they are called when
the machine has nothing under way, all its records being replayed and its timers set. What is asked
there is decided and carried out, effects included, before the next answer or effect of the decision
that led to it. Effects that have not been handed out when the partition is closed are dropped; the
machine that is loaded next decides them again.

Life of a partition: not here (NOT_COORDINATOR) ─ load() ─► loading (COORDINATOR_LOAD_IN_PROGRESS)
─► active ─ unload() ─► not here. Loading means: a new machine, and replay of the whole log, in
slices so that a long log does not hold up the broker. If an append fails, every waiting ticket is
answered with an error and the partition is loaded again, because the machine may already have
changed what is not in the log. Where a producer is refused (its epoch is out of date), only the
tickets of that decision are: nothing is written, and a machine that decides for a producer changes
nothing while it does so.

Invariants: a ticket is in `waiting` from its request to its answer. What a read or a decision
without records answers may rest on records that are not committed yet, so it waits for them too.
Notices for an epoch that has passed find no ticket: `waiting` belongs to one load of a partition
(KAFKA-20634).

Source: Kafka's `CoordinatorRuntime`, `CoordinatorOperationExceptionHelper`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError

from wirekafka.clock import Clock, TimerHandle
from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord, RecordLog
from wirekafka.coordinator.machine import (
    NO_PRODUCER_ID,
    CoordinatorMachine,
    CoordinatorRecord,
    Decision,
    ProducerStamp,
    Reply,
    RequestInfo,
    Standing,
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
F = TypeVar("F")

Method = Callable[[M, Ticket, RequestInfo, R, int], Any]
"""An unbound request method of a machine, for instance `GroupCoordinatorShard.heartbeat`."""

OnEffect = Callable[[int, int, Any], None]
"""Gets the partition, the coordinator's epoch (the leader epoch of the load) and an effect."""

_NOBODY = RequestInfo(0, "", "")
"""Who asks when it is the broker itself."""


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
        on_effect: OnEffect | None = None,
    ) -> None:
        self._name = name
        self._clock = clock
        self._new_machine = new_machine
        self._codec = codec
        self._commit_timeout_ms = commit_timeout_ms
        self._on_effect = on_effect
        self._partitions: dict[int, _Partition[M]] = {}
        self._next_ticket = 1
        self.listeners: set[Callable[[int], None]] = set()
        """Told the partition after each decision; they must not call the runtime."""

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
            callback(self._unavailable(partition))
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

    def look(self, partition: int, find: Callable[[M, Standing, Callable[[], int]], F]) -> F | None:
        """What `find` makes of the machine, if that serves, and of the clock."""
        shard = self._partitions.get(partition)
        if shard is None or not shard.is_active:
            return None
        return find(shard.machine, shard, self._clock.now_ms)

    def tell(self, partition: int, method: Method[M, R], request: R) -> None:
        """A request of the broker itself, whose answer nobody waits for."""
        self.request(partition, method, _NOBODY, request, _ignore)

    def each(self, method: Method[M, R], request: R) -> list[Any]:
        """What a method that only reads says on every active partition, in ascending order.

        It is told at once, so it may rest on records that are not committed yet.
        """
        now_ms = self._clock.now_ms()
        return [
            method(self._partitions[number].machine, 0, _NOBODY, request, now_ms)
            for number in self.active_partitions()
        ]

    def complete_transaction(
        self,
        partition: int,
        producer: ProducerStamp,
        coordinator_epoch: int,
        committed: bool,
        transaction_version: int,
        callback: Callable[[ApiError | None], None],
    ) -> None:
        """A producer's transaction has ended: write its marker, and let what it wrote count.

        `callback` gets None once the marker is committed, or an ApiError.
        """
        shard = self._partitions.get(partition)
        if shard is None or not shard.is_active:
            callback(self._unavailable(partition))
            return
        ticket = self._next_ticket
        self._next_ticket = ticket + 1
        shard.waiting[ticket] = callback
        replies = [Reply(ticket, None)]
        now_ms = self._clock.now_ms()
        try:
            end_offset = shard.log.append_marker(
                producer, coordinator_epoch, committed, transaction_version, now_ms
            )
        except (ApiError, OSError) as failure:
            self._not_appended(shard, failure, replies, producer)
            return
        shard.machine.replay_end_transaction(
            producer.producer_id, producer.producer_epoch, committed
        )
        self._appended(shard, end_offset)
        self._conclude(shard, replies, [])

    def abandon(self, partition: int, ticket: Ticket) -> None:
        """Nobody waits for this answer any more, for instance because the connection closed.

        The machine is not told: to Kafka, too, a member whose connection breaks is a member until
        its session ends.
        """
        shard = self._partitions.get(partition)
        if shard is not None:
            shard.waiting.pop(ticket, None)

    def _unavailable(self, partition: int) -> ApiError:
        is_loading = partition in self._partitions
        code = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS if is_loading else ErrorCode.NOT_COORDINATOR
        return ApiError(code, f"{self._name}-{partition}")

    # -- loading ---------------------------------------------------------------------------------

    def _begin_load(self, number: int, epoch: int, log: RecordLog) -> None:
        shard = _Partition(number, epoch, log, self._new_machine())
        self._partitions[number] = shard
        self._load_slice(shard, log.read_all())

    def _load_slice(
        self, shard: _Partition[M], records: Iterator[LoggedRecord | LoggedMarker]
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

    def _replay(self, machine: M, logged: Iterator[LoggedRecord | LoggedMarker]) -> int:
        """Returns how many records and markers there were."""
        count = 0
        for item in logged:
            count += 1
            if isinstance(item, LoggedMarker):
                machine.replay_end_transaction(*item)
                continue
            key, value, producer_id = item
            record = self._codec.decode_record(key, value)
            if record is not None:
                machine.replay(record, producer_id)
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
        if decision.records and not self._append(shard, decision, now_ms):
            return
        for timer in decision.timers:
            self._set_timer(shard, timer.key, timer.deadline_ms, now_ms)
        if decision.replies or decision.effects:
            self._conclude(shard, decision.replies, decision.effects)
        if self.listeners:
            for listener in tuple(self.listeners):
                listener(shard.number)

    def _conclude(self, shard: _Partition[M], replies: list[Reply], effects: Sequence[Any]) -> None:
        """Answer, then hand out the effects, once all that the machine knows is committed."""
        end_offset = shard.uncommitted_end
        if end_offset is None:
            self._answer(shard, replies)
            self._hand_out(shard, effects)
            return
        if replies:
            self._answer_when_committed(shard, replies, end_offset)
        if effects:
            shard.log.when_committed(end_offset, partial(self._hand_out, shard, effects))

    def _append(self, shard: _Partition[M], decision: Decision, now_ms: int) -> bool:
        """Append and replay; False if the log refused, and whom that concerns has been told."""
        encode = self._codec.encode_record
        records, producer = decision.records, decision.producer
        try:
            end_offset = shard.log.append([encode(record) for record in records], now_ms, producer)
        except (ApiError, OSError) as failure:
            self._not_appended(shard, failure, decision.replies, producer)
            return False
        producer_id = NO_PRODUCER_ID if producer is None else producer.producer_id
        for record in records:
            shard.machine.replay(record, producer_id)
        self._appended(shard, end_offset)
        return True

    def _appended(self, shard: _Partition[M], end_offset: int) -> None:
        shard.uncommitted_end = end_offset
        shard.log.when_committed(end_offset, partial(_committed, shard, end_offset))

    def _not_appended(
        self,
        shard: _Partition[M],
        failure: ApiError | OSError,
        replies: list[Reply],
        producer: ProducerStamp | None,
    ) -> None:
        is_refused = isinstance(failure, ApiError) and failure.code in _PRODUCER_REFUSED
        if producer is None or not is_refused:
            self._start_over(shard, failure)
            return
        error = append_error(failure)
        self._conclude(shard, [Reply(reply.ticket, error) for reply in replies], [])

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

    def _hand_out(self, shard: _Partition[M], effects: Sequence[Any]) -> None:
        for effect in effects:
            # An effect that was handed out may have had the partition closed.
            if self._on_effect is not None and shard.is_active:
                self._on_effect(shard.number, shard.epoch, effect)

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

    def run_timer(self, key: Hashable) -> None:
        """Fire this key's timer now wherever it is set: a job at intervals, the clock was moved."""
        now_ms = self._clock.now_ms()
        for shard in list(self._partitions.values()):
            handle = shard.timers.pop(key, None)
            if handle is not None:
                handle.cancel()
                self._carry_out(shard, shard.machine.on_timer(key, now_ms), now_ms)

    def _fire(self, shard: _Partition[M], key: Hashable, deadline_ms: int) -> None:
        del shard.timers[key]
        now_ms = self._clock.now_ms()
        if deadline_ms - now_ms == 1:
            now_ms = deadline_ms  # rounding must not let a timer find that it is early
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


_PRODUCER_REFUSED = frozenset(
    {ErrorCode.INVALID_PRODUCER_EPOCH, ErrorCode.TRANSACTION_COORDINATOR_FENCED}
)
"""What the log says of a producer, not of itself."""


def _committed(shard: _Partition[Any], end_offset: int) -> None:
    if shard.uncommitted_end == end_offset:
        shard.uncommitted_end = None


def _ignore(answer: Any) -> None:
    pass
