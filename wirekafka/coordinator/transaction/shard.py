"""TransactionCoordinatorShard: the transactional ids of one partition of `__transaction_state`.

A machine; see machine.py for the contract. The request methods take `(ticket, info, request,
now_ms)`. Whether the coordinator is the right one and is loaded, whether the client may do what it
asks, and whether the request makes sense at all (`check_request`) was settled before. The rules are
in init_producer_id.py; here they are tied to requests, timers and the log.

So far an id is initialised and expires; nothing begins a transaction. An open transaction can only
come from the log of another broker, and stays as it is: InitProducerId is answered
CONCURRENT_TRANSACTIONS, as in Kafka while a transaction is being ended.

Invariant: an id in `_pending` has a record that is decided and not yet replayed. Nothing else is
decided for it in between. If its record cannot be appended, the runtime makes a new machine.

Source: Kafka's `TransactionCoordinator`, `TransactionStateManager`.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from wirekafka_protocol.messages.transaction_log import TransactionLogKey

from wirekafka.coordinator.machine import (
    CoordinatorRecord,
    Decision,
    Reply,
    RequestInfo,
    Ticket,
    Timer,
)
from wirekafka.coordinator.transaction.config import TransactionConfig
from wirekafka.coordinator.transaction.init_producer_id import NextProducerId, initialised
from wirekafka.coordinator.transaction.metadata import TransactionMetadata
from wirekafka.coordinator.transaction.records import (
    metadata_from_record,
    transaction_record,
    transaction_tombstone,
)
from wirekafka.coordinator.transaction.states import EXPIRING

TOMBSTONES_BYTES = 512 * 1024
"""Of one batch: half of the largest that a topic takes by default (max.message.bytes)."""

_TOMBSTONE_OVERHEAD_BYTES = 32
"""More than a record adds to the transactional id that is its key."""

_UTF8_BYTES = 4
"""Of one character, at most."""


@dataclass(slots=True, frozen=True)
class ExpiryKey:
    """Transactional ids that were not used for long are dropped."""


class TransactionCoordinatorShard:
    """See the module docstring."""

    __slots__ = ("_config", "_next_producer_id", "_pending", "transactions")

    def __init__(self, config: TransactionConfig, next_producer_id: NextProducerId) -> None:
        self._config = config
        self._next_producer_id = next_producer_id
        self._pending: dict[str, TransactionMetadata | None] = {}
        self.transactions: dict[str, TransactionMetadata] = {}

    # -- requests ------------------------------------------------------------------------------

    def init_producer_id(
        self, ticket: Ticket, info: RequestInfo, request: InitProducerIdRequest, now_ms: int
    ) -> Decision:
        """The request has passed `check_request`. Answered with a response or an ApiError."""
        transactional_id = request.transactional_id
        assert transactional_id
        if transactional_id in self._pending:
            error = ApiError(
                ErrorCode.CONCURRENT_TRANSACTIONS, f"{transactional_id} is just being changed"
            )
            return Decision(replies=[Reply(ticket, error)])
        current = self.transactions.get(transactional_id)
        try:
            following = initialised(current, request, now_ms, self._next_producer_id)
        except ApiError as refusal:
            return Decision(replies=[Reply(ticket, refusal)])
        self._pending[transactional_id] = following
        response = InitProducerIdResponse(
            producer_id=following.producer_id, producer_epoch=following.producer_epoch
        )
        return Decision(
            records=[transaction_record(transactional_id, following)],
            replies=[Reply(ticket, response)],
        )

    # -- log and time --------------------------------------------------------------------------

    def replay(self, record: CoordinatorRecord) -> None:
        key = record.key
        assert isinstance(key, TransactionLogKey), key
        decided = self._pending.pop(key.transactional_id, None)
        if record.value is None:
            self.transactions.pop(key.transactional_id, None)
            return
        metadata = metadata_from_record(record.value)
        if decided is not None:
            assert decided == metadata, (decided, metadata)
            metadata = decided  # it knows the last epoch as well, which is not in the log
        self.transactions[key.transactional_id] = metadata

    def on_loaded(self, now_ms: int) -> Decision:
        return Decision(timers=[self._expiry_timer(now_ms)])

    def on_timer(self, key: Hashable, now_ms: int) -> Decision:
        if key != ExpiryKey():
            return Decision()
        return self._expire(now_ms)

    # -- internals -----------------------------------------------------------------------------

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
            if size >= TOMBSTONES_BYTES:
                decision.timers = [Timer(ExpiryKey(), now_ms)]
                break
            size += len(transactional_id) * _UTF8_BYTES + _TOMBSTONE_OVERHEAD_BYTES
            self._pending[transactional_id] = None
            decision.records.append(transaction_tombstone(transactional_id))
        return decision
