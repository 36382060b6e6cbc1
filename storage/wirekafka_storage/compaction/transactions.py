"""Which batches are of aborted transactions, and which markers nobody needs any more.

One pass over a log in the order of its offsets. A marker is needed as long as a batch of its
transaction was seen in the same pass, even an empty one. The index of the new segment gets the
aborted transactions whose marker is still needed.

Source: Kafka's `CleanedTransactionMetadata`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from wirekafka_protocol.records.control import ControlType

from wirekafka_storage.transaction_index import AbortedTransaction


class TransactionPass:
    """What is known of transactions at one place of the pass."""

    __slots__ = ("_aborted", "_coming", "_committed", "kept")

    def __init__(self, aborted: Iterable[AbortedTransaction]) -> None:
        self._coming = deque(sorted(aborted, key=lambda one: one.first_offset))
        self._aborted: dict[int, tuple[AbortedTransaction, bool]] = {}
        """Producer id -> its aborted transaction that is open here, whether a batch was seen."""
        self._committed: set[int] = set()
        """Producers with an open transaction that was not aborted."""
        self.kept: list[AbortedTransaction] = []
        """Aborted transactions whose marker stays; the writer of the segment takes them out."""

    def is_aborted(self, producer_id: int, last_offset: int) -> bool:
        """A transactional batch of records comes; whether it was aborted."""
        self._begin_up_to(last_offset)
        open_here = self._aborted.get(producer_id)
        if open_here is None:
            self._committed.add(producer_id)
            return False
        self._aborted[producer_id] = (open_here[0], True)
        return True

    def is_needless(self, producer_id: int, last_offset: int, kind: ControlType | None) -> bool:
        """A control batch comes; whether no batch of its transaction is left.

        None is a control batch without a record: what is left of a marker that went.
        """
        self._begin_up_to(last_offset)
        match kind:
            case None:
                return True
            case ControlType.ABORT:
                transaction, was_seen = self._aborted.pop(producer_id, (None, False))
                if transaction is None or not was_seen:
                    return True
                self.kept.append(transaction)
                return False
            case ControlType.COMMIT:
                if producer_id not in self._committed:
                    return True
                self._committed.discard(producer_id)
                return False
            case _:
                return False

    def _begin_up_to(self, offset: int) -> None:
        coming = self._coming
        while coming and coming[0].first_offset <= offset:
            transaction = coming.popleft()
            if transaction.last_offset >= offset:  # else the pass began behind its marker
                self._aborted.setdefault(transaction.producer_id, (transaction, False))
