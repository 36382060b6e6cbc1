"""Quotas end to end on a manual clock: what answers say, and how long connections are held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.codec import encode
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest
from wirekafka_protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    ReplicaState,
)
from wirekafka_protocol.messages.list_offsets import ListOffsetsRequest
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.batch import TRANSACTIONAL_BIT

from wirekafka.apis.deferred import Deferred
from wirekafka.apis.table import BY_KEY
from wirekafka.metadata.client_quotas import entity_of
from wirekafka.quotas.broker_quotas import BrokerQuotas, Windows

Room = Any  # of conftest.py, which tests cannot import
Batch = Callable[..., bytes]


def limit(room: Room, **values: float) -> None:
    """Quotas of the client id "test"."""
    quotas = room.dispatcher.quotas or BrokerQuotas(Windows(11, 1), Windows(11, 1))
    quotas.follow({entity_of({"client-id": "test"}): values})
    room.dispatcher.quotas = quotas


def produce(records: bytes, acks: int = 1, topics: int = 1) -> ProduceRequest:
    """To partition 0 of "t"; two topics take the long way."""
    rows = [
        TopicProduceData(name, partition_data=[PartitionProduceData(0, records)])
        for name in ("t", "u")[:topics]
    ]
    return ProduceRequest(acks=acks, timeout_ms=1000, topic_data=rows)


def fetch(offset: int = 0, session_id: int = 0, session_epoch: int = -1, **more: Any) -> Any:
    partition = FetchPartition(0, fetch_offset=offset, partition_max_bytes=1 << 20)
    return FetchRequest(
        max_wait_ms=more.pop("max_wait_ms", 0),
        min_bytes=more.pop("min_bytes", 0),
        session_id=session_id,
        session_epoch=session_epoch,
        topics=[FetchTopic("t", partitions=[partition])],
        **more,
    )


def held_ms(room: Room) -> int:
    """For how long the connection is muted now; moves the clock there. 0 when it is not."""
    if not room.peer.held:
        return 0
    until = room.peer.held.pop()
    assert not room.peer.held
    waited = 0
    while not until.done:
        room.clock.advance(1)
        waited += 1
    return waited


@pytest.fixture
def served(room: Room) -> Room:
    room.add_topic("t")
    room.add_topic("u")
    return room


def test_without_quotas_nothing_is_counted_or_told(served: Room, batch: Batch) -> None:
    answer = served.ask(produce(batch(b"x" * 100_000)), 9)
    assert answer.throttle_time_ms == 0
    assert held_ms(served) == 0


@pytest.mark.parametrize("version", range(3, 13))
@pytest.mark.parametrize("topics", [1, 2])
def test_a_producer_above_its_rate_is_answered_at_once_told_and_held(
    served: Room, batch: Batch, version: int, topics: int
) -> None:
    limit(served, producer_byte_rate=1000.0)
    request = produce(batch(b"x" * (20_000 // topics)), topics=topics)
    size = len(served.frame(request, version))
    answer = served.ask(request, version)
    assert answer.responses[0].partition_responses[0].base_offset == 0
    assert served.partition("t").log.log_end_offset == 1
    # The rate is over ten windows at first: (O - T) / T * W.
    assert answer.throttle_time_ms == round((size / 10 - 1000) / 1000 * 10_000)
    assert held_ms(served) == answer.throttle_time_ms


def test_a_producer_within_its_rate_is_not_held(served: Room, batch: Batch) -> None:
    limit(served, producer_byte_rate=1000.0)
    for _ in range(20):
        assert served.ask(produce(batch(b"x" * 800)), 9).throttle_time_ms == 0
        served.clock.advance(1000)
    assert held_ms(served) == 0


def test_after_its_wait_a_client_is_within_its_rate_again(served: Room, batch: Batch) -> None:
    limit(served, producer_byte_rate=2000.0)
    assert served.ask(produce(batch(b"x" * 20_500)), 9).throttle_time_ms > 0
    assert held_ms(served) > 0
    assert served.ask(produce(batch(b"x")), 9).throttle_time_ms < 100


def test_other_clients_have_limits_of_their_own(served: Room, batch: Batch) -> None:
    limit(served, producer_byte_rate=1000.0)
    for client_id in ("other", None, ""):
        answer = served.ask(produce(batch(b"x" * 20_000)), 9, client_id=client_id)
        assert answer.throttle_time_ms == 0
    assert held_ms(served) == 0


def test_a_producer_that_wants_no_answer_is_held_without_one(served: Room, batch: Batch) -> None:
    limit(served, producer_byte_rate=1000.0)
    answer = served.handle(served.frame(produce(batch(b"x" * 20_000), acks=0), 9))
    assert answer == []  # which ends the connection's wake-up
    assert served.partition("t").log.log_end_offset == 1
    assert held_ms(served) == pytest.approx(10_000, rel=0.05)
    served.clock.advance(2000)
    assert served.handle(served.frame(produce(batch(b"x"), acks=0), 9)) is None


def test_a_request_that_fails_counts_too(served: Room, batch: Batch) -> None:
    limit(served, producer_byte_rate=1000.0)
    bad = produce(batch(b"x" * 20_000, attributes=TRANSACTIONAL_BIT, producer_id=1))
    assert served.ask(bad, 9).throttle_time_ms > 0


@pytest.mark.parametrize("version", range(4, 13))
def test_a_consumer_above_its_rate_gets_nothing_and_is_told_and_held(
    served: Room, batch: Batch, version: int
) -> None:
    served.append("t", b"x" * 6_000)
    limit(served, consumer_byte_rate=1000.0)
    answer = served.ask(fetch(), version)
    assert answer.throttle_time_ms == 0
    assert len(answer.responses[0].partitions[0].records) > 6_000
    answer = served.ask(fetch(), version)
    assert answer.responses == []
    assert answer.error_code == 0
    assert 0 < answer.throttle_time_ms < 10_000
    assert held_ms(served) == answer.throttle_time_ms
    answer = served.ask(fetch(), version)  # the withheld one did not count, this one does
    assert answer.throttle_time_ms > 0
    served.clock.advance(12_000)
    assert served.ask(fetch(), version).throttle_time_ms == 0


def test_no_more_is_read_at_once_than_the_whole_window_allows(served: Room) -> None:
    for _ in range(10):
        served.append("t", b"x" * 4_000)
    limit(served, consumer_byte_rate=1000.0)
    # What is around the records is above the rate by a little; while the client waits for that, its
    # window grows, and the same answer is within.
    assert served.ask(fetch(), 11).throttle_time_ms == held_ms(served) < 100
    answer = served.ask(fetch(), 11)
    assert answer.throttle_time_ms == 0
    assert 4_000 < len(answer.responses[0].partitions[0].records) <= 10_000


def test_a_long_poll_is_throttled_when_it_is_answered(served: Room) -> None:
    limit(served, consumer_byte_rate=100.0)
    pending = served.ask(fetch(max_wait_ms=500, min_bytes=1), 11)
    assert not pending.is_answered
    served.append("t", b"x" * 6_000)
    assert pending.answer.responses == []
    assert pending.answer.throttle_time_ms == held_ms(served) > 0


def test_a_throttled_session_keeps_its_epoch_and_what_it_was_told(served: Room) -> None:
    served.append("t", b"x" * 6_000)
    limit(served, consumer_byte_rate=1000.0)
    session_id = served.ask(fetch(session_epoch=0), 11).session_id
    assert session_id
    throttled = served.ask(fetch(session_id=session_id, session_epoch=1), 11)
    assert (throttled.session_id, throttled.responses) == (session_id, [])
    limit(served)
    answer = served.ask(fetch(1, session_id=session_id, session_epoch=2), 11)
    assert answer.responses == []  # the high watermark was told by the first answer
    served.append("t", b"y")
    limit(served, consumer_byte_rate=1.0)
    assert served.ask(fetch(1, session_id=session_id, session_epoch=3), 11).responses == []
    limit(served)
    answer = served.ask(fetch(2, session_id=session_id, session_epoch=4), 11)
    assert answer.responses[0].partitions[0].high_watermark == 2  # not told while throttled


def test_a_throttled_full_fetch_opens_no_session(served: Room) -> None:
    served.append("t", b"x" * 6_000)
    limit(served, consumer_byte_rate=100.0)
    assert served.ask(fetch(session_epoch=0), 11).session_id == 0
    assert len(served.fetch_sessions) == 0


def test_who_must_wait_is_not_told_of_a_sessions_error(
    served: Room, slow: Callable[[int, int], None]
) -> None:
    for version in (7, 11, 12):
        assert served.ask(fetch(session_id=9, session_epoch=1), version).error_code == 70
    limit(served, request_percentage=1.0)
    slow(1, 50)
    answer = served.ask(fetch(session_id=9, session_epoch=1), 11)
    assert (answer.throttle_time_ms, answer.error_code) == (0, 70)  # half of what ten seconds have
    slow(1, 500)
    answer = served.ask(fetch(session_id=9, session_epoch=1), 11)
    assert (answer.throttle_time_ms, answer.error_code, answer.session_id) == (1000, 0, 0)
    assert held_ms(served) == 1000


def test_what_an_error_of_a_session_takes_is_counted(served: Room) -> None:
    limit(served, consumer_byte_rate=10.0)
    told = [served.ask(fetch(session_id=9, session_epoch=1), 11).error_code for _ in range(10)]
    allowed = 100 // (4 + len(encode(FetchResponse(), 11)))
    assert told == [70] * allowed + [0] * (10 - allowed)


@pytest.mark.parametrize(
    ("version", "who"),
    [(11, {"replica_id": 2}), (15, {"replica_state": ReplicaState(2, 1)})],
)
def test_followers_are_never_throttled(served: Room, version: int, who: dict[str, Any]) -> None:
    served.append("t", b"x" * 6_000)
    limit(served, consumer_byte_rate=1.0)
    for _ in range(2):
        assert served.ask(fetch(**who), version).throttle_time_ms == 0
    assert held_ms(served) == 0


class SlowModule:
    """Stands before an API and takes its time."""

    def __init__(self, module: Any, room: Room, ms: int) -> None:
        self._module = module
        self._room = room
        self._ms = ms

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def handle(self, *arguments: Any) -> Any:
        self._room.clock.advance(self._ms)
        return self._module.handle(*arguments)


@pytest.fixture
def slow(served: Room, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """slow(api key, ms): requests of this API take so long."""

    def make(key: int, ms: int) -> None:
        api = BY_KEY[key]
        monkeypatch.setattr(api, "_module", SlowModule(api.module, served, ms))

    return make


def test_a_client_that_takes_too_much_time_is_told_and_held(
    served: Room, slow: Callable[[int, int], None]
) -> None:
    slow(2, 500)
    limit(served, request_percentage=4.0)
    answer = served.ask(ListOffsetsRequest(-1, topics=[]), 6)
    # 50 percent seconds in 10.5 seconds are 4.76 percent: 0.19 of the window too many.
    assert answer.throttle_time_ms == pytest.approx(1000)
    assert held_ms(served) == 1000


def test_the_time_of_requests_is_throttled_for_one_window_at_most(
    served: Room, slow: Callable[[int, int], None]
) -> None:
    slow(2, 5000)
    limit(served, request_percentage=1.0)
    assert served.ask(ListOffsetsRequest(-1, topics=[]), 6).throttle_time_ms == 1000
    assert held_ms(served) == 1000


def test_versions_that_cannot_be_told_are_held_all_the_same(
    served: Room, slow: Callable[[int, int], None]
) -> None:
    slow(18, 500)
    limit(served, request_percentage=1.0)
    answer = served.ask(ApiVersionsRequest(), 0)
    assert answer.error_code == 0
    assert held_ms(served) == 1000
    assert served.ask(ApiVersionsRequest(), 1).throttle_time_ms == 1000


def test_the_longer_of_two_waits_counts(served: Room, slow: Callable[[int, int], None]) -> None:
    served.append("t", b"x" * 6_000)
    slow(1, 500)
    limit(served, request_percentage=1.0, consumer_byte_rate=10.0)
    answer = served.ask(fetch(), 11)
    assert answer.throttle_time_ms > 1000
    assert held_ms(served) == answer.throttle_time_ms


def test_who_is_throttled_for_time_alone_fetches_nothing_either(
    served: Room, slow: Callable[[int, int], None]
) -> None:
    served.append("t", b"x" * 6_000)
    slow(1, 500)
    limit(served, request_percentage=1.0)
    answer = served.ask(fetch(), 11)
    assert (answer.throttle_time_ms, answer.responses) == (1000, [])


def test_a_client_that_goes_away_leaves_no_timer(served: Room, batch: Batch) -> None:
    limit(served, producer_byte_rate=1000.0)
    served.ask(produce(batch(b"x" * 20_000)), 9)
    until: Deferred = served.peer.held.pop()
    until.abandon()
    served.clock.advance(60_000)
    assert until.done


def test_bytes_that_are_no_request_still_close_the_connection(served: Room) -> None:
    limit(served, producer_byte_rate=1000.0)
    for frame in (b"\0\3\0\1\0\0\0\1\0\x64ab", b"\3\xe7\0\0\0\0\0\1\xff\xff"):
        with pytest.raises(ProtocolError):
            served.handle(bytearray(frame))
