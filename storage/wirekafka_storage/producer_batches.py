"""Between batches and producer state: which question a batch asks, and what it changes.

A batch of records is checked by its sequence, a control batch by its marker. Other control records
(none is written to a partition's log today) pass without effect.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.batch import CONTROL_BIT, TRANSACTIONAL_BIT, BatchHeader
from wirekafka_protocol.records.control import ControlType, EndMarker, read_end_marker
from wirekafka_protocol.records.record import read_records

from wirekafka_storage.producer_state import LAST_SEQUENCE, ProducedBatch, ProducerState
from wirekafka_storage.transaction_index import AbortedTransaction

_new_tuple = tuple.__new__


def read_marker(header: BatchHeader, batch: memoryview | bytes) -> EndMarker | None:
    """The end of a transaction that the batch is; None when it is anything else."""
    if not header.attributes & CONTROL_BIT:
        return None
    try:
        return read_end_marker(read_records(batch)[0])
    except (ProtocolError, IndexError):
        return None


def check_batch(
    state: ProducerState, header: BatchHeader, marker: EndMarker | None
) -> ProducedBatch | None:
    """Say whether the batch may be appended; the earlier batch if it is a duplicate.

    Raises ApiError.
    """
    # Unpacked at once: attributes of a named tuple cost as much as the whole check.
    (_, _, _, _, _, attributes, last_offset_delta, _, _,
     producer_id, producer_epoch, base_sequence, _) = header  # fmt: skip
    if attributes & CONTROL_BIT:
        if marker is not None:
            state.check_marker(producer_id, producer_epoch, marker.coordinator_epoch)
        return None
    return state.check_data(
        producer_id,
        producer_epoch,
        base_sequence,
        base_sequence + last_offset_delta & LAST_SEQUENCE,
        is_transactional=attributes & TRANSACTIONAL_BIT != 0,
    )


def check_coordinator_batch(
    state: ProducerState,
    header: BatchHeader,
    marker: EndMarker | None,
    transaction_version: int,
) -> None:
    """Say whether a coordinator may append the batch for the producer.

    Its sequences all begin at 0, so they say nothing. Raises ApiError.
    """
    if header.attributes & CONTROL_BIT:
        if marker is not None:
            state.check_marker(
                header.producer_id,
                header.producer_epoch,
                marker.coordinator_epoch,
                transaction_version,
            )
        return
    state.check_epoch(header.producer_id, header.producer_epoch)


def apply_batch(
    state: ProducerState,
    header: BatchHeader,
    marker: EndMarker | None,
    *,
    base_offset: int,
    timestamp: int,
) -> AbortedTransaction | None:
    """The batch is in the log at `base_offset`; the transaction that it aborts."""
    (_, _, _, _, _, attributes, last_offset_delta, _, _,
     producer_id, producer_epoch, base_sequence, _) = header  # fmt: skip
    if not attributes & CONTROL_BIT:
        last_sequence = base_sequence + last_offset_delta & LAST_SEQUENCE
        last_offset = base_offset + last_offset_delta
        state.append_data(
            producer_id,
            producer_epoch,
            _new_tuple(
                ProducedBatch, (base_sequence, last_sequence, base_offset, last_offset, timestamp)
            ),
            is_transactional=attributes & TRANSACTIONAL_BIT != 0,
        )
        return None
    if marker is None:
        return None
    completed = state.append_marker(
        producer_id,
        producer_epoch,
        marker.coordinator_epoch,
        offset=base_offset,
        timestamp=timestamp,
    )
    if completed is None or marker.control_type is not ControlType.ABORT:
        return None
    return AbortedTransaction(*completed)


def replay_batch(
    state: ProducerState, header: BatchHeader, batch: memoryview | bytes
) -> AbortedTransaction | None:
    """Apply a batch that was read from the log; its bytes matter only for a control batch."""
    return apply_batch(
        state,
        header,
        read_marker(header, batch),
        base_offset=header.base_offset,
        timestamp=header.max_timestamp,
    )
