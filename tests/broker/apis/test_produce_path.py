"""The short way of Produce against the long one: same bytes, same logs, in every version."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.compression import Compression

VERSIONS = range(3, 14)
EXAMPLES = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 100
NAMES = ("a", "orders", "x" * 100, "y" * 126, "z" * 127, "w" * 249, "stamped", "zipped", "small")
CONFIGS: dict[str, dict[str, str]] = {
    "stamped": {"message_timestamp_type": "LogAppendTime"},
    "zipped": {"compression_type": "gzip"},
    "small": {"max_message_bytes": "200"},
}
BatchMaker = Callable[..., bytes]


class Twins:
    """Two rooms with the same topics; the second one knows no short way."""

    def __init__(self, make_room: Callable[..., Any]) -> None:
        self.short, self.long = make_room(), make_room()
        self.long.produce_path.handle = lambda *args: None
        for room in (self.short, self.long):
            for name in NAMES:
                room.add_topic(name, partitions=2, **CONFIGS.get(name, {}))
            room.add_topic("__internal", internal=True)

    def answers(self, frame: bytearray) -> tuple[Any, Any]:
        return tuple(outcome(room, bytearray(frame)) for room in (self.short, self.long))

    def same_logs(self) -> bool:
        return all(
            self.short.log_bytes(name, index) == self.long.log_bytes(name, index)
            for name in (*NAMES, "__internal")
            for index in range(2)
            if self.short.partitions.get(name, index) is not None
        )


def outcome(room: Any, frame: bytearray) -> Any:
    """The answer's bytes, None, or ProtocolError; other exceptions fail the test."""
    try:
        answer = room.handle(frame)
    except ProtocolError:
        return ProtocolError
    finally:
        assert room.committed
        assert not room.partitions.has_staged
    return None if answer is None else bytes(answer)


@pytest.fixture(scope="module")
def twins(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """For Hypothesis: one pair for all examples, whose logs grow alike."""
    from itertools import count

    numbers = count()
    rooms: list[Any] = []
    room_class = request.getfixturevalue("room_class")

    def make() -> Any:
        rooms.append(room_class([tmp_path_factory.mktemp(f"twin{next(numbers)}")]))
        return rooms[-1]

    yield Twins(make)
    for room in rooms:
        room.close()


def produce(
    name: str,
    records: bytes | None,
    *,
    index: int = 0,
    acks: int = -1,
    transactional_id: str | None = None,
) -> ProduceRequest:
    topic_id = name.encode().ljust(16, b"-")[:16]
    return ProduceRequest(
        transactional_id=transactional_id,
        acks=acks,
        timeout_ms=30_000,
        topic_data=[TopicProduceData(name, topic_id, [PartitionProduceData(index, records)])],
    )


class NeverTheLongWay:
    """Counts what the short way leaves to the long one."""

    def __init__(self, room: Any) -> None:
        self.given_up = 0
        handle = room.produce_path.handle

        def counting(*args: Any) -> Any:
            answer = handle(*args)
            self.given_up += answer is None
            return answer

        room.produce_path.handle = counting


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("client_id", [None, "", "test", "é" * 200])
def test_the_common_request_takes_the_short_way(
    make_room: Callable[..., Any], batch: BatchMaker, version: int, client_id: str | None
) -> None:
    twins = Twins(make_room)
    watched = NeverTheLongWay(twins.short)
    for acks in (1, -1):
        for size in (1, 200, 20_000):
            request = produce("orders", batch(b"v" * size), index=1, acks=acks)
            short, long = twins.answers(twins.short.frame(request, version, client_id=client_id))
            assert short == long
    assert watched.given_up == 0
    assert twins.same_logs()
    assert twins.short.partition("orders", 1).high_watermark == 6


@pytest.mark.parametrize("codec", [Compression.NONE, Compression.LZ4])
def test_a_batch_to_be_stamped_with_append_time_takes_the_short_way(
    make_room: Callable[..., Any], batch: BatchMaker, codec: Compression
) -> None:
    twins = Twins(make_room)
    watched = NeverTheLongWay(twins.short)
    for values in ([b"v"], [b"v" * 20_000], [b"v"] * 100):
        frame = twins.short.frame(produce("stamped", batch(*values, compression=codec)), 9)
        short, long = twins.answers(frame)
        assert short == long
    assert watched.given_up == 0
    assert twins.same_logs()


def test_a_batch_that_the_log_refuses_is_not_stamped(
    make_room: Callable[..., Any], batch: BatchMaker
) -> None:
    """The long way would take the stamp for the client's, which is another fault."""
    twins = Twins(make_room)
    watched = NeverTheLongWay(twins.short)
    for sequence in (0, 0, 7):
        records = batch(b"v", producer_id=5, producer_epoch=0, base_sequence=sequence)
        short, long = twins.answers(twins.short.frame(produce("stamped", records), 9))
        assert short == long
    assert watched.given_up == 1
    assert twins.same_logs()


@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES == 100)
@given(data=st.data())
def test_both_ways_give_the_same_bytes(twins: Twins, batch: BatchMaker, data: Any) -> None:
    draw = data.draw
    version = draw(st.sampled_from(VERSIONS))
    fields: dict[str, Any] = {"compression": draw(st.sampled_from(list(Compression)))}
    if draw(st.booleans()):
        fields["producer_id"] = draw(st.integers(0, 3))
        fields["producer_epoch"] = draw(st.integers(0, 1))
        fields["base_sequence"] = draw(st.integers(0, 5))
    if draw(st.integers(0, 9)) == 0:
        fields["attributes"] = draw(st.sampled_from([0x08, 0x10, 0x20, 0x40]))
    if draw(st.integers(0, 9)) == 0:
        fields["base_offset"], fields["last_offset"] = 5, 5
    values = draw(st.lists(st.binary(max_size=300), min_size=1, max_size=4))
    records: bytes | None = (
        batch(*values, **fields) if "base_offset" not in fields else batch(b"off", base_offset=0)
    )
    match draw(st.integers(0, 12)):
        case 0:
            records = None
        case 1:
            records = b""
        case 2:
            assert records is not None
            at = draw(st.integers(0, len(records) - 1))
            flipped = bytearray(records)
            flipped[at] ^= draw(st.integers(1, 255))
            records = bytes(flipped)
        case 3:
            assert records is not None
            records += records if draw(st.booleans()) else b"\0\0\0"
    request = produce(
        draw(st.sampled_from((*NAMES, "unknown", "__internal"))),
        records,
        index=draw(st.sampled_from([0, 0, 0, 1, 2, -1, 2**31 - 1])),
        acks=draw(st.sampled_from([1, -1, -1, -1, 0, 2])),
        transactional_id=draw(st.sampled_from([None, None, None, "", "tx"])),
    )
    header = {
        "client_id": draw(st.none() | st.text(max_size=40)),
        "correlation_id": draw(st.integers(-(2**31), 2**31 - 1)),
    }
    frame = twins.short.frame(request, version, **header)
    frame += draw(st.sampled_from([b"", b"", b"\0", b"trailing"]))
    short, long = twins.answers(frame)
    assert short == long
    assert twins.same_logs()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_request_cut_at_any_byte_is_a_protocol_error_and_stages_nothing(
    make_room: Callable[..., Any], batch: BatchMaker, version: int
) -> None:
    room = make_room()
    room.add_topic("orders")
    whole = room.frame(produce("orders", batch(b"value")), version)
    for end in range(len(whole)):
        with pytest.raises(ProtocolError):
            room.handle(whole[:end])
        # The bytes are there, as in a receive buffer, but they are those of another frame.
        with pytest.raises(ProtocolError):
            room.dispatcher.handle(room.peer, memoryview(bytearray(whole)), 0, end)
        assert not room.partitions.has_staged
    assert room.log_bytes("orders") == b""
    assert outcome(room, whole) is not None


@pytest.mark.parametrize("version", [3, 8, 9, 12, 13])
def test_every_changed_byte_is_answered_alike_by_both_ways(
    make_room: Callable[..., Any], batch: BatchMaker, version: int
) -> None:
    twins = Twins(make_room)
    whole = twins.short.frame(produce("orders", batch(b"v")), version, client_id="c")
    for at in range(4, len(whole)):
        for change in (0x01, 0x80, 0xFF):
            frame = bytearray(whole)
            frame[at] ^= change
            short, long = twins.answers(frame)
            assert short == long, (at, change)
    assert twins.same_logs()


def entries(*topics: tuple[str, list[int]], records: bytes) -> ProduceRequest:
    return ProduceRequest(
        acks=-1,
        topic_data=[
            TopicProduceData(
                name,
                name.encode().ljust(16, b"-")[:16],
                [PartitionProduceData(index, records) for index in indexes],
            )
            for name, indexes in topics
        ],
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "topics",
    [
        [],
        [("orders", [])],
        [("orders", [0, 1])],
        [("orders", [0, 0])],
        [("orders", [0]), ("a", [1])],
        [("orders", [0]), ("orders", [0])],
        [("orders", [0, 5]), ("unknown", [0])],
    ],
    ids=str,
)
def test_requests_that_are_not_plain_take_the_long_way(
    make_room: Callable[..., Any],
    batch: BatchMaker,
    version: int,
    topics: list[tuple[str, list[int]]],
) -> None:
    twins = Twins(make_room)
    watched = NeverTheLongWay(twins.short)
    short, long = twins.answers(twins.short.frame(entries(*topics, records=batch(b"v")), version))
    assert short == long
    assert watched.given_up == 1
    assert twins.same_logs()


@pytest.mark.parametrize("version", [9, 12, 13])
def test_unknown_tags_in_any_place_are_skipped(
    make_room: Callable[..., Any], batch: BatchMaker, version: int
) -> None:
    """KIP-482: a newer client may say more than we know, in each struct and in the header."""
    twins = Twins(make_room)
    plain = twins.short.frame(produce("orders", batch(b"v")), version, client_id="c")
    tag = b"\x01\x63\x02hi"
    header_tags = 10 + 1
    assert plain[header_tags] == 0
    assert plain[-3:] == b"\0\0\0"
    places = (header_tags, len(plain) - 3, len(plain) - 2, len(plain) - 1)
    for written, at in enumerate(places, 1):
        frame = plain[:at] + tag + plain[at + 1 :]
        short, long = twins.answers(frame)
        assert short == long
        assert twins.short.partition("orders").high_watermark == written
    assert twins.same_logs()
