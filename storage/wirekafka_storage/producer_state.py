"""What one partition remembers of its producers: sequences, epochs, open transactions.

`check_data` and `check_marker` decide and raise; `append_data` and `append_marker` change. The log
calls the first pair before it stages a batch of a client and the second pair for every batch,
also when it is rebuilt from the log. So a refused batch leaves no trace.

Rules (Kafka's `ProducerAppendInfo`, `ProducerStateEntry`; behaviour.md B6, H4, H5):
- one of the last five batches again (same epoch, same first and last sequence): a duplicate;
- an epoch below the known one: INVALID_PRODUCER_EPOCH; a new epoch must start at sequence 0;
- a sequence that does not follow: OUT_OF_ORDER_SEQUENCE_NUMBER; 2^31-1 is followed by 0;
- an unknown producer id may start anywhere, for its records may have been deleted;
- a marker ends the transaction, raises the epoch, and forgets the batches if it raised it;
- a coordinator's batch is asked for its epoch only.

Invariant: `open_transactions` is in the order of first offsets, so its first key is the first
unstable offset.
"""

from __future__ import annotations

from typing import NamedTuple

from wirekafka_protocol.errors import ApiError, ErrorCode

BATCHES_REMEMBERED = 5
"""Kafka's promise to producers with up to five requests in flight."""
NO_SEQUENCE = -1
NO_EPOCH = -1
LAST_SEQUENCE = 2**31 - 1
"""After this one comes 0, so it is also the mask of a sequence."""
LAST_EPOCH = 2**15 - 1
"""Producers never get it: it is left for ending their last transaction."""
RAISING_VERSION = 2
"""The transaction version (KIP-890) in which the end of every transaction raises the epoch."""
_MERGE_ABOVE = 1024


class ProducedBatch(NamedTuple):
    """One remembered batch of a producer."""

    first_sequence: int
    last_sequence: int
    first_offset: int
    last_offset: int
    timestamp: int
    """Largest timestamp of the batch, which the answer to a duplicate carries."""


class ProducerEntry:
    """One producer id in this partition."""

    __slots__ = (
        "batches",
        "coordinator_epoch",
        "last_sequence",
        "last_timestamp",
        "producer_epoch",
        "transaction_first_offset",
    )

    def __init__(self, producer_epoch: int) -> None:
        self.producer_epoch = producer_epoch
        self.batches: list[ProducedBatch] = []
        self.last_sequence = NO_SEQUENCE
        """Of the last of `batches`."""
        self.coordinator_epoch = -1
        self.last_timestamp = -1
        self.transaction_first_offset = -1

    def add(self, batch: ProducedBatch) -> None:
        """Remember one more batch, and forget the sixth."""
        batches = self.batches
        batches.append(batch)
        if len(batches) > BATCHES_REMEMBERED:
            del batches[0]
        self.last_sequence = batch.last_sequence
        self.last_timestamp = batch.timestamp

    def begin_epoch(self, producer_epoch: int) -> None:
        """Sequences start over."""
        self.producer_epoch = producer_epoch
        self.batches = []
        self.last_sequence = NO_SEQUENCE


class CompletedTransaction(NamedTuple):
    """A transaction whose marker was appended."""

    producer_id: int
    first_offset: int
    last_offset: int
    last_stable_offset: int
    """End of what was stable right after the marker, not counting the high watermark."""


class ActiveProducer(NamedTuple):
    """One producer as DescribeProducers shows it; -1 for what is not known."""

    producer_id: int
    producer_epoch: int
    last_sequence: int
    last_timestamp: int
    coordinator_epoch: int
    transaction_first_offset: int


class ProducerState:
    """All producers of one partition."""

    __slots__ = ("_completed", "open_transactions", "producers")

    def __init__(self) -> None:
        self.producers: dict[int, ProducerEntry] = {}
        self.open_transactions: dict[int, int] = {}
        """First offset -> producer id."""
        self._completed: list[tuple[int, int]] = []
        """First and last offset of transactions that ended but may be above the high watermark."""

    def check_data(
        self,
        producer_id: int,
        producer_epoch: int,
        base_sequence: int,
        last_sequence: int,
        *,
        is_transactional: bool,
    ) -> ProducedBatch | None:
        """Say whether a client's batch may be appended; the earlier batch if it is a duplicate.

        Raises ApiError.
        """
        entry = self.producers.get(producer_id)
        if entry is None:
            return None
        known_epoch = entry.producer_epoch
        if producer_epoch == known_epoch:
            previous = entry.last_sequence
            follows = base_sequence == previous + 1 or (
                base_sequence == 0 and previous == LAST_SEQUENCE
            )
            if not follows:
                # The newest first: a producer that was forgotten may have begun anew, and a start
                # reads what it had written before, too.
                for batch in reversed(entry.batches):
                    if batch[0] == base_sequence and batch[1] == last_sequence:
                        return batch
                raise ApiError(
                    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    f"producer {producer_id}: sequence {base_sequence} does not follow {previous}",
                )
        elif producer_epoch < known_epoch:
            raise _old_epoch(producer_id, producer_epoch, known_epoch)
        elif base_sequence != 0 and known_epoch != NO_EPOCH:
            raise ApiError(
                ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                f"producer {producer_id}: epoch {producer_epoch} is new but its first sequence"
                f" is {base_sequence}",
            )
        if entry.transaction_first_offset >= 0 and not is_transactional:
            raise ApiError(
                ErrorCode.INVALID_TXN_STATE,
                f"producer {producer_id}: batch outside the transaction that is open since offset"
                f" {entry.transaction_first_offset}",
            )
        return None

    def append_data(
        self,
        producer_id: int,
        producer_epoch: int,
        batch: ProducedBatch,
        *,
        is_transactional: bool,
    ) -> None:
        """A batch of records of this producer is in the log."""
        entry = self.producers.get(producer_id)
        if entry is None:
            entry = self.producers[producer_id] = ProducerEntry(producer_epoch)
        elif entry.producer_epoch != producer_epoch:
            entry.begin_epoch(producer_epoch)
        entry.add(batch)
        if is_transactional and entry.transaction_first_offset < 0:
            entry.transaction_first_offset = batch.first_offset
            self.open_transactions[batch.first_offset] = producer_id

    def check_epoch(self, producer_id: int, producer_epoch: int) -> None:
        """Say whether a coordinator may append records for this producer; raises ApiError."""
        entry = self.producers.get(producer_id)
        if entry is not None and producer_epoch < entry.producer_epoch:
            raise _old_epoch(producer_id, producer_epoch, entry.producer_epoch)

    def check_marker(
        self,
        producer_id: int,
        producer_epoch: int,
        coordinator_epoch: int,
        transaction_version: int = 0,
    ) -> None:
        """Say whether the transaction coordinator may write this marker; raises ApiError.

        From transaction version 2 on the coordinator raises the epoch with every transaction, so a
        marker of the epoch that is known comes late: it would end the transaction that the producer
        has begun since. Unless none is open, then it is the marker of before, written once more; or
        the epoch is the last one there is.
        """
        entry = self.producers.get(producer_id)
        if entry is None:
            return
        known_epoch = entry.producer_epoch
        is_late = (
            transaction_version >= RAISING_VERSION
            and producer_epoch == known_epoch
            and producer_epoch != LAST_EPOCH
            and entry.transaction_first_offset >= 0
        )
        if producer_epoch < known_epoch or is_late:
            raise _old_epoch(producer_id, producer_epoch, entry.producer_epoch)
        if coordinator_epoch < entry.coordinator_epoch:
            raise ApiError(
                ErrorCode.TRANSACTION_COORDINATOR_FENCED,
                f"producer {producer_id}: coordinator epoch {coordinator_epoch} is below"
                f" {entry.coordinator_epoch}",
            )

    def append_marker(
        self,
        producer_id: int,
        producer_epoch: int,
        coordinator_epoch: int,
        *,
        offset: int,
        timestamp: int,
    ) -> CompletedTransaction | None:
        """A marker is in the log at `offset`; None when the producer had no transaction open."""
        entry = self.producers.get(producer_id)
        if entry is None:
            entry = self.producers[producer_id] = ProducerEntry(producer_epoch)
        elif entry.producer_epoch != producer_epoch:
            entry.begin_epoch(producer_epoch)
        entry.coordinator_epoch = coordinator_epoch
        entry.last_timestamp = timestamp
        first_offset = entry.transaction_first_offset
        if first_offset < 0:
            return None
        entry.transaction_first_offset = -1
        self.open_transactions.pop(first_offset, None)
        self._completed.append((first_offset, offset))
        if len(self._completed) > _MERGE_ABOVE:
            self._merge_completed()
        last_stable_offset = next(iter(self.open_transactions), offset + 1)
        return CompletedTransaction(producer_id, first_offset, offset, last_stable_offset)

    def last_stable_offset(self, high_watermark: int) -> int:
        """End of what a read_committed consumer may see.

        A transaction counts as open until its marker is below the high watermark.
        """
        stable = next(iter(self.open_transactions), high_watermark)
        completed = self._completed
        if completed:
            completed[:] = [pair for pair in completed if pair[1] >= high_watermark]
            for first_offset, _ in completed:
                stable = min(stable, first_offset)
        return min(stable, high_watermark)

    def active(self) -> list[ActiveProducer]:
        """All known producers, by producer id."""
        return [
            ActiveProducer(
                producer_id,
                entry.producer_epoch,
                entry.last_sequence,
                entry.last_timestamp,
                entry.coordinator_epoch,
                entry.transaction_first_offset,
            )
            for producer_id, entry in sorted(self.producers.items())
        ]

    def expire(self, now_ms: int, expiration_ms: int) -> int:
        """Forget producers that were silent for so long; those in a transaction stay."""
        expired = [
            producer_id
            for producer_id, entry in self.producers.items()
            if entry.transaction_first_offset < 0 and now_ms - entry.last_timestamp >= expiration_ms
        ]
        for producer_id in expired:
            del self.producers[producer_id]
        return len(expired)

    def restore(self, producer_id: int, entry: ProducerEntry) -> None:
        """Put back an entry of a snapshot; `sort_transactions` afterwards."""
        self.producers[producer_id] = entry
        if entry.transaction_first_offset >= 0:
            self.open_transactions[entry.transaction_first_offset] = producer_id

    def sort_transactions(self) -> None:
        self.open_transactions = dict(sorted(self.open_transactions.items()))

    def _merge_completed(self) -> None:
        """Nobody asked for the stable offset for long: keep one pair that covers all.

        It holds the stable offset back at worst until the newest of them is below the high
        watermark, so it never shows too much.
        """
        pairs = self._completed
        merged = (min(first for first, _ in pairs), max(last for _, last in pairs))
        self._completed = [merged]


def _old_epoch(producer_id: int, producer_epoch: int, known_epoch: int) -> ApiError:
    return ApiError(
        ErrorCode.INVALID_PRODUCER_EPOCH,
        f"producer {producer_id}: epoch {producer_epoch} is out of date, {known_epoch} is known",
    )
