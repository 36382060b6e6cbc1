"""DescribeQuorum: key 55, versions 0-2.

Leader, voters and observers of the log of the cluster's metadata: partition 0 of the topic
__cluster_metadata, and nothing beside it. Whoever asks for anything else, or for more, is told
UNKNOWN_TOPIC_OR_PARTITION for each partition (`RaftUtil.hasValidTopicPartition`).

1 times of the last fetch; 2 texts of errors, directory ids, addresses of the voters (KIP-853).

The metadata of wirekafka is no replicated log but a store with revisions (`metadata/engine.py`).
What is answered is what an operator asks for: the leader is the controller, the leader epoch its
term of office, log end and high watermark are the revision, and the voters are the brokers, each
of which may become controller. All of them have what the store has acknowledged, so their offsets
are the revision and their last fetch is now; there are no observers. Directory ids are zero, as
with Kafka's static quorum. A voter's address is that of its broker, under the name CONTROLLER of
Kafka's own configuration: no listener is for controllers alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.describe_quorum import (
    DescribeQuorumRequest,
    DescribeQuorumResponse,
    DescribeQuorumResponsePartitionData,
    DescribeQuorumResponseTopicData,
    Listener,
    Node,
    ReplicaState,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.nodes import nodes

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeQuorumRequest

METADATA_TOPIC = "__cluster_metadata"
CONTROLLER_LISTENER = "CONTROLLER"


def handle(
    broker: Broker, context: RequestContext, request: DescribeQuorumRequest
) -> DescribeQuorumResponse:
    """The quorum as the image has it."""
    asked = [(t.topic_name, p.partition_index) for t in request.topics for p in t.partitions]
    if len(request.topics) != 1 or asked != [(METADATA_TOPIC, 0)]:
        code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        return _everywhere(request, code, "This server does not host this topic-partition.")
    if broker.image.controller_id is None:
        return _everywhere(request, ErrorCode.NOT_LEADER_OR_FOLLOWER, "There is no controller now.")
    topic = DescribeQuorumResponseTopicData(METADATA_TOPIC, [_partition(broker)])
    return DescribeQuorumResponse(
        topics=[topic],
        nodes=[
            Node(broker_id, [Listener(CONTROLLER_LISTENER, host, port)])
            for broker_id, host, port, _ in nodes(broker, context)
        ],
    )


def error_response(
    request: DescribeQuorumRequest, context: RequestContext, error: ApiError
) -> DescribeQuorumResponse:
    """The error at the top, and nothing else."""
    return DescribeQuorumResponse(error_code=int(error.code), error_message=error.message)


def _partition(broker: Broker) -> DescribeQuorumResponsePartitionData:
    image, now_ms = broker.image, broker.clock.now_ms()
    assert image.controller_id is not None
    voters = [
        ReplicaState(
            broker_id,
            log_end_offset=image.revision,
            last_fetch_timestamp=now_ms,
            last_caught_up_timestamp=now_ms,
        )
        for broker_id in sorted(image.brokers)
    ]
    return DescribeQuorumResponsePartitionData(
        leader_id=image.controller_id,
        leader_epoch=image.controller_epoch,
        high_watermark=image.revision,
        current_voters=voters,
    )


def _everywhere(
    request: DescribeQuorumRequest, code: ErrorCode, text: str
) -> DescribeQuorumResponse:
    """Errors are those of partitions: nothing at the top says that there is one."""
    return DescribeQuorumResponse(
        topics=[
            DescribeQuorumResponseTopicData(
                topic.topic_name,
                [
                    DescribeQuorumResponsePartitionData(row.partition_index, int(code), text)
                    for row in topic.partitions
                ],
            )
            for topic in request.topics
        ]
    )
