"""Whether a partition belongs to the transaction that a client writes in, before it is written.

A transactional batch may be appended only where the coordinator knows of it: otherwise nobody would
ever write the marker that ends it, and read_committed consumers would wait for ever (KIP-890).
While the log has an open transaction of the producer in this epoch, that was settled before. For
the first batch of a transaction in a partition the coordinator is asked, once:

- clients of the old protocol have added the partition; the coordinator only says whether;
- for those of the new one (transactions v2) the coordinator adds it now.

What comes back is a Deferred with the fault of each partition that must not be written. If the
transaction before is still being ended, a client of the new protocol would see
CONCURRENT_TRANSACTIONS often, so for it the question is asked again for a moment.

Source: `ReplicaManager.handleProduceAppend`, `AddPartitionsToTxnManager`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.transaction_requests import ask
from wirekafka.clock import TimerHandle
from wirekafka.coordinator.machine import ProducerStamp
from wirekafka.coordinator.transaction.metadata import V1, V2
from wirekafka.coordinator.transaction.requests import AddPartitions
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.partition.partition import Partition

if TYPE_CHECKING:
    from wirekafka.broker import Broker

TopicPartition = tuple[str, int]

Faults = Mapping[TopicPartition, ErrorCode]
"""Of the partitions that must not be written; the others may be."""


class Membership(Enum):
    """How a partition becomes part of the transaction, which follows from the request's version."""

    ADDED_BEFORE = "added before; INVALID_TXN_STATE if not"
    ADDED_BEFORE_ABORTABLE = "added before; the client knows TRANSACTION_ABORTABLE if not"
    ADDED_NOW = "added by being written to"


@dataclass(slots=True, frozen=True)
class Transaction:
    """Who writes, in which transaction."""

    transactional_id: str
    producer: ProducerStamp
    membership: Membership


def is_open(partition: Partition, producer: ProducerStamp) -> bool:
    """Whether the log has an open transaction of this producer in this epoch."""
    producers = partition.log.producers
    entry = producers.producers.get(producer.producer_id) if producers is not None else None
    return (
        entry is not None
        and entry.transaction_first_offset >= 0
        and entry.producer_epoch == producer.producer_epoch
    )


def is_fenced(partition: Partition, producer: ProducerStamp) -> bool:
    """Whether the log knows a newer epoch of this producer; then there is nothing to ask."""
    producers = partition.log.producers
    entry = producers.producers.get(producer.producer_id) if producers is not None else None
    return entry is not None and entry.producer_epoch > producer.producer_epoch


def needs_question(broker: Broker, membership: Membership) -> bool:
    """Whether the coordinator has to be asked at all; an operator may have turned that off."""
    return (
        membership is Membership.ADDED_NOW
        or broker.config.transaction_partition_verification_enable
    )


def ask_once(
    broker: Broker,
    context: RequestContext,
    transaction: Transaction,
    partitions: Sequence[TopicPartition],
) -> Deferred:
    """The faults as the coordinator gives them, in the codes that the client's version knows."""
    request = AddPartitions(
        transaction.transactional_id,
        transaction.producer.producer_id,
        transaction.producer.producer_epoch,
        partitions=tuple(partitions),
        verify_only=transaction.membership is not Membership.ADDED_NOW,
        transaction_version=V2 if transaction.membership is Membership.ADDED_NOW else V1,
    )
    method = TransactionCoordinatorShard.add_partitions
    asked = ask(broker, context, transaction.transactional_id, method, request)
    later = Deferred(on_abandon=asked.abandon)

    def answered(answer: Mapping[TopicPartition, ErrorCode] | ApiError) -> None:
        if isinstance(answer, ApiError):
            answer = dict.fromkeys(partitions, answer.code)
        later.resolve(
            {
                partition: _known(code, transaction.membership)
                for partition, code in answer.items()
                if code is not ErrorCode.NONE
            }
        )

    asked.then(answered)
    return later


def ask_until_settled(
    broker: Broker,
    context: RequestContext,
    transaction: Transaction,
    partitions: Sequence[TopicPartition],
) -> Deferred:
    """As `ask_once`, asked again while the transaction before is being ended."""
    if transaction.membership is not Membership.ADDED_NOW:
        return ask_once(broker, context, transaction, partitions)
    return _Repeated(broker, context, transaction, partitions).later


class _Repeated:
    """One question until its answer is not CONCURRENT_TRANSACTIONS or time is up."""

    def __init__(
        self,
        broker: Broker,
        context: RequestContext,
        transaction: Transaction,
        partitions: Sequence[TopicPartition],
    ) -> None:
        self._question = broker, context, transaction, partitions
        self._clock = broker.clock.steady
        config = broker.config
        self._pause_ms = config.add_partitions_to_txn_retry_backoff_ms
        limit_ms = config.add_partitions_to_txn_retry_backoff_max_ms
        self._until_ms = self._clock.now_ms() + limit_ms
        self._asked: Deferred | None = None
        self._timer: TimerHandle | None = None
        self.later = Deferred(on_abandon=self._abandon)
        self._ask()

    def _ask(self) -> None:
        self._timer = None
        self._asked = ask_once(*self._question)
        self._asked.then(self._answered)

    def _answered(self, faults: Faults) -> None:
        is_busy = ErrorCode.CONCURRENT_TRANSACTIONS in faults.values()
        if is_busy and self._clock.now_ms() < self._until_ms:
            pause = self._pause_ms / 1000
            self._timer = self._clock.call_at(self._clock.monotonic() + pause, self._ask)
        else:
            self.later.resolve(faults)

    def _abandon(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._asked is not None:
            self._asked.abandon()


def _known(code: ErrorCode, membership: Membership) -> ErrorCode:
    if code is ErrorCode.PRODUCER_FENCED:
        return ErrorCode.INVALID_PRODUCER_EPOCH  # what producers expect of a partition
    if code is ErrorCode.TRANSACTION_ABORTABLE and membership is Membership.ADDED_BEFORE:
        return ErrorCode.INVALID_TXN_STATE
    return code
