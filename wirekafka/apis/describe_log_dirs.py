"""DescribeLogDirs: key 35, versions 1-5.

The log directories of the broker, the bytes of each replica in them, and the volumes' sizes. Null
topics mean all partitions; without topics the directories come without any. A partition that is
not here is left out. An offline directory is a row with KAFKA_STORAGE_ERROR and no partitions.

A copy on its way to another directory has a row of its own with is_future_key; its offset lag is
how far it is behind the replica.

2 flexible; 3 a top-level error; 4 total and usable bytes (KIP-827); 5 cordoned directories
(KIP-1066).

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.describe_log_dirs import (
    DescribeLogDirsPartition,
    DescribeLogDirsRequest,
    DescribeLogDirsResponse,
    DescribeLogDirsResult,
    DescribeLogDirsTopic,
)

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeLogDirsRequest

_UNKNOWN_LAG = -1


def handle(
    broker: Broker, context: RequestContext, request: DescribeLogDirsRequest
) -> DescribeLogDirsResponse:
    """One row for each entry of log.dirs."""
    wanted: set[tuple[str, int]] | None = None
    if request.topics is not None:
        wanted = {(row.topic, index) for row in request.topics for index in row.partitions}
    by_directory = _replicas(broker, wanted)
    return DescribeLogDirsResponse(
        results=[_describe(broker, path, by_directory) for path in broker.config.log_dirs]
    )


def error_response(
    request: DescribeLogDirsRequest, context: RequestContext, error: ApiError
) -> DescribeLogDirsResponse:
    """The error for all, which versions before 3 cannot say."""
    return DescribeLogDirsResponse(error_code=int(error.code))


_Replicas = dict[str, dict[str, list[DescribeLogDirsPartition]]]


def _describe(broker: Broker, path: str, replicas: _Replicas) -> DescribeLogDirsResult:
    manager = broker.log_manager
    result = DescribeLogDirsResult(log_dir=os.path.abspath(path))
    result.is_cordoned = path in manager.cordoned
    volume = manager.volume(path)
    if volume is None:
        result.error_code = int(ErrorCode.KAFKA_STORAGE_ERROR)
        return result
    result.total_bytes, result.usable_bytes = volume
    result.topics = [
        DescribeLogDirsTopic(name, rows) for name, rows in replicas.get(path, {}).items()
    ]
    return result


def _replicas(broker: Broker, wanted: set[tuple[str, int]] | None) -> _Replicas:
    """Rows by directory and topic."""
    manager = broker.log_manager
    found: _Replicas = {}
    keys = manager.logs.keys() if wanted is None else wanted & manager.logs.keys()
    for topic, index in sorted(keys):
        log = manager.logs[topic, index]
        partition = broker.partitions.get(topic, index)
        lag = _UNKNOWN_LAG
        if partition is not None and not partition.offline:
            lag = max(partition.high_watermark - log.log_end_offset, 0)
        row = DescribeLogDirsPartition(index, log.size, lag, False)
        found.setdefault(log.parent, {}).setdefault(topic, []).append(row)
        move = manager.moves.get((topic, index))
        if move is not None:
            lag = log.log_end_offset - move.end_offset
            row = DescribeLogDirsPartition(index, move.size, lag, True)
            found.setdefault(move.destination, {}).setdefault(topic, []).append(row)
    return found
