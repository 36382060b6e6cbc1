"""AlterReplicaLogDirs: key 34, versions 1-2.

Moves replicas to another log directory of this broker. The answer comes when the moves have begun;
DescribeLogDirs shows how far they are, replica.alter.log.dirs.io.max.bytes.per.second says how fast
they may go. A second request for another directory replaces the first one, and one for the
directory where the replica is ends it. For a partition that is not here yet the directory is
remembered until it is made.

Errors, by partition: LOG_DIR_NOT_FOUND for a path that is none of log.dirs, as it stands there,
KAFKA_STORAGE_ERROR when that directory, the replica or any other directory is offline,
UNKNOWN_TOPIC_OR_PARTITION, REPLICA_NOT_AVAILABLE when another broker has the replicas,
INVALID_TOPIC_EXCEPTION for a name too long to be that of a copy, INVALID_REPLICA_ASSIGNMENT for a
directory that is cordoned.

2 flexible.

Differs from Kafka: segments are copied whole, so bytes of deleted records below the log start move
along and DescribeLogDirs counts them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDirPartitionResult,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirsResponse,
    AlterReplicaLogDirTopicResult,
)

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = AlterReplicaLogDirsRequest


def handle(
    broker: Broker, context: RequestContext, request: AlterReplicaLogDirsRequest
) -> AlterReplicaLogDirsResponse:
    """Each partition by itself; of two directories for one the last counts."""
    answers: dict[str, list[AlterReplicaLogDirPartitionResult]] = {}
    for (topic, index), path in _wanted(request).items():
        row = AlterReplicaLogDirPartitionResult(index)
        answers.setdefault(topic, []).append(row)
        try:
            broker.log_moves.alter(topic, index, path)
        except ApiError as error:
            row.error_code = int(error.code)
    return _response(answers)


def error_response(
    request: AlterReplicaLogDirsRequest, context: RequestContext, error: ApiError
) -> AlterReplicaLogDirsResponse:
    """The error for every partition."""
    answers: dict[str, list[AlterReplicaLogDirPartitionResult]] = {}
    for topic, index in _wanted(request):
        row = AlterReplicaLogDirPartitionResult(index, int(error.code))
        answers.setdefault(topic, []).append(row)
    return _response(answers)


def _wanted(request: AlterReplicaLogDirsRequest) -> dict[tuple[str, int], str]:
    return {
        (topic.name, index): directory.path
        for directory in request.dirs
        for topic in directory.topics
        for index in topic.partitions
    }


def _response(
    answers: dict[str, list[AlterReplicaLogDirPartitionResult]],
) -> AlterReplicaLogDirsResponse:
    return AlterReplicaLogDirsResponse(
        results=[AlterReplicaLogDirTopicResult(name, rows) for name, rows in answers.items()]
    )
