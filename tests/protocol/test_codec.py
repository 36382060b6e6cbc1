"""The compiled codec, for every message in every version, and its answers to broken bytes.

Hypothesis draws a few examples per message and version, always the same. For more, and other ones
each time: WIREKAFKA_EXAMPLES_PER_VERSION=200 bin/test tests/protocol/test_codec.py
"""

from __future__ import annotations

import os
import struct
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wirekafka_protocol.codec import decode, decoder, encode, encoder
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from wirekafka_protocol.messages.consumer_group_records import (
    ClassicMemberMetadata,
    ConsumerGroupMemberMetadataValue,
)
from wirekafka_protocol.messages.delete_groups import DeleteGroupsRequest
from wirekafka_protocol.messages.fetch import (
    FetchableTopicResponse,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    LeaderIdAndEpoch,
    PartitionData,
)
from wirekafka_protocol.messages.headers import RequestHeader
from wirekafka_protocol.messages.list_groups import ListGroupsRequest
from wirekafka_protocol.messages.metadata import MetadataRequest
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.schema import Message
from wirekafka_protocol.varints import write_uvarint

EXAMPLES_PER_VERSION = int(os.environ.get("WIREKAFKA_EXAMPLES_PER_VERSION", "3"))
drawn = settings(
    max_examples=EXAMPLES_PER_VERSION,
    derandomize=EXAMPLES_PER_VERSION < 10,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

SHAPES = ("full", "nulls", "long")
UNKNOWN_TAGS = bytes([2, 100, 3]) + b"abc" + bytes([0xE8, 0x07, 0])  # tag 100: abc; tag 1000: empty


@drawn
@given(data=st.data())
def test_every_version_round_trips(
    message: type[Message], version: int, messages_of: Any, data: st.DataObject
) -> None:
    value = data.draw(messages_of(message, version))
    assert decode(message, version, encode(value, version)) == value


def test_every_version_round_trips_examples_from_every_kind_of_buffer(
    message: type[Message], version: int, example: Any
) -> None:
    for shape, kind in zip(SHAPES, (bytes, bytearray, memoryview), strict=True):
        value = example(message, version, shape)
        raw = encode(value, version)
        assert decode(message, version, kind(raw)) == value


def test_every_version_gives_absent_fields_their_default(
    message: type[Message], version: int
) -> None:
    assert decode(message, version, encode(message(), version)) == message()


def test_every_version_refuses_each_truncation(
    message: type[Message], version: int, example: Any
) -> None:
    raw = encode(example(message, version, "full"), version)
    decode_version = decoder(message, version)
    frame = raw + raw  # the next frame of a shared buffer must not complete this one
    for end in range(len(raw)):
        for buffer in (raw[:end], frame):
            with pytest.raises(ProtocolError):
                decode_version(buffer, 0, end)


def test_every_version_leaves_trailing_bytes_to_the_caller(
    message: type[Message], version: int, example: Any
) -> None:
    value = example(message, version, "full")
    raw = encode(value, version)
    frame = b"\xff\xff" + raw + b"\xff\xff\xff"
    assert decoder(message, version)(frame, 2, len(frame)) == (value, 2 + len(raw))


def test_every_flexible_version_skips_unknown_tags(
    message: type[Message], flexible_version: int
) -> None:
    version = flexible_version
    raw = encode(message(), version)
    frame = raw[:-1] + UNKNOWN_TAGS
    assert decoder(message, version)(frame, 0, len(frame)) == (message(), len(frame))


@drawn
@given(raw=st.binary(max_size=200))
def test_every_version_answers_any_bytes_with_a_message_or_a_protocol_error(
    message: type[Message], version: int, raw: bytes
) -> None:
    try:
        value, pos = decoder(message, version)(raw, 0, len(raw))
    except ProtocolError:
        return
    assert type(value) is message
    assert pos <= len(raw)


def test_unknown_tags_of_nested_structs_are_skipped() -> None:
    raw = encode(ProduceRequest(topic_data=[TopicProduceData("t")]), 9)
    nested = raw[:-2] + UNKNOWN_TAGS + raw[-1:]
    assert decode(ProduceRequest, 9, nested) == decode(ProduceRequest, 9, raw)


def test_a_known_tag_whose_size_is_wrong_is_refused() -> None:
    response = FetchResponse(
        responses=[
            FetchableTopicResponse(
                partitions=[PartitionData(current_leader=LeaderIdAndEpoch(1, 2))]
            )
        ]
    )
    raw = encode(response, 12)
    tagged = bytes([1, 1, 9, 0, 0, 0, 1, 0, 0, 0, 2, 0])
    assert tagged in raw
    with pytest.raises(ProtocolError, match="size of current_leader"):
        decode(FetchResponse, 12, raw.replace(tagged, bytes([1, 1, 8]) + tagged[3:]))


@pytest.mark.parametrize(
    ("message", "version_", "raw"),
    [
        (MetadataRequest, 1, struct.pack(">i", 0x7FFFFFFF)),
        (MetadataRequest, 9, b"\xff\xff\xff\xff\x07"),
        (ListGroupsRequest, 4, b"\xff\xff\xff\xff\x07" + bytes(64)),
        (FetchRequest, 4, bytes(17) + struct.pack(">i", 60_000_000) + bytes(1000)),
    ],
)
def test_a_count_above_the_bytes_left_allocates_nothing(
    message: type[Message], version_: int, raw: bytes
) -> None:
    decode_version = decoder(message, version_)
    tracemalloc.start()
    try:
        with pytest.raises(ProtocolError, match=r"in \d+ bytes"):
            decode_version(raw, 0, len(raw))
        assert tracemalloc.get_traced_memory()[1] < 10_000
    finally:
        tracemalloc.stop()


def test_a_count_that_could_only_be_met_by_empty_elements_is_refused() -> None:
    """100 topics of a FetchRequest take at least 600 bytes, whatever they hold."""
    raw = bytes(17) + struct.pack(">i", 100) + bytes(599)
    with pytest.raises(ProtocolError, match=r"100 FetchRequest\.topics in 599 bytes"):
        decode(FetchRequest, 4, raw)


@pytest.mark.parametrize(
    ("message", "version_", "raw", "match"),
    [
        (FetchRequest, 4, bytes(17) + b"\xff\xff\xff\xff", "topics is null"),
        (ApiVersionsRequest, 3, b"\x00\x01\x00", "client_software_name is null"),
        (ProduceRequest, 9, b"\x00\x00\x01\x00\x00\x00\x01\x00\x00", "topic_data is null"),
        (ApiVersionsRequest, 3, b"\xff\xff\xff\xff\x0f", "above 31 bits"),
        (ApiVersionsRequest, 3, b"\xff\xff\xff\xff\xff\x01", "longer than five bytes"),
        (ApiVersionsRequest, 3, b"\x81\x80\x02" + bytes(40_000), "32768 bytes"),
    ],
)
def test_malformed_values_are_refused_with_their_reason(
    message: type[Message], version_: int, raw: bytes, match: str
) -> None:
    with pytest.raises(ProtocolError, match=match):
        decode(message, version_, raw)


def test_a_length_below_minus_one_is_null_as_in_kafka() -> None:
    assert decode(MetadataRequest, 1, struct.pack(">i", -2)).topics is None


def test_text_that_is_not_utf8_is_replaced_as_java_does() -> None:
    raw = b"\x03a\xff\x02b\x00"
    assert decode(ApiVersionsRequest, 3, raw).client_software_name == "a\ufffd"


def test_records_are_a_view_into_the_frame() -> None:
    request = ProduceRequest(
        topic_data=[TopicProduceData("t", partition_data=[PartitionProduceData(0, b"batch")])]
    )
    frame = bytearray(encode(request, 9))
    records = decode(ProduceRequest, 9, frame).topic_data[0].partition_data[0].records
    assert isinstance(records, memoryview)
    frame[frame.index(b"batch")] = ord("B")
    assert bytes(records) == b"Batch"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_records_are_written_from_anything_bytes_like(kind: Any) -> None:
    data = TopicProduceData("t", partition_data=[PartitionProduceData(0, kind(b"batch"))])
    assert b"\x06batch" in encode(ProduceRequest(topic_data=[data]), 9)


def test_a_tagged_struct_of_defaults_is_not_sent() -> None:
    unset = FetchResponse(responses=[FetchableTopicResponse(partitions=[PartitionData()])])
    partition = PartitionData(current_leader=LeaderIdAndEpoch())
    defaults = FetchResponse(responses=[FetchableTopicResponse(partitions=[partition])])
    assert encode(unset, 12) == encode(defaults, 12)


def test_a_nullable_tagged_struct_is_absent_null_or_there() -> None:
    """Kafka's default is an empty struct, so null must be sent; its marker is a varint."""
    absent = encode(ConsumerGroupMemberMetadataValue(), 0)
    assert absent[-1:] == b"\x00"
    null = ConsumerGroupMemberMetadataValue(classic_member_metadata=None)
    assert encode(null, 0)[-4:] == b"\x01\x00\x01\x00"
    there = ConsumerGroupMemberMetadataValue(classic_member_metadata=ClassicMemberMetadata(9))
    assert encode(there, 0)[-9:] == b"\x01\x00\x07\x01\x00\x00\x00\x09\x01\x00"[-9:]
    for value in (ConsumerGroupMemberMetadataValue(), null, there):
        assert decode(ConsumerGroupMemberMetadataValue, 0, encode(value, 0)) == value


def test_fields_that_a_version_lacks_are_left_out() -> None:
    request = FetchRequest(rack_id="a", topics=[FetchTopic("t", bytes(range(16)))])
    read = decode(FetchRequest, 4, encode(request, 4))
    assert (read.rack_id, read.topics[0].topic, read.topics[0].topic_id) == ("", "t", bytes(16))


def test_the_client_id_of_a_flexible_header_keeps_its_16_bit_length() -> None:
    assert encode(RequestHeader(18, 3, 7, "ab"), 2)[8:] == b"\x00\x02ab\x00"


def test_encoding_appends() -> None:
    out = bytearray(b"head")
    encoder(ApiVersionsResponse, 0)(ApiVersionsResponse(), out)
    assert out == b"head" + encode(ApiVersionsResponse(), 0)


def test_functions_are_compiled_once() -> None:
    assert decoder(ProduceRequest, 9) is decoder(ProduceRequest, 9)
    assert encoder(ProduceRequest, 9) is encoder(ProduceRequest, 9)


def test_a_version_that_does_not_exist_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="ProduceRequest has versions 3-13, not 2"):
        decoder(ProduceRequest, 2)


def test_defaults_are_not_shared_between_messages() -> None:
    one, other = ProduceRequest(), ProduceRequest()
    one.topic_data.append(TopicProduceData("t"))
    assert other.topic_data == []
    assert ProduceRequest().topic_data == []


def test_strings_of_an_array_have_16_bit_lengths_before_flexible_versions() -> None:
    request = DeleteGroupsRequest(["ab", "c"])
    assert encode(request, 1) == bytes.fromhex("00000002 0002 6162 0001 63")
    assert encode(request, 2) == bytes.fromhex("03 03 6162 02 63 00")


@pytest.mark.parametrize("length", [126, 127, 128, 16_382, 16_383, 16_384, 2_097_151, 2_097_152])
def test_lengths_of_records_at_the_borders_of_their_varint(length: int) -> None:
    request = ProduceRequest(
        topic_data=[TopicProduceData("t", partition_data=[PartitionProduceData(1, bytes(length))])]
    )
    raw = encode(request, 9)
    assert decode(ProduceRequest, 9, raw) == request
    size = bytearray()
    write_uvarint(size, length + 1)
    assert raw.endswith(bytes(size) + bytes(length + 3))
