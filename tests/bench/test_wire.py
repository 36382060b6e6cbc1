"""The benchmark's own bytes, read by the broker's codec: two independent opinions must agree."""

from __future__ import annotations

import pytest
from wirekafka_protocol.codec import decoder, encode
from wirekafka_protocol.messages import (
    create_topics,
    delete_topics,
    fetch,
    incremental_alter_configs,
    list_offsets,
    metadata,
    produce,
)

from bench import client, wire

HEADER_BYTES = 4 + 2 + 2 + 4 + 2 + len(wire.CLIENT_ID)
BATCH = wire.record_batch([b"a", b"bc"])

REQUESTS = {
    "produce": (wire.produce_frame("t", 3, BATCH), produce.ProduceRequest, 9, 1),
    "fetch": (
        wire.fetch_frame("t", 3, 17, max_wait_ms=5, partition_max_bytes=9),
        fetch.FetchRequest,
        11,
        0,
    ),
    "metadata": (wire.metadata_frame(["t"]), metadata.MetadataRequest, 4, 0),
    "create": (
        wire.create_topics_frame("t", 3, {"a": "b"}, timeout_ms=5),
        create_topics.CreateTopicsRequest,
        4,
        0,
    ),
    "delete": (
        wire.delete_topics_frame("t", timeout_ms=5),
        delete_topics.DeleteTopicsRequest,
        3,
        0,
    ),
    "configs": (
        wire.set_topic_config_frame("t", "a", "b"),
        incremental_alter_configs.IncrementalAlterConfigsRequest,
        0,
        0,
    ),
    "offsets": (
        wire.list_offsets_frame("t", range(2), wire.LATEST_TIMESTAMP),
        list_offsets.ListOffsetsRequest,
        2,
        0,
    ),
}


def decoded(name):
    """A request's body by the broker's codec, which must use every byte."""
    frame, message_class, version, tag_bytes = REQUESTS[name]
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    assert int.from_bytes(frame[6:8], "big") == version
    message, end = decoder(message_class, version)(frame, HEADER_BYTES + tag_bytes, len(frame))
    assert end == len(frame)
    return message


@pytest.mark.parametrize("name", REQUESTS)
def test_request_is_one_well_formed_message(name):
    decoded(name)


def test_produce_request_carries_the_batch_to_the_partition():
    request = decoded("produce")
    (topic,) = request.topic_data
    (partition,) = topic.partition_data
    assert (request.acks, topic.name, partition.index) == (1, "t", 3)
    assert bytes(partition.records) == BATCH


def test_fetch_request_asks_for_the_offset():
    (topic,) = decoded("fetch").topics
    (partition,) = topic.partitions
    assert (topic.topic, partition.partition, partition.fetch_offset) == ("t", 3, 17)


def test_config_request_sets_one_config_of_a_topic():
    (resource,) = decoded("configs").resources
    (config,) = resource.configs
    assert (resource.resource_type, resource.resource_name) == (wire.TOPIC_RESOURCE, "t")
    assert (config.name, config.config_operation, config.value) == ("a", wire.SET_CONFIG, "b")


def test_error_of_a_produce_response_is_found():
    response = produce.ProduceResponse(
        responses=[
            produce.TopicProduceResponse(
                name="topic",
                partition_responses=[
                    produce.PartitionProduceResponse(index=0, error_code=6, base_offset=5)
                ],
            )
        ]
    )
    framed = bytes(9) + encode(response, 9)
    assert wire.produce_error(framed, "topic") == 6


def test_head_of_a_fetch_response_ends_where_the_records_begin():
    response = fetch.FetchResponse(
        responses=[
            fetch.FetchableTopicResponse(
                topic="topic",
                partitions=[fetch.PartitionData(partition_index=0, error_code=0, records=b"12345")],
            )
        ]
    )
    framed = bytes(8) + encode(response, 11)
    assert wire.fetch_head(framed, "topic") == wire.FetchHead(error_code=0, records_bytes=5)
    assert framed[wire.fetch_head_bytes("topic") :] == b"12345"


def test_partitions_without_a_leader_are_not_counted():
    def partition(index, leader_id):
        return metadata.MetadataResponsePartition(
            partition_index=index, leader_id=leader_id, replica_nodes=[1], isr_nodes=[1]
        )

    response = metadata.MetadataResponse(
        brokers=[metadata.MetadataResponseBroker(node_id=1, host="h", port=9)],
        topics=[
            metadata.MetadataResponseTopic(
                name="t", partitions=[partition(0, 1), partition(1, -1), partition(2, 1)]
            )
        ],
    )
    assert client.led_partitions(bytes(8) + encode(response, 4)) == 2
