"""What faults do to requests in dispatch, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)

from wirekafka.apis.injection import Injection
from wirekafka.clock import ManualClock
from wirekafka.faults.rule import Effect, FaultRule

PRODUCE, LIST_OFFSETS = 0, 2
BatchMaker = Callable[..., bytes]


@pytest.fixture
def steady(room: Any, monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """The machine's time, apart from the room's, which somebody steers."""
    clock = ManualClock()
    monkeypatch.setattr(type(room.clock), "steady", clock)
    return clock


@pytest.fixture
def injection(room: Any) -> Injection:
    room.server = SimpleNamespace(refuses=None)
    room.commit = room.partitions.commit_last
    room.wake_soon = room.partitions.wake
    room.peer.served = 0
    room.peer.last_read = room.clock.monotonic()
    room.add_topic("t", 2)
    room.add_topic("u")
    made: Injection = room.dispatcher.injection
    return made


def rule(effect: Effect, name: str = "f", **fields: Any) -> FaultRule:
    return FaultRule(name=name, effect=effect, **fields)


def ends(topic: str = "t") -> ListOffsetsRequest:
    partitions = [ListOffsetsPartition(0, timestamp=-1)]
    return ListOffsetsRequest(replica_id=-1, topics=[ListOffsetsTopic(topic, partitions)])


def records(batch: BatchMaker, *places: tuple[str, int], acks: int = -1) -> ProduceRequest:
    rows: dict[str, list[PartitionProduceData]] = {}
    for topic, index in places:
        rows.setdefault(topic, []).append(PartitionProduceData(index, batch(b"v")))
    return ProduceRequest(
        acks=acks,
        topic_data=[TopicProduceData(topic, bytes(16), cells) for topic, cells in rows.items()],
    )


def produced(answer: Any) -> dict[tuple[str, int], int]:
    return {
        (row.name, cell.index): cell.error_code
        for row in answer.responses
        for cell in row.partition_responses
    }


def end_of(room: Any, topic: str, index: int = 0) -> int:
    end: int = room.partition(topic, index).log.log_end_offset
    return end


def test_latency_lasts_as_long_as_it_says(room: Any, injection: Injection) -> None:
    injection.add(rule(Effect.LATENCY, ms=300))
    answer = room.ask(ends(), 6)
    room.clock.advance(299)
    assert not answer.is_answered
    room.clock.advance(1)
    assert answer.answer.topics[0].partitions[0].offset == 0


def test_what_is_late_is_served_at_once_when_its_rule_is_removed(
    room: Any, injection: Injection, batch: BatchMaker
) -> None:
    """A test that takes its faults away does not wait for the hour that one of them said."""
    injection.add(rule(Effect.LATENCY, ms=3_600_000))
    injection.add(rule(Effect.LATENCY, name="other", ms=1, topic="u"))
    answers = [room.ask(records(batch, ("t", 0)), 9) for _ in range(2)]
    gone = room.ask(records(batch, ("t", 1)), 9)
    gone.deferred.abandon()
    injection.remove("other")
    assert not any(answer.is_answered for answer in answers)
    injection.remove("f")
    assert [produced(answer.answer) for answer in answers] == [{("t", 0): 0}] * 2
    room.clock.advance(3_600_000)
    assert end_of(room, "t") == 2  # and not once more
    assert end_of(room, "t", 1) == 0


def test_requests_that_came_together_are_late_together(
    room: Any, injection: Injection, batch: BatchMaker
) -> None:
    """The second is handled when the first is answered, and has waited enough by then."""
    injection.add(rule(Effect.LATENCY, ms=300))
    first = room.ask(records(batch, ("t", 0)), 9)
    room.clock.advance(300)
    assert first.is_answered
    assert produced(room.ask(records(batch, ("t", 0)), 9)) == {("t", 0): 0}
    room.peer.last_read = room.clock.monotonic()
    assert not room.ask(ends(), 6).is_answered


def test_requests_that_came_together_are_late_together_while_the_time_stands_still(
    room: Any, injection: Injection, steady: ManualClock, batch: BatchMaker
) -> None:
    """Arrival was once noted in the broker's time, which does not pass while it is frozen: each
    request of a pipeline then waited after the one before it."""
    room.peer.last_read = steady.monotonic()
    injection.add(rule(Effect.LATENCY, ms=300))
    first = room.ask(records(batch, ("t", 0)), 9)
    steady.advance(300)
    assert first.is_answered
    assert produced(room.ask(records(batch, ("t", 0)), 9)) == {("t", 0): 0}


def test_a_clock_that_was_advanced_makes_no_request_early(
    room: Any, injection: Injection, steady: ManualClock
) -> None:
    room.peer.last_read = steady.monotonic()
    injection.add(rule(Effect.LATENCY, ms=300))
    room.clock.advance(60_000)
    assert not room.ask(ends(), 6).is_answered


def test_a_late_request_is_not_carried_out_before_its_time(
    room: Any, injection: Injection, batch: BatchMaker
) -> None:
    injection.add(rule(Effect.LATENCY, ms=300))
    answer = room.ask(records(batch, ("t", 0)), 9)
    assert end_of(room, "t") == 0
    room.clock.advance(300)
    assert produced(answer.answer) == {("t", 0): 0}
    assert end_of(room, "t") == 1


def test_a_late_request_whose_client_is_gone_is_not_carried_out(
    room: Any, injection: Injection, batch: BatchMaker
) -> None:
    injection.add(rule(Effect.LATENCY, ms=300))
    room.ask(records(batch, ("t", 0)), 9).deferred.abandon()
    room.clock.advance(1000)
    assert end_of(room, "t") == 0


def test_an_error_is_for_the_partitions_that_the_rule_names_and_the_others_are_served(
    room: Any, injection: Injection, batch: BatchMaker
) -> None:
    busy = ErrorCode.NOT_LEADER_OR_FOLLOWER
    injection.add(rule(Effect.ERROR, error=busy, topic="t", partition=1))
    answer = room.ask(records(batch, ("t", 0), ("t", 1), ("u", 0)), 9)
    assert produced(answer) == {("t", 0): 0, ("t", 1): busy, ("u", 0): 0}
    assert [end_of(room, "t", 0), end_of(room, "t", 1), end_of(room, "u")] == [1, 0, 1]


def test_an_error_without_an_answer_closes_the_connection(
    room: Any, injection: Injection, batch: BatchMaker
) -> None:
    injection.add(rule(Effect.ERROR, error=ErrorCode.NOT_LEADER_OR_FOLLOWER))
    with pytest.raises(ProtocolError):
        room.ask(records(batch, ("t", 0), acks=0), 9)
    assert end_of(room, "t") == 0


@pytest.mark.parametrize(
    ("effect", "end"), [(Effect.DROP_BEFORE, 0), (Effect.DROP_AFTER, 1)], ids=lambda v: str(v)
)
def test_a_drop_closes_before_or_after_the_request_is_carried_out(
    room: Any, injection: Injection, batch: BatchMaker, effect: Effect, end: int
) -> None:
    injection.add(rule(effect))
    with pytest.raises(ProtocolError, match=effect.value):
        room.ask(records(batch, ("t", 0)), 9)
    assert end_of(room, "t") == end


def test_half_of_the_answer_is_sent_and_then_the_connection_closed(
    room: Any, injection: Injection, batch: BatchMaker
) -> None:
    whole = b"".join([room.handle(room.frame(records(batch, ("t", 0)), 9))])
    injection.add(rule(Effect.HALF_RESPONSE))
    (half,) = room.handle(room.frame(records(batch, ("t", 0)), 9))
    assert len(half) == len(whole) // 2
    assert bytes(half[:8]) == bytes(whole[:8])  # the size of the whole, and the correlation id
    assert end_of(room, "t") == 2
    (until,) = room.peer.held
    closed: list[Any] = []
    until.then(closed.append)
    assert isinstance(closed[0], ProtocolError)


def test_a_black_hole_swallows_until_its_rule_is_removed(
    room: Any, injection: Injection, batch: BatchMaker
) -> None:
    injection.add(rule(Effect.BLACKHOLE))
    swallowed: list[Any] = []
    room.handle(room.frame(records(batch, ("t", 0)), 9)).then(swallowed.append)
    room.clock.advance(3_600_000)
    assert swallowed == []
    injection.remove("f")
    (end,) = swallowed
    assert isinstance(end, ProtocolError)
    assert end_of(room, "t") == 0


def test_a_throttle_is_told_and_holds_the_connection_for_that_long(
    room: Any, injection: Injection
) -> None:
    injection.add(rule(Effect.THROTTLE, ms=250))
    assert room.ask(ends(), 6).throttle_time_ms == 250
    (until,) = room.peer.held
    ended: list[Any] = []
    until.then(ended.append)
    room.clock.advance(249)
    assert ended == []
    room.clock.advance(1)
    assert len(ended) == 1


def test_dispatch_looks_at_rules_only_while_one_can_hit(room: Any, injection: Injection) -> None:
    dispatcher = room.dispatcher
    assert dispatcher.faults is None
    injection.add(rule(Effect.DROP_BEFORE, count=1))
    assert dispatcher.faults is injection
    with pytest.raises(ProtocolError):
        room.ask(ends(), 6)
    assert dispatcher.faults is None  # it is spent
    injection.add(rule(Effect.REFUSE_CONNECT, "down"))
    assert dispatcher.faults is None  # it is about connections
    assert room.server.refuses is not None
    assert room.server.refuses("127.0.0.1")
    injection.clear()
    assert room.server.refuses is None


def test_requests_of_other_apis_are_not_read(
    room: Any, injection: Injection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meet(call: Any) -> None:
        raise AssertionError("it was held against the rules")

    injection.add(rule(Effect.DROP_BEFORE, api_key=PRODUCE, topic="t"))
    monkeypatch.setattr(injection.table, "meet", meet)
    assert room.ask(ends(), 6).topics[0].partitions[0].offset == 0


def test_a_request_that_cannot_be_read_meets_no_rule_about_its_topics(
    room: Any, injection: Injection
) -> None:
    injection.add(rule(Effect.LATENCY, ms=100, topic="t"))
    with pytest.raises(ProtocolError):
        room.handle(room.frame(ends(), 6)[:-3])
    found = injection.table.get("f")
    assert found is not None
    assert found.fitting == 0


def test_a_client_that_no_rule_is_about_is_held_against_the_rules_once(
    room: Any, injection: Injection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until there is another rule; one of a topic is about everybody."""
    meet = injection.table.meet
    met: list[Any] = []

    def counted(call: Any) -> Any:
        met.append(call)
        return meet(call)

    monkeypatch.setattr(injection.table, "meet", counted)
    injection.add(rule(Effect.DROP_BEFORE, client_id="struck-*"))
    for _ in range(3):
        room.ask(ends(), 6)
    assert len(met) == 1
    injection.add(rule(Effect.DROP_BEFORE, name="g", topic="u"))
    for _ in range(3):
        room.ask(ends("t"), 6)
    assert len(met) == 4
    with pytest.raises(ProtocolError):
        room.ask(ends("u"), 6)


def test_who_is_not_concerned_is_remembered_up_to_a_bound(
    room: Any, injection: Injection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirekafka.apis.injection.MOST_CALLERS", 2)
    injection.add(rule(Effect.DROP_BEFORE, client_id="struck"))
    for number in (0, 1, 2, 3, 1, 1):
        frame = memoryview(b"\0\2\0\6\0\0\0\1" + b"\0\5other"[:-1] + str(number).encode())
        assert injection.before(room.peer, LIST_OFFSETS, 6, frame, 0, len(frame)) is None
        assert len(injection._unconcerned) <= 2
    for size in (b"\xff\xff", b"\0\0", b"\x7f\xff"):
        frame = memoryview(b"\0\2\0\6\0\0\0\1" + size)
        assert injection.before(room.peer, LIST_OFFSETS, 6, frame, 0, len(frame)) is None
