"""RecordLog: what the runtime needs of a partition of an internal topic that this broker leads.

`wirekafka/partition/record_log.py` is the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from wirekafka.coordinator.machine import ProducerStamp


class LoggedRecord(NamedTuple):
    """One record of the log."""

    key: bytes
    value: bytes | None
    producer_id: int
    """-1 when the record is not part of a transaction."""


class LoggedMarker(NamedTuple):
    """The end of a producer's transaction."""

    producer_id: int
    producer_epoch: int
    committed: bool


class RecordLog(Protocol):
    """One partition of the internal topic."""

    def append(
        self,
        records: list[tuple[bytes, bytes | None]],
        now_ms: int,
        producer: ProducerStamp | None = None,
    ) -> int:
        """Append one batch of (key, value or None) and return the log's end offset behind it.

        With a producer the batch is part of that producer's transaction.
        Raises ApiError if the partition cannot take it, OSError if the disk cannot.
        """

    def append_marker(
        self,
        producer: ProducerStamp,
        coordinator_epoch: int,
        committed: bool,
        transaction_version: int,
        now_ms: int,
    ) -> int:
        """Append the end of a producer's transaction and return the end offset behind it.

        Raises ApiError and OSError as `append` does.
        """

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        """Call back once the high watermark has reached `end_offset`; at once if it has."""

    def read_all(self) -> Iterator[LoggedRecord | LoggedMarker]:
        """Every record and every end of a transaction, in order."""
