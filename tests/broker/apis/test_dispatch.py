"""What dispatch does with frames whatever the API: refuse, answer, answer later, survive bugs."""

from __future__ import annotations

import asyncio
import logging
import struct
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from wirekafka_protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from wirekafka_protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopic,
)
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)

from wirekafka.apis import list_offsets, produce
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.table import APIS

BatchMaker = Callable[..., bytes]
LATEST = -1


def ask_end_of(topic: str, index: int = 0) -> ListOffsetsRequest:
    return ListOffsetsRequest(
        replica_id=-1,
        topics=[ListOffsetsTopic(topic, [ListOffsetsPartition(index, timestamp=LATEST)])],
    )


def produce_to(topic: str, records: bytes, acks: int = -1, index: int = 0) -> ProduceRequest:
    return ProduceRequest(
        acks=acks, topic_data=[TopicProduceData(topic, b"", [PartitionProduceData(index, records)])]
    )


def handler(monkeypatch: pytest.MonkeyPatch, handle: Callable[..., Any]) -> None:
    """Let ListOffsets be answered by `handle(broker, context, request)`."""
    monkeypatch.setattr(list_offsets, "handle", handle)


def errors_of(response: ListOffsetsResponse) -> list[int]:
    return [row.error_code for topic in response.topics for row in topic.partitions]


# -- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(10))
def test_a_request_shorter_than_its_header_closes_the_connection(room: Any, size: int) -> None:
    with pytest.raises(ProtocolError):
        room.handle(bytearray(size))


@pytest.mark.parametrize("key", [4, 5, 6, 7, 52, 56, 62, 71, 999, -1, 32767, -32768])
@pytest.mark.parametrize("version", [0, 3, -1])
def test_a_key_that_is_not_served_closes_the_connection(room: Any, key: int, version: int) -> None:
    with pytest.raises(ProtocolError, match=f"{key}.*{version}"):
        room.handle(bytearray(struct.pack(">hhih", key, version, 1, -1)))


@pytest.mark.parametrize("api", [api for api in APIS if api.key != 18], ids=lambda api: api.name)
def test_a_version_that_is_not_served_closes_the_connection(room: Any, api: Any) -> None:
    for version in (api.min_version - 1, api.max_version + 1, -1, 32767, -32768):
        with pytest.raises(ProtocolError, match=rf"{api.name} version {version}"):
            room.handle(bytearray(struct.pack(">hhih", api.key, version, 1, -1) + bytes(50)))


def test_produce_below_its_lowest_version_is_refused_although_it_is_advertised(room: Any) -> None:
    """KAFKA-18659."""
    for version in (0, 1, 2):
        with pytest.raises(ProtocolError):
            room.handle(bytearray(struct.pack(">hhih", 0, version, 1, -1) + bytes(50)))


@pytest.mark.parametrize("version", [1, 5, 6, 11])
def test_a_body_cut_at_any_byte_is_a_protocol_error(room: Any, version: int) -> None:
    whole = room.frame(ask_end_of("a"), version)
    for end in range(len(whole)):
        with pytest.raises(ProtocolError):
            room.handle(whole[:end])


def test_bytes_behind_the_body_are_ignored(room: Any) -> None:
    room.add_topic("a")
    assert room.handle(room.frame(ask_end_of("a"), 6) + b"more") is not None


# -- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(1, 12))
def test_an_answer_carries_size_correlation_id_and_the_header_of_its_version(
    room: Any, version: int
) -> None:
    room.add_topic("a")
    answer = bytes(room.handle(room.frame(ask_end_of("a"), version, correlation_id=-5)))
    size, correlation_id = struct.unpack_from(">ii", answer)
    assert (size, correlation_id) == (len(answer) - 4, -5)
    assert errors_of(room.ask(ask_end_of("a"), version)) == [0]


def test_a_handler_sees_what_is_known_of_the_client(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def look(broker: Any, context: Any, request: Any) -> ListOffsetsResponse:
        seen.append(context)
        return ListOffsetsResponse()

    handler(monkeypatch, look)
    room.ask(ask_end_of("a"), 4, client_id="me")
    room.ask(ask_end_of("a"), 4, client_id=None)
    context = seen[0]
    assert (context.api_key, context.api_version, context.correlation_id) == (2, 4, 77)
    assert (context.client_id, context.client_host) == ("me", "/127.0.0.1")
    assert (context.listener, context.advertised) == ("PLAINTEXT", ("localhost", 9092))
    assert context.peer is room.peer
    assert seen[1].client_id is None


# -- bugs ---------------------------------------------------------------------------------------


def bug(*args: Any) -> Any:
    raise RuntimeError("a bug of ours")


def logged_bugs(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno == logging.ERROR]


def test_a_bug_in_a_handler_is_logged_once_and_answered_in_the_form_of_the_api(
    room: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    handler(monkeypatch, bug)
    response = room.ask(ask_end_of("a", 3), 6, client_id="me")
    assert errors_of(response) == [int(ErrorCode.UNKNOWN_SERVER_ERROR)]
    (record,) = logged_bugs(caplog)
    assert "ListOffsets" in record.getMessage()
    assert "me" in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is RuntimeError
    monkeypatch.undo()
    room.add_topic("a")
    assert errors_of(room.ask(ask_end_of("a"), 6)) == [0]


def test_an_answer_that_cannot_be_encoded_closes_the_connection_and_nothing_else(
    room: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    handler(monkeypatch, lambda *args: ListOffsetsResponse(throttle_time_ms=None))  # type: ignore[arg-type]
    with pytest.raises(ProtocolError):
        room.ask(ask_end_of("a"), 6)
    assert len(logged_bugs(caplog)) == 1


def test_a_bug_in_the_error_answer_closes_the_connection(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler(monkeypatch, bug)
    monkeypatch.setattr(list_offsets, "error_response", bug)
    with pytest.raises(ProtocolError):
        room.ask(ask_end_of("a"), 6)


@pytest.mark.parametrize("version", [3, 8])
def test_a_name_that_grows_beyond_its_length_field_closes_the_connection(
    room: Any, version: int
) -> None:
    """Bytes that are no UTF-8 become three bytes each when the name is repeated in the answer."""
    frame = bytearray(struct.pack(">hhihhhii", 0, version, 77, -1, -1, 1, 1000, 1))
    frame += struct.pack(">h", 32_000) + b"\xff" * 32_000
    frame += struct.pack(">iii", 1, 0, 0)
    with pytest.raises(ProtocolError):
        room.handle(frame)


def test_a_bug_in_the_short_way_of_produce_closes_the_connection(
    room: Any, batch: BatchMaker, caplog: pytest.LogCaptureFixture
) -> None:
    room.produce_path.handle = bug
    room.add_topic("a")
    with pytest.raises(ProtocolError):
        room.dispatcher.handle(room.peer, memoryview(bytearray(50)), 0, 50)
    assert len(logged_bugs(caplog)) == 1


def test_a_fault_of_produce_that_a_client_without_acks_cannot_be_told_closes_the_connection(
    room: Any, batch: BatchMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.add_topic("a")
    assert room.ask(produce_to("a", batch(b"v"), acks=0), 9) is None
    with pytest.raises(ProtocolError):
        room.ask(produce_to("a", batch(b"v"), acks=0, index=7), 9)
    monkeypatch.setattr(produce, "handle", bug)
    with pytest.raises(ProtocolError):
        room.ask(produce_to("a", batch(b"v"), acks=0), 9)
    assert room.partition("a").high_watermark == 1


# -- later --------------------------------------------------------------------------------------


def test_a_deferred_answer_is_framed_when_it_comes(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = Deferred()
    handler(monkeypatch, lambda *args: later)
    pending = room.ask(ask_end_of("a"), 6)
    assert not pending.is_answered
    later.resolve(ListOffsetsResponse(throttle_time_ms=5))
    later.resolve(ListOffsetsResponse(throttle_time_ms=6))
    assert pending.answer.throttle_time_ms == 5


def test_a_deferred_error_is_answered_in_the_form_of_the_api(
    room: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for error in (ApiError(ErrorCode.NOT_COORDINATOR), RuntimeError("bug")):
        later = Deferred()
        handler(monkeypatch, lambda *args, later=later: later)
        pending = room.ask(ask_end_of("a"), 6)
        later.resolve(error)
        expected = ErrorCode.NOT_COORDINATOR if isinstance(error, ApiError) else -1
        assert errors_of(pending.answer) == [int(expected)]
    assert len(logged_bugs(caplog)) == 1


def test_a_deferred_answer_that_cannot_be_encoded_closes_the_connection(
    room: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The one who resolves it, perhaps another client's request, must not be disturbed."""
    later = Deferred()
    handler(monkeypatch, lambda *args: later)
    pending = room.ask(ask_end_of("a"), 6)
    later.resolve(ListOffsetsResponse(throttle_time_ms=None))  # type: ignore[arg-type]
    (answer,) = pending.answers
    assert isinstance(answer, ProtocolError)
    assert len(logged_bugs(caplog)) == 1


def test_a_deferred_that_is_done_already_is_answered_at_once(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = Deferred()
    later.resolve(ListOffsetsResponse(throttle_time_ms=5))
    handler(monkeypatch, lambda *args: later)
    assert room.ask(ask_end_of("a"), 6).throttle_time_ms == 5


def test_an_abandoned_answer_is_forgotten_by_who_would_have_given_it(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    abandoned: list[bool] = []
    later = Deferred(on_abandon=lambda: abandoned.append(True))
    handler(monkeypatch, lambda *args: later)
    pending = room.ask(ask_end_of("a"), 6)
    pending.deferred.abandon()
    pending.deferred.abandon()
    assert abandoned == [True]
    later.resolve(ListOffsetsResponse())
    assert not pending.is_answered


def test_a_handler_that_awaits_is_answered_when_it_returns_or_raises(
    room: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> list[list[int]]:
        found = []
        for error in (None, ApiError(ErrorCode.NOT_CONTROLLER), RuntimeError("bug")):

            async def work(error: Exception | None = error) -> ListOffsetsResponse:
                await asyncio.sleep(0)
                if error is not None:
                    raise error
                return list_offsets.error_response(
                    ask_end_of("a"),
                    None,
                    ApiError(ErrorCode.NONE),  # type: ignore[arg-type]
                )

            def start(*args: Any, work: Any = work) -> Coroutine[Any, Any, ListOffsetsResponse]:
                return work()  # type: ignore[no-any-return]

            handler(monkeypatch, start)
            pending = room.ask(ask_end_of("a"), 6)
            await asyncio.gather(*room._admin_tasks)
            found.append(errors_of(pending.answer))
        return found

    assert asyncio.run(scenario()) == [[0], [int(ErrorCode.NOT_CONTROLLER)], [-1]]
    assert len(logged_bugs(caplog)) == 1


# -- staged batches -----------------------------------------------------------------------------


def dispatch(room: Any, frame: bytearray) -> Any:
    """Without the commit at the end of a wake-up."""
    return room.dispatcher.handle(room.peer, memoryview(frame), 0, len(frame))


def test_another_api_sees_what_was_produced_before_it_in_the_same_wake_up(
    room: Any, batch: BatchMaker, frame_bytes: Callable[[Any], bytes]
) -> None:
    room.add_topic("a")
    for _ in range(3):
        assert dispatch(room, room.frame(produce_to("a", batch(b"v")), 9)) is not None
    assert room.partitions.has_staged
    response = room.ask(ask_end_of("a"), 6)
    assert response.topics[0].partitions[0].offset == 3


def test_acks_are_withheld_when_the_request_behind_them_found_the_disk_full(
    make_room: Callable[..., Any], batch: BatchMaker
) -> None:
    room = make_room()
    room.add_topic("a")
    room.disk.full.add(room.directories[0])
    assert dispatch(room, room.frame(produce_to("a", batch(b"v")), 9)) is not None
    response = room.ask(ask_end_of("a"), 6)
    assert errors_of(response) == [int(ErrorCode.KAFKA_STORAGE_ERROR)]
    assert not room.committed
    again = room.ask(produce_to("a", batch(b"v")), 9)
    assert again.responses[0].partition_responses[0].error_code == 56
    assert room.committed


def test_a_protocol_error_does_not_lose_what_was_staged_before_it(
    room: Any, batch: BatchMaker
) -> None:
    room.add_topic("a")
    dispatch(room, room.frame(produce_to("a", batch(b"v")), 9))
    with pytest.raises(ProtocolError):
        room.handle(bytearray(3))
    assert room.partition("a").high_watermark == 1


def test_a_fetch_answers_in_parts_with_the_records_last_read_from_the_file(
    room: Any, frame_bytes: Callable[[Any], bytes]
) -> None:
    room.add_topic("a")
    room.append("a", b"value")
    request = FetchRequest(
        max_wait_ms=0,
        topics=[FetchTopic("a", partitions=[FetchPartition(0, partition_max_bytes=1000)])],
    )
    parts = room.handle(room.frame(request, 12))
    assert type(parts) is list
    assert b"value" in frame_bytes(parts)


def test_api_versions_is_answered_before_anything_else_is_known(room: Any) -> None:
    response = room.ask(ApiVersionsRequest(), 0)
    assert isinstance(response, ApiVersionsResponse)
