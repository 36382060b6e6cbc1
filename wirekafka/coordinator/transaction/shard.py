"""TransactionCoordinatorShard: the transactional ids of one partition of `__transaction_state`.

A machine; see machine.py for the contract. The request methods take `(ticket, info, request,
now_ms)`. Whether the coordinator is the right one and is loaded, whether the client may do what it
asks, and whether an InitProducerId makes sense at all (`check_request`) was settled before. The
rules are in init_producer_id.py, add_partitions.py and end_txn.py; here they are tied to requests,
timers, the log, and to the markers, which somebody else writes (requests.py).

Transactions that take too long are looked for every 10 s as long as there are open ones.

Invariants: an id in `_pending` has a record that is decided and not yet replayed. Nothing else is
decided for it in between. If its record cannot be appended, the runtime makes a new machine.
Whoever writes a prepared state, or finds one in the log, gives its `CompleteTransaction` out.

Source: Kafka's `TransactionCoordinator`, `TransactionStateManager`.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages import describe_transactions, list_transactions
from wirekafka_protocol.messages.end_txn import EndTxnRequest, EndTxnResponse
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from wirekafka_protocol.messages.transaction_log import TransactionLogKey

from wirekafka.coordinator.machine import (
    NO_PRODUCER_ID,
    CoordinatorRecord,
    Decision,
    Reply,
    RequestInfo,
    Ticket,
    Timer,
)
from wirekafka.coordinator.transaction.add_partitions import added, is_ending, verified
from wirekafka.coordinator.transaction.admin import TransactionFilter, describe, list_matching
from wirekafka.coordinator.transaction.config import TransactionConfig
from wirekafka.coordinator.transaction.end_txn import completed, ended_v1, ended_v2, raised
from wirekafka.coordinator.transaction.init_producer_id import initialised
from wirekafka.coordinator.transaction.metadata import TransactionMetadata
from wirekafka.coordinator.transaction.new_producer_id import NextProducerId
from wirekafka.coordinator.transaction.records import (
    metadata_from_record,
    transaction_record,
    transaction_tombstone,
)
from wirekafka.coordinator.transaction.requests import (
    AddPartitions,
    CompleteTransaction,
    MarkersWritten,
)
from wirekafka.coordinator.transaction.states import EXPIRING, OPEN, PREPARED, TransactionState

BATCH_BYTES = 512 * 1024
"""Of what a timer writes at once: half of the largest batch that a topic takes by default
(max.message.bytes)."""

_RECORD_OVERHEAD_BYTES = 128
"""More than a record has besides its names and partitions."""

_UTF8_BYTES = 4
"""Of one character, at most."""

_INT32_BYTES = 4

_END_TXN_V2 = 5
"""The version of EndTxn from which on a client speaks transactions v2."""


@dataclass(slots=True, frozen=True)
class ExpiryKey:
    """Transactional ids that were not used for long are dropped."""


@dataclass(slots=True, frozen=True)
class AbortKey:
    """Transactions that take too long are aborted."""


class TransactionCoordinatorShard:
    """See the module docstring."""

    __slots__ = ("_config", "_is_abort_armed", "_next_producer_id", "_pending", "transactions")

    def __init__(self, config: TransactionConfig, next_producer_id: NextProducerId) -> None:
        self._config = config
        self._next_producer_id = next_producer_id
        self._pending: dict[str, TransactionMetadata | None] = {}
        self._is_abort_armed = False
        self.transactions: dict[str, TransactionMetadata] = {}

    # -- requests ------------------------------------------------------------------------------

    def init_producer_id(
        self, ticket: Ticket, info: RequestInfo, request: InitProducerIdRequest, now_ms: int
    ) -> Decision:
        """The request has passed `check_request`. Answered with a response or an ApiError."""
        transactional_id = request.transactional_id
        assert transactional_id
        try:
            following = initialised(
                self._current(transactional_id), request, now_ms, self._next_producer_id
            )
        except ApiError as refusal:
            return Decision(replies=[Reply(ticket, refusal)])
        if following.state in PREPARED:
            return self._change(ticket, transactional_id, following, is_ending(transactional_id))
        response = InitProducerIdResponse(
            producer_id=following.producer_id, producer_epoch=following.producer_epoch
        )
        return self._change(ticket, transactional_id, following, response)

    def add_partitions(
        self, ticket: Ticket, info: RequestInfo, request: AddPartitions, now_ms: int
    ) -> Decision:
        """Answered with the ErrorCode of each (topic, partition), or an ApiError."""
        try:
            current = self._current(request.transactional_id)
            if request.verify_only:
                return Decision(replies=[Reply(ticket, verified(current, request))])
            following = added(current, request, now_ms)
        except ApiError as refusal:
            return Decision(replies=[Reply(ticket, refusal)])
        answer = dict.fromkeys(request.partitions, ErrorCode.NONE)
        if following is None:
            return Decision(replies=[Reply(ticket, answer)])
        decision = self._change(ticket, request.transactional_id, following, answer)
        if not self._is_abort_armed:
            decision.timers.append(self._abort_timer(now_ms))
        return decision

    def end_txn(
        self, ticket: Ticket, info: RequestInfo, request: EndTxnRequest, now_ms: int
    ) -> Decision:
        """Answered with a response, with the next producer id and epoch, or an ApiError."""
        transactional_id = request.transactional_id
        is_v2 = info.api_version >= _END_TXN_V2
        try:
            current = self._current(transactional_id)
            if is_v2:
                following = ended_v2(current, request, now_ms, self._next_producer_id)
            else:
                following = ended_v1(current, request, now_ms)
        except ApiError as refusal:
            return Decision(replies=[Reply(ticket, refusal)])
        if following is None:
            assert current is not None
            response = EndTxnResponse(
                producer_id=current.producer_id, producer_epoch=current.producer_epoch
            )
            return Decision(replies=[Reply(ticket, response)])
        # What the producer is once the transaction is over: that is the next one's.
        last = completed(following, now_ms)
        response = EndTxnResponse(producer_id=last.producer_id, producer_epoch=last.producer_epoch)
        return self._change(ticket, transactional_id, following, response)

    def markers_written(
        self, ticket: Ticket, info: RequestInfo, request: MarkersWritten, now_ms: int
    ) -> Decision:
        """Answered with None, also when the markers are those of another time."""
        current = self.transactions.get(request.transactional_id)
        if (
            current is None
            or current.state not in PREPARED
            or request.transactional_id in self._pending
            or request.producer_id != current.producer_id
            or request.producer_epoch != current.producer_epoch
        ):
            return Decision(replies=[Reply(ticket, None)])
        return self._change(ticket, request.transactional_id, completed(current, now_ms), None)

    # -- administration ------------------------------------------------------------------------

    def describe(
        self, ticket: Ticket, info: RequestInfo, transactional_id: str, now_ms: int
    ) -> describe_transactions.TransactionState | ApiError:
        """The row of DescribeTransactions."""
        if not transactional_id:
            return _empty_id()
        metadata = self.transactions.get(transactional_id)
        if metadata is None:
            return ApiError(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND, f"{transactional_id} is unknown")
        return describe(transactional_id, metadata)

    def list_transactions(
        self, ticket: Ticket, info: RequestInfo, wanted: TransactionFilter, now_ms: int
    ) -> list[list_transactions.TransactionState]:
        """The rows of ListTransactions."""
        return list_matching(self.transactions, wanted, now_ms)

    def forget(
        self, ticket: Ticket, info: RequestInfo, transactional_id: str, now_ms: int
    ) -> Decision:
        """Drop the id; an open transaction is aborted first. Answered with whether it is gone:
        while its end is being written it is not yet. May answer with an ApiError."""
        metadata = self.transactions.get(transactional_id)
        if metadata is None:
            return Decision(replies=[Reply(ticket, True)])
        if transactional_id in self._pending or metadata.state in PREPARED:
            return Decision(replies=[Reply(ticket, False)])
        if metadata.state in EXPIRING:
            self._pending[transactional_id] = None
            records = [transaction_tombstone(transactional_id)]
            return Decision(records=records, replies=[Reply(ticket, True)])
        try:
            following = raised(
                metadata, TransactionState.PREPARE_ABORT, now_ms, self._next_producer_id
            )
        except ApiError as refusal:
            return Decision(replies=[Reply(ticket, refusal)])
        return self._change(ticket, transactional_id, following, False)

    # -- log and time --------------------------------------------------------------------------

    def replay(self, record: CoordinatorRecord, producer_id: int = NO_PRODUCER_ID) -> None:
        key = record.key
        assert isinstance(key, TransactionLogKey), key
        assert producer_id == NO_PRODUCER_ID, producer_id
        decided = self._pending.pop(key.transactional_id, None)
        if record.value is None:
            self.transactions.pop(key.transactional_id, None)
            return
        # What was decided knows the last epoch as well, which is not in the log.
        metadata = metadata_from_record(record.value) if decided is None else decided
        if metadata.state is TransactionState.DEAD:
            self.transactions.pop(key.transactional_id, None)
            return
        self.transactions[key.transactional_id] = metadata

    def replay_end_transaction(
        self, producer_id: int, producer_epoch: int, committed: bool
    ) -> None:
        """Nothing in this log is part of a transaction."""

    def on_loaded(self, now_ms: int) -> Decision:
        decision = Decision(timers=[self._expiry_timer(now_ms)])
        for transactional_id, metadata in self.transactions.items():
            if metadata.state in PREPARED:
                decision.effects.append(_completion(transactional_id, metadata))
        if self._has_open():
            decision.timers.append(self._abort_timer(now_ms))
        return decision

    def on_timer(self, key: Hashable, now_ms: int) -> Decision:
        if key == AbortKey():
            return self._abort_timed_out(now_ms)
        if key == ExpiryKey():
            return self._expire(now_ms)
        return Decision()

    # -- internals -----------------------------------------------------------------------------

    def _current(self, transactional_id: str) -> TransactionMetadata | None:
        """None for an id that has no producer. Raises ApiError."""
        if transactional_id in self._pending:
            raise ApiError(
                ErrorCode.CONCURRENT_TRANSACTIONS, f"{transactional_id} is just being changed"
            )
        if not transactional_id:
            raise _empty_id()
        return self.transactions.get(transactional_id)

    def _change(
        self, ticket: Ticket, transactional_id: str, following: TransactionMetadata, answer: Any
    ) -> Decision:
        decision = Decision(replies=[Reply(ticket, answer)])
        self._write(decision, transactional_id, following)
        return decision

    def _write(
        self, decision: Decision, transactional_id: str, following: TransactionMetadata
    ) -> None:
        self._pending[transactional_id] = following
        decision.records.append(transaction_record(transactional_id, following))
        if following.state in PREPARED:
            decision.effects.append(_completion(transactional_id, following))

    def _has_open(self) -> bool:
        return any(metadata.state in OPEN for metadata in self.transactions.values())

    def _abort_timer(self, now_ms: int) -> Timer:
        self._is_abort_armed = True
        return Timer(AbortKey(), now_ms + self._config.abort_timed_out_interval_ms)

    def _abort_timed_out(self, now_ms: int) -> Decision:
        """One batch; if there are more, the timer comes back at once."""
        decision = Decision()
        self._is_abort_armed = False
        if self._has_open():
            decision.timers.append(self._abort_timer(now_ms))
        size = 0
        for transactional_id, metadata in self.transactions.items():
            if not _is_timed_out(metadata, now_ms) or transactional_id in self._pending:
                continue
            if size >= BATCH_BYTES:
                decision.timers = [Timer(AbortKey(), now_ms)]
                break
            try:
                following = raised(
                    metadata, TransactionState.PREPARE_ABORT, now_ms, self._next_producer_id
                )
            except ApiError:
                continue  # no producer id is at hand: next time
            size += _record_bytes(transactional_id, metadata)
            self._write(decision, transactional_id, following)
        return decision

    def _expiry_timer(self, now_ms: int) -> Timer:
        return Timer(ExpiryKey(), now_ms + self._config.remove_expired_interval_ms)

    def _expire(self, now_ms: int) -> Decision:
        """Tombstones for one batch; if there are more, the timer comes back at once."""
        newest_ms = now_ms - self._config.transactional_id_expiration_ms
        decision = Decision(timers=[self._expiry_timer(now_ms)])
        size = 0
        for transactional_id, metadata in self.transactions.items():
            if metadata.update_time_ms > newest_ms or metadata.state not in EXPIRING:
                continue
            if transactional_id in self._pending:
                continue
            if size >= BATCH_BYTES:
                decision.timers = [Timer(ExpiryKey(), now_ms)]
                break
            size += _record_bytes(transactional_id, metadata)
            self._pending[transactional_id] = None
            decision.records.append(transaction_tombstone(transactional_id))
        return decision


def _completion(transactional_id: str, prepared: TransactionMetadata) -> CompleteTransaction:
    return CompleteTransaction(
        transactional_id,
        prepared.producer_id,
        prepared.producer_epoch,
        committed=prepared.state is TransactionState.PREPARE_COMMIT,
        partitions=prepared.partitions,
        transaction_version=prepared.client_transaction_version,
    )


def _is_timed_out(metadata: TransactionMetadata, now_ms: int) -> bool:
    if metadata.state is TransactionState.ONGOING:
        return metadata.start_time_ms + metadata.timeout_ms < now_ms
    # Found in the log: about to be aborted, and nobody else will.
    return metadata.state is TransactionState.PREPARE_EPOCH_FENCE


def _record_bytes(transactional_id: str, metadata: TransactionMetadata) -> int:
    """At most."""
    size = _RECORD_OVERHEAD_BYTES + len(transactional_id) * _UTF8_BYTES
    for topic, indexes in metadata.partitions.items():
        size += (len(topic) + len(indexes) + 2) * _INT32_BYTES
    return size


def _empty_id() -> ApiError:
    return ApiError(ErrorCode.INVALID_REQUEST, "the transactional id is empty")
