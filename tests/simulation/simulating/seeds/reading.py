"""What a Fetch must have returned, compared with the model, for both isolation levels."""

from __future__ import annotations

from typing import Any

from simulating.seeds.model import Batch, PartitionModel
from wirekafka_protocol.records.batch import iter_batches
from wirekafka_protocol.records.control import read_end_marker
from wirekafka_protocol.records.record import read_records

OFFSET_OUT_OF_RANGE = 1


class Wrong(AssertionError):
    """The broker is not as the model."""


class ReadBatch(Batch):
    """A batch as it was read; `offsets` are those of its records, `next` follows its last."""

    __slots__ = ("next", "offsets")


def batches_of(data: bytes) -> list[ReadBatch]:
    """Every whole batch."""
    found = []
    for header, raw in iter_batches(data):
        records = read_records(raw)
        batch = ReadBatch(
            [],
            records[0].timestamp if records else -1,
            header.producer_id,
            header.producer_epoch,
            header.base_sequence,
            header.is_transactional,
            offset=header.base_offset,
        )
        if header.is_control:
            batch.marker = read_end_marker(records[0]).control_type.name if records else "GONE"
        else:
            batch.values = [(record.key, record.value) for record in records]
        batch.offsets = [record.offset for record in records]
        batch.next = header.next_offset
        found.append(batch)
    return found


def check_row(
    row: Any, model: PartitionModel, offset: int, *, committed: bool, compacted: bool
) -> int:
    """One partition of a Fetch answer. Returns the offset after what was read."""
    if not model.log_start <= offset <= model.end:
        expect("error", row.error_code, OFFSET_OUT_OF_RANGE)
        return offset
    expect("error", row.error_code, 0)
    expect("high watermark", row.high_watermark, model.end)
    expect("last stable offset", row.last_stable_offset, model.last_stable_offset())
    expect("log start offset", row.log_start_offset, model.log_start)
    limit = model.last_stable_offset() if committed else model.end
    batches = batches_of(bytes(row.records or b""))
    end = batches[-1].next if batches else offset
    if batches:
        if end > limit:
            raise Wrong(f"read up to {end}, but the limit is {limit}")
        if batches[0].next <= offset:
            raise Wrong(f"asked for {offset}, got a batch that ends at {batches[0].next}")
    elif offset < limit and not compacted:
        raise Wrong(f"nothing read at {offset}, though there is more up to {limit}")
    check_records(batches, model, offset, end, compacted=compacted)
    if committed:
        told = row.aborted_transactions or []
        _check_told(told, model, offset, compacted=compacted)
        _check_committed(batches, told, model, offset, end)
    elif row.aborted_transactions is not None:
        raise Wrong("aborted transactions told to a reader of everything")
    return end


def check_later_row(
    row: Any, model: PartitionModel, offset: int, *, committed: bool, compacted: bool
) -> None:
    """As `check_row`, of an answer that was made when the model was not yet what it is now."""
    if row.high_watermark > model.end or row.last_stable_offset > model.last_stable_offset():
        raise Wrong(f"told {row.high_watermark} and {row.last_stable_offset}: beyond the model")
    batches = batches_of(bytes(row.records or b""))
    if not batches:
        return
    end = batches[-1].next
    if end > (row.last_stable_offset if committed else row.high_watermark):
        raise Wrong(f"read up to {end}, beyond what was told")
    check_records(batches, model, max(offset, model.log_start), end, compacted=compacted)
    if committed:
        _check_committed(batches, row.aborted_transactions or [], model, offset, end)


def check_records(
    batches: list[ReadBatch], model: PartitionModel, first: int, end: int, *, compacted: bool
) -> None:
    """Each record is the model's, and none in the range is missing without reason."""
    by_offset = {at: (batch, index) for at, batch, index in model.records(0, model.end)}
    markers = {batch.offset: batch for batch in model.batches if batch.marker}
    read: set[int] = set()
    last = -1
    for batch in batches:
        if batch.offset <= last:
            raise Wrong(f"the batch at {batch.offset} follows offset {last}")
        last = batch.next - 1
        if batch.marker:
            marker = markers.get(batch.offset)
            if marker is None or (batch.marker != "GONE" and not marker.is_same(batch)):
                raise Wrong(f"a marker that should not be: {batch}, expected {marker}")
            read.add(batch.offset)
            continue
        for at, (key, value) in zip(batch.offsets, batch.values, strict=True):
            expected = by_offset.get(at)
            if expected is None or expected[0].values[expected[1]] != (key, value):
                raise Wrong(f"offset {at}: {value!r:.60}, expected {expected and str(expected[0])}")
            whose = expected[0]
            if (batch.producer_id, batch.epoch, batch.is_transactional) != (
                whose.producer_id, whose.epoch, whose.is_transactional,
            ):  # fmt: skip
                raise Wrong(f"offset {at}: written by {whose}, read as {batch}")
            read.add(at)
    for at, batch, index in model.records(first, end):
        if at not in read and not (compacted and _may_be_gone(model, at, batch, index)):
            raise Wrong(f"offset {at} is missing: {batch}")
    if not compacted:
        for at, marker in markers.items():
            if first <= at < end and at not in read:
                raise Wrong(f"the marker at {at} is missing: {marker}")


def _may_be_gone(model: PartitionModel, at: int, batch: Batch, index: int) -> bool:
    key, value = batch.values[index]
    return value is None or model.has_successor(at, key) or model.is_aborted(batch)


def _check_told(told: list[Any], model: PartitionModel, first: int, *, compacted: bool) -> None:
    """Aborted transactions are real ones. Compaction may take away their first batches, and an
    index that is made anew after that begins with what is left."""
    for one in told:
        if not any(
            known.producer_id == one.producer_id
            and known.marker_offset >= first
            and (
                known.first_offset == one.first_offset
                or (compacted and known.first_offset < one.first_offset <= known.marker_offset)
            )
            for known in model.aborted()
        ):
            raise Wrong(f"told of an aborted transaction that is none here: {one!r}")


def _check_committed(
    batches: list[ReadBatch], told: list[Any], model: PartitionModel, first: int, end: int
) -> None:
    """What a client keeps after it has dropped what it was told is aborted."""
    waiting = sorted((one.first_offset, one.producer_id) for one in told)
    dropping: set[int] = set()
    kept: set[int] = set()
    for batch in batches:
        while waiting and waiting[0][0] < batch.next:
            dropping.add(waiting.pop(0)[1])
        if batch.marker == "ABORT":
            dropping.discard(batch.producer_id)
        elif not batch.marker and not (batch.is_transactional and batch.producer_id in dropping):
            kept.update(batch.offsets)
    for batch in batches:
        for at in batch.offsets:
            if batch.marker or not first <= at < end:
                continue
            whose = next(one for one in model.batches if one.offset <= at < one.end)
            if (at in kept) is model.is_aborted(whose):
                state = "aborted" if model.is_aborted(whose) else "good"
                raise Wrong(f"offset {at} is {state}, a reader of what is committed thinks not")


def expect(name: str, found: Any, expected: Any) -> None:
    if found != expected:
        raise Wrong(f"{name}: {found}, expected {expected}")
