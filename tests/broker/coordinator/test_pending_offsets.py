"""Random commits, transactions, markers and tombstones, against Kafka's rule taken literally:
each offset knows its place in the log, and a marker puts it in force unless a later one is."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from wirekafka_protocol.messages.offset_commit_record import OffsetCommitKey, OffsetCommitValue

from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.pending_offsets import Place
from wirekafka.coordinator.group.records import OFFSET_COMMIT
from wirekafka.coordinator.group.shard import GroupCoordinatorShard
from wirekafka.coordinator.machine import CoordinatorRecord

PLACES = st.builds(Place, st.sampled_from("gh"), st.sampled_from("tu"), st.integers(0, 1))
PRODUCERS = st.integers(1, 3)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("commit"), PLACES),
        st.tuples(st.just("pend"), PLACES, PRODUCERS),
        st.tuples(st.just("drop"), PLACES),
        st.tuples(st.just("end"), PRODUCERS, st.booleans()),
    ),
    max_size=40,
)


class Model:
    """Two dictionaries; the value is the position in the log, which is also the offset."""

    def __init__(self) -> None:
        self.committed: dict[Place, int] = {}
        self.pending: dict[tuple[int, Place], int] = {}

    def commit(self, at: int, place: Place) -> None:
        self.committed[place] = at

    def pend(self, at: int, place: Place, producer_id: int) -> None:
        self.pending[producer_id, place] = at

    def drop(self, at: int, place: Place) -> None:
        self.committed.pop(place, None)
        self.pending = {key: value for key, value in self.pending.items() if key[1] != place}

    def end(self, at: int, producer_id: int, committed: bool) -> None:
        for (writer, place), value in list(self.pending.items()):
            if writer == producer_id:
                del self.pending[writer, place]
                if committed and value > self.committed.get(place, -1):
                    self.committed[place] = value


def replay(shard: GroupCoordinatorShard, at: int, step: tuple[Any, ...]) -> None:
    kind, subject, *rest = step
    if kind == "end":
        shard.replay_end_transaction(subject, 0, rest[0])
        return
    value = None if kind == "drop" else OffsetCommitValue(offset=at)
    record = CoordinatorRecord(OffsetCommitKey(*subject), OFFSET_COMMIT, value, 4)
    if kind == "pend":
        shard.replay(record, rest[0])
    else:
        shard.replay(record)


@given(STEPS)
@settings(max_examples=300, deadline=None)
def test_what_is_in_force_is_what_was_written_last(steps: list[tuple[Any, ...]]) -> None:
    shard, model = GroupCoordinatorShard(GroupConfig(), lambda: "id"), Model()
    for at, step in enumerate(steps):
        replay(shard, at, step)
        getattr(model, step[0])(at, *step[1:])
        offsets = shard.offsets
        in_force = {
            Place(group_id, topic, index): value.offset
            for group_id in shard.groups
            for topic, rows in offsets.of_group(group_id).items()
            for index, value in rows.items()
        }
        assert in_force == model.committed
        unstable = {place for _, place in model.pending}
        assert {place for g in shard.groups for place in offsets.pending.of_group(g)} == unstable
        assert all(place in offsets.pending for place in unstable)
        assert bool(offsets.pending) is bool(unstable)
        assert all(place.group_id in shard.groups for place in in_force.keys() | unstable)
    for producer_id in (1, 2, 3):
        shard.replay_end_transaction(producer_id, 0, False)
    assert not shard.offsets.pending
