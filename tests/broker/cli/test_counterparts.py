"""What stands for what in a replay, and what is told to be different."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.records.batch import is_intact, read_header
from wirekafka_protocol.records.record import Record, build_batch

from wirekafka.cli.counterparts import Counterparts, is_come_again

MEMBER = {"error_code": 0, "generation_id": 1, "member_id": "m-1", "leader": "m-1"}
OTHER_MEMBER = {"error_code": 0, "generation_id": 7, "member_id": "m-9", "leader": "m-9"}


@pytest.fixture
def known() -> Counterparts:
    """After a join and an InitProducerId."""
    counterparts = Counterparts()
    counterparts.learn(MEMBER, OTHER_MEMBER, {"member_id": ""})
    recorded = {"error_code": 0, "producer_id": 0, "producer_epoch": 2}
    counterparts.learn(recorded, {**recorded, "producer_id": 40, "producer_epoch": 5}, {})
    return counterparts


def lines(known: Counterparts, expected: Any, got: Any, api: str = "X") -> list[str]:
    return list(known.differences(api, {}, expected, got))


def test_a_request_of_a_member_has_the_generation_of_the_replay(known: Counterparts) -> None:
    request = {"group_id": "app", "generation_id_or_member_epoch": 1, "member_id": "m-1"}
    translated = {"group_id": "app", "generation_id_or_member_epoch": 7, "member_id": "m-9"}
    assert known.of(request) == translated


def test_numbers_that_only_look_like_ids_stay(known: Counterparts) -> None:
    request = {"session_id": 1, "topics": [{"partition_index": 1, "name": "m-1"}], "acks": 2}
    assert known.of(request) == request


def test_a_producer_keeps_the_distance_of_its_epochs(known: Counterparts) -> None:
    request = {"v3_and_below_producer_id": 0, "v3_and_below_producer_epoch": 3}
    assert list(known.of(request).values()) == [40, 6]
    assert known.of({"producer_id": -1, "producer_epoch": -1}) == {
        "producer_id": -1,
        "producer_epoch": -1,
    }


def test_batches_have_the_producer_of_the_replay_and_a_right_checksum(
    known: Counterparts,
) -> None:
    one = build_batch(
        [Record(0, 1_000, None, b"v")], producer_id=0, producer_epoch=2, base_sequence=4
    )
    other = build_batch(
        [Record(0, 1_000, None, b"v")], producer_id=9, producer_epoch=0, base_sequence=0
    )
    text = known.of({"records": "0x" + (bytes(one) + bytes(other)).hex()})["records"]
    data = bytes.fromhex(text.removeprefix("0x"))
    header = read_header(data)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (40, 5, 4)
    assert is_intact(data[: len(one)])
    assert data[len(one) :] == bytes(other)


@pytest.mark.parametrize("records", ["0x", "0x00", "0x" + "ff" * 100, None])
def test_what_is_no_batch_stays(known: Counterparts, records: str | None) -> None:
    assert known.of({"records": records}) == {"records": records}


def test_an_id_that_changes_its_meaning_is_a_difference(known: Counterparts) -> None:
    assert lines(known, MEMBER, OTHER_MEMBER) == []
    found = lines(known, MEMBER, {**OTHER_MEMBER, "leader": "m-3"})
    assert found == ["leader: recorded m-9, got m-3"]


def test_items_are_compared_by_their_names(known: Counterparts) -> None:
    one = [{"name": "a", "error_code": 0}, {"name": "b", "error_code": 3}]
    assert lines(known, {"topics": one}, {"topics": one[::-1]}) == []
    found = lines(known, {"topics": one}, {"topics": [one[0], {"name": "b", "error_code": 0}]})
    assert found == ["topics[1].error_code: recorded 3, got 0"]


def test_missing_items_are_a_difference(known: Counterparts) -> None:
    one = [{"name": "a"}, {"name": "b"}]
    assert lines(known, {"topics": one}, {"topics": one[:1]}) != []
    assert lines(known, {"topics": one}, "closed") != []


def test_places_and_times_are_not_compared(known: Counterparts) -> None:
    one = {"host": "a", "port": 1, "throttle_time_ms": 3, "leader_epoch": 0}
    assert (
        lines(known, one, {"host": "b", "port": 2, "throttle_time_ms": 5, "leader_epoch": 4}) == []
    )


def test_of_a_fetch_only_errors_are_compared(known: Counterparts) -> None:
    def answer(code: int, high_watermark: int) -> dict[str, Any]:
        row = {"partition_index": 0, "error_code": code, "high_watermark": high_watermark}
        return {"error_code": 0, "responses": [{"topic": "t", "partitions": [row]}]}

    assert lines(known, answer(0, 3), {"error_code": 0, "responses": []}, "Fetch") == []
    assert lines(known, answer(0, 3), answer(1, 3), "Fetch") == ["errors.t-0: recorded None, got 1"]


@pytest.mark.parametrize(
    ("codes", "is_one"), [([51], True), ([0, 51], True), ([0], False), ([51, 6], False)]
)
def test_only_what_passes_by_itself_is_asked_again(codes: list[int], is_one: bool) -> None:
    answer = {"results": [{"partition_error_code": code} for code in codes]}
    assert is_come_again(answer) is is_one
    assert (lines(Counterparts(), answer, {"results": []}) == []) is is_one
