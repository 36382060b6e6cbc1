"""What may or may not have happened when nobody heard the answer, and how it is found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulating.seeds.model import (
    Batch,
    Cluster,
    OffsetPlace,
    OffsetWrite,
    PartitionModel,
    Place,
    TransactionModel,
)
from simulating.seeds.reading import ReadBatch, Wrong, check_records

UNKNOWN_TRANSACTIONAL_ID = 105


@dataclass(slots=True)
class Doubts:
    """Of requests that were not answered: what each of them may have left behind."""

    appends: list[tuple[Place, Batch]] = field(default_factory=list)
    states: dict[str, list[TransactionModel]] = field(default_factory=dict)
    """What a transactional id may have become, besides what it was."""
    new_ids: list[tuple[str, int]] = field(default_factory=list)
    """Transactional ids that may be known now, and their timeouts."""
    offsets: list[tuple[OffsetPlace, OffsetWrite]] = field(default_factory=list)
    starts: dict[Place, int] = field(default_factory=dict)
    topics: dict[str, list[int]] = field(default_factory=dict)
    """Partitions that a topic may have now; 0: none, it does not exist."""
    configs: dict[str, dict[str, str]] = field(default_factory=dict)
    promised: dict[str, str] = field(default_factory=dict)
    """In which state a transactional id must be, because the end of its transaction was told."""
    may_lose_start: bool = False
    """After a crash DeleteRecords may be forgotten: the checkpoint is written once a minute."""

    def __bool__(self) -> bool:
        return bool(
            self.appends or self.states or self.offsets or self.starts or self.topics
            or self.may_lose_start
        )  # fmt: skip

    def transaction(self, one: TransactionModel, change: Callable[[TransactionModel], Any]) -> None:
        """The transactional id may have been changed this way, also after other doubts of it."""
        known = self.states.setdefault(one.transactional_id, [])
        for state in [one, *known]:
            made = state.copy()
            change(made)
            known.append(made)


def settle_transactions(
    cluster: Cluster, rows: list[Any], doubts: Doubts
) -> list[tuple[TransactionModel, str, set[Place]]]:
    """Take over what DescribeTransactions says, if it is possible. Returns what ended by that: the
    id, COMMIT or ABORT, and where markers must be."""
    endings = []
    for row in rows:
        name = row.transactional_id
        known = cluster.transactions.get(name)
        if row.error_code == UNKNOWN_TRANSACTIONAL_ID:
            if known is not None:
                raise Wrong(f"the transactional id {name} is gone")
            continue
        if known is None and any(new == name for new, _ in doubts.new_ids):
            timeout_ms = dict(doubts.new_ids)[name]
            known = TransactionModel(name, row.producer_id, 0, timeout_ms)
            cluster.transactions[name] = known
        if row.error_code:
            raise Wrong(f"DescribeTransactions of {name}: error {row.error_code}")
        possible = [known, *doubts.states.get(name, [])]
        if name in doubts.promised:
            possible = [one for one in possible if one and one.state == doubts.promised[name]]
        found = next((one for one in possible if one and _is(one, row)), None)
        if found is None:
            told = [str(one) for one in possible]
            raise Wrong(f"transactional id {name} is {row!r}, possible were {told}")
        if known is not None and known.state == "Ongoing" and found.state.startswith("Complete"):
            kind = "COMMIT" if found.state == "CompleteCommit" else "ABORT"
            endings.append((found, kind, set(known.partitions)))
        cluster.transactions[name] = found
    return endings


def settle_partition(
    cluster: Cluster,
    place: Place,
    found: list[ReadBatch],
    start: int,
    doubts: Doubts,
    endings: list[tuple[TransactionModel, str, set[Place]]],
) -> None:
    """The log must be what it was, and behind that only what is in doubt, once each."""
    model = cluster.partition(place)
    assert model is not None
    first = found[0].offset if found else start
    compacted = cluster.is_compacted(place[0])
    end = model.end
    known = [batch for batch in found if batch.offset < end]
    reach = known[-1].next if known else max(first, start)
    if known and reach > end:
        raise Wrong(f"{place}: a batch reaches over the end {end}: {known[-1]}")
    if reach < end and not compacted:
        raise Wrong(f"{place}: the log ends at {reach}, not at {end}: acknowledged records lost")
    left = [batch for at, batch in doubts.appends if at == place]
    markers = [(one, kind) for one, kind, places in endings if place in places]
    tail = [batch for batch in found if batch.offset >= end]
    expired = (tail[0].offset if tail else start) - end
    again = {batch.producer_id for batch in tail if batch.marker}
    for one, kind in sorted(markers, key=lambda marker: marker[0].producer_id in again):
        # Written and deleted; perhaps written again, by a coordinator that had not noted the first.
        if expired > 0:
            model.append(cluster.marker_of(one, kind == "COMMIT", -1))
            expired -= 1
    for batch in tail:
        _take_over(model, place, batch, left, cluster)
    # Now that it is known what has ended, and so may be compacted.
    check_records(known, model, max(first, start), end, compacted=compacted)
    for one, kind in markers:
        tail = [batch for batch in model.batches if batch.offset >= end]
        if not any(b.marker == kind and b.producer_id == one.producer_id for b in tail):
            raise Wrong(f"{place}: {one.transactional_id} has ended, but its marker is missing")


def _take_over(
    model: PartitionModel,
    place: Place,
    found: ReadBatch,
    left: list[Batch],
    cluster: Cluster,
) -> None:
    if found.offset != model.end:
        raise Wrong(f"{place}: a hole from {model.end} to {found.offset}")
    for batch in left:
        if batch.is_same(found):
            left.remove(batch)
            model.append(batch)
            return
    if found.marker:
        # Also a second time: the machine died before the coordinator had noted the first.
        state = "CompleteCommit" if found.marker == "COMMIT" else "CompleteAbort"
        for one in cluster.transactions.values():
            if (one.producer_id, one.epoch, one.state) == (found.producer_id, found.epoch, state):
                model.append(cluster.marker_of(one, found.marker == "COMMIT", found.timestamp))
                return
    raise Wrong(f"{place}: nobody wrote this: {found}; in doubt were {[str(b) for b in left]}")


def settle_offset(writes: list[OffsetWrite], place: OffsetPlace, told: int, doubts: Doubts) -> None:
    """The offset that the broker tells is the last that counts, or one in doubt."""
    doubted = [write for at, write in doubts.offsets if at == place]
    known = [write.offset for write in writes if write.producer_id == -1]
    plain = [write.offset for write in doubted if write.producer_id == -1]
    possible = {known[-1] if known else -1, *plain}
    if told not in possible:
        raise Wrong(f"offset of {place}: {told}, possible were {sorted(possible)}")
    if told not in known[-1:] and told in plain:
        writes.append(OffsetWrite(told))
    for write in doubted:
        if write.producer_id != -1:
            write.is_doubtful = True
            writes.append(write)


def _is(one: TransactionModel, row: Any) -> bool:
    places = {(topic.topic, index) for topic in row.topics for index in topic.partitions}
    told = row.producer_id, row.producer_epoch, row.transaction_state
    if told != (one.producer_id, one.epoch, one.state):
        return False
    return one.state != "Ongoing" or places == one.partitions
