"""Fetch as conversations in a session (KIP-227), and requests that are none.

What is read, and how long it is waited for, is in partition/test_fetch.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    ForgottenTopic,
)

VERSIONS = range(4, 19)
BIG = 1 << 20


def topic_id(name: str) -> bytes:
    return name.encode().ljust(16, b"-")[:16]


def fetch(
    *targets: tuple[str, int, int],
    max_bytes: int = BIG,
    max_wait_ms: int = 0,
    session: tuple[int, int] = (0, -1),
    forgotten: tuple[tuple[str, int], ...] = (),
) -> FetchRequest:
    """Targets are (topic, partition, offset); session is (id, epoch)."""
    topics: dict[str, FetchTopic] = {}
    for name, index, offset in targets:
        topic = topics.setdefault(name, FetchTopic(name, topic_id(name), []))
        topic.partitions.append(FetchPartition(index, fetch_offset=offset, partition_max_bytes=BIG))
    return FetchRequest(
        max_wait_ms=max_wait_ms,
        min_bytes=1,
        max_bytes=max_bytes,
        session_id=session[0],
        session_epoch=session[1],
        topics=list(topics.values()),
        forgotten_topics_data=[
            ForgottenTopic(name, topic_id(name), [index]) for name, index in forgotten
        ],
    )


def rows(response: FetchResponse, version: int = 12) -> dict[tuple[str, int], Any]:
    """Partitions of the answer by (topic, index), in order."""
    found = {}
    for topic in response.responses:
        name = topic.topic_id.rstrip(b"-").decode() if version >= 13 else topic.topic
        for row in topic.partitions:
            assert (name, row.partition_index) not in found
            found[name, row.partition_index] = row
    return found


def only(response: FetchResponse) -> Any:
    (row,) = rows(response).values()
    return row


# -- sessions -----------------------------------------------------------------------------------


class Consumer:
    """One consumer's session, kept as clients do."""

    def __init__(self, room: Any, version: int = 12) -> None:
        self.room = room
        self.version = version
        self.session_id = 0
        self.epoch = 0

    def ask(self, *targets: tuple[str, int, int], **fields: Any) -> dict[tuple[str, int], Any]:
        request = fetch(*targets, session=(self.session_id, self.epoch), **fields)
        response = self.room.ask(request, self.version)
        assert response.error_code == 0
        if self.epoch == 0:
            self.session_id = response.session_id
            assert self.session_id > 0
        assert response.session_id == self.session_id
        self.epoch += 1
        return rows(response, self.version)


@pytest.fixture(params=[7, 12, 13, 18])
def consumer(request: pytest.FixtureRequest, room: Any) -> Consumer:
    """A consumer of a room with topics a and b, two partitions each."""
    for name in ("a", "b"):
        room.add_topic(name, partitions=2)
    return Consumer(room, request.param)


def test_a_full_request_lists_all_an_incremental_one_only_news(consumer: Consumer) -> None:
    room = consumer.room
    room.append("a", b"1")
    targets = [("a", 0, 0), ("a", 1, 0), ("b", 0, 0)]
    assert list(consumer.ask(*targets)) == [("a", 0), ("a", 1), ("b", 0)]
    assert consumer.ask(("a", 0, 1)) == {}
    room.append("b", b"1")
    assert list(consumer.ask()) == [("b", 0)]
    assert list(consumer.ask()) == [("b", 0)]
    assert consumer.ask(("b", 0, 1)) == {}


def test_a_high_watermark_or_log_start_that_moved_is_news(consumer: Consumer) -> None:
    room = consumer.room
    consumer.ask(("a", 0, 0), ("a", 1, 0))
    room.append("a", b"1")
    row = consumer.ask(("a", 0, 1))["a", 0]
    assert (len(row.records), row.high_watermark) == (0, 1)
    assert consumer.ask() == {}
    room.partition("a").log.delete_records_before(1)
    assert consumer.ask()["a", 0].log_start_offset == 1
    assert consumer.ask() == {}


def test_an_error_is_told_every_time_and_its_end_too(consumer: Consumer) -> None:
    consumer.ask(("a", 0, 0), ("a", 1, 0))
    for _ in range(2):
        found = consumer.ask(("a", 0, 7))
        assert [row.error_code for row in found.values()] == [ErrorCode.OFFSET_OUT_OF_RANGE]
    found = consumer.ask(("a", 0, 0))
    assert [row.error_code for row in found.values()] == [0]
    assert consumer.ask() == {}


def test_added_and_forgotten_partitions(consumer: Consumer) -> None:
    consumer.ask(("a", 0, 0))
    assert list(consumer.ask(("b", 0, 0))) == [("b", 0)]
    assert consumer.ask(forgotten=(("a", 0), ("nowhere", 3))) == {}
    consumer.room.append("a", b"1")
    assert consumer.ask() == {}
    consumer.room.append("b", b"1")
    assert list(consumer.ask()) == [("b", 0)]


def test_a_session_that_forgets_everything_ends(consumer: Consumer) -> None:
    room = consumer.room
    consumer.ask(("a", 0, 0))
    session = (consumer.session_id, 1)
    request = fetch(session=session, forgotten=(("a", 0),), max_wait_ms=500)
    response = room.ask(request, consumer.version)
    assert (response.error_code, response.session_id, response.responses) == (0, 0, [])
    assert len(room.fetch_sessions) == 0


def test_a_session_may_begin_without_partitions(consumer: Consumer) -> None:
    """As the reference answered: a_session_may_begin_without_partitions."""
    consumer.room.append("a", b"1")
    assert consumer.ask() == {}
    assert list(consumer.ask(("a", 0, 0))) == [("a", 0)]


def test_a_partition_with_data_goes_behind_the_others(consumer: Consumer) -> None:
    room = consumer.room
    for name, index in (("a", 0), ("a", 1), ("b", 0)):
        room.append(name, b"1", index=index)
    targets = [("a", 0, 0), ("a", 1, 0), ("b", 0, 0)]
    size = len(room.log_bytes("a"))
    served = []
    found = consumer.ask(*targets, max_bytes=size)
    for _ in range(4):
        served += [key for key, row in found.items() if len(row.records)]
        found = consumer.ask(max_bytes=size)
    assert served == [("a", 0), ("a", 1), ("b", 0), ("a", 0)]


@pytest.mark.parametrize(
    ("id_offset", "epoch", "code"),
    [
        (0, 2, ErrorCode.INVALID_FETCH_SESSION_EPOCH),
        (0, 7, ErrorCode.INVALID_FETCH_SESSION_EPOCH),
        (1, 1, ErrorCode.FETCH_SESSION_ID_NOT_FOUND),
    ],
)
def test_session_errors_stand_alone_at_the_top(
    consumer: Consumer, id_offset: int, epoch: int, code: ErrorCode
) -> None:
    consumer.room.append("a", b"1")
    consumer.ask(("a", 0, 0))
    request = fetch(("a", 0, 0), session=(consumer.session_id + id_offset, epoch), max_wait_ms=500)
    response = consumer.room.ask(request, consumer.version)
    assert (response.error_code, response.session_id, response.responses) == (code, 0, [])
    assert list(consumer.ask()) == [("a", 0)]


def test_names_and_ids_do_not_mix_in_a_session(consumer: Consumer) -> None:
    consumer.ask(("a", 0, 0))
    other = 12 if consumer.version >= 13 else 13
    response = consumer.room.ask(fetch(session=(consumer.session_id, 1)), other)
    assert response.error_code == ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR


def test_a_new_full_request_replaces_the_session(consumer: Consumer) -> None:
    room = consumer.room
    consumer.ask(("a", 0, 0))
    old = consumer.session_id
    response = room.ask(fetch(("b", 0, 0), session=(old, 0)), consumer.version)
    assert response.session_id not in (0, old)
    assert list(rows(response, consumer.version)) == [("b", 0)]
    assert len(room.fetch_sessions) == 1


def test_the_last_request_closes_the_session_and_lists_all(consumer: Consumer) -> None:
    room = consumer.room
    consumer.ask(("a", 0, 0))
    response = room.ask(fetch(("a", 0, 0), session=(consumer.session_id, -1)), consumer.version)
    assert response.session_id == 0
    assert list(rows(response, consumer.version)) == [("a", 0)]
    assert len(room.fetch_sessions) == 0


def test_without_a_slot_requests_stay_full(make_room: Callable[..., Any]) -> None:
    room = make_room("max.incremental.fetch.session.cache.slots=1")
    room.add_topic("a")
    first = room.ask(fetch(("a", 0, 0), session=(0, 0)), 12)
    second = room.ask(fetch(("a", 0, 0), session=(0, 0)), 12)
    assert first.session_id > 0
    assert second.session_id == 0
    assert list(rows(second)) == [("a", 0)]
    room.clock.advance(120_001)
    third = room.ask(fetch(("a", 0, 0), session=(0, 0)), 12)
    assert third.session_id > 0
    response = room.ask(fetch(session=(first.session_id, 1)), 12)
    assert response.error_code == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_below_version_7_there_are_no_sessions(room: Any) -> None:
    room.add_topic("a")
    for version in (4, 5, 6):
        room.ask(fetch(("a", 0, 0)), version)
    assert len(room.fetch_sessions) == 0


def test_an_incremental_poll_waits_and_answers_only_what_came(consumer: Consumer) -> None:
    room = consumer.room
    consumer.ask(("a", 0, 0), ("a", 1, 0), ("b", 0, 0))
    request = fetch(session=(consumer.session_id, 1), max_wait_ms=500)
    pending = room.ask(request, consumer.version)
    room.append("b", b"1")
    assert list(rows(pending.answer, consumer.version)) == [("b", 0)]
    consumer.epoch = 2
    pending = room.ask(
        fetch(("b", 0, 1), session=(consumer.session_id, 2), max_wait_ms=500), consumer.version
    )
    room.clock.advance(500)
    assert pending.answer.responses == []
    assert pending.answer.session_id == consumer.session_id


def test_a_topic_made_anew_is_another_topic_in_a_session_by_id(room: Any) -> None:
    """A session knows the name that the id had: a_session_sees_its_topic_deleted."""
    old = room.add_topic("a")
    consumer = Consumer(room, 13)
    consumer.ask(("a", 0, 0))
    room.partitions.delete_topic(old)
    row = consumer.ask()["a", 0]
    assert (row.error_code, row.aborted_transactions) == (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, [])
    room.add_topic("a", topic_id=b"2" * 16)
    row = consumer.ask(("a", 0, 1))["a", 0]
    assert (row.error_code, row.aborted_transactions) == (ErrorCode.INCONSISTENT_TOPIC_ID, None)
    by_name = room.ask(fetch(("a", 0, 0)), 12)
    assert only(by_name).error_code == 0


# -- malformed ----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_a_request_cut_at_any_byte_is_a_protocol_error(room: Any, version: int) -> None:
    whole = room.frame(fetch(("a", 0, 0), forgotten=(("b", 1),)), version)
    for end in range(len(whole)):
        with pytest.raises(ProtocolError):
            room.handle(whole[:end])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_bug_is_told_where_the_version_has_a_place_for_it(
    room: Any, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    room.add_topic("a")
    monkeypatch.delattr(room, "fetch_sessions")
    response = room.ask(fetch(("a", 0, 0)), version)
    assert response.error_code == (-1 if version >= 7 else 0)
    if version >= 13:
        assert response.responses == []
    else:
        row = only(response)
        assert (row.error_code, row.high_watermark, len(row.records)) == (-1, -1, 0)
