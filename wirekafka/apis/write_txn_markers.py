"""WriteTxnMarkers: key 27, versions 1-2.

Writes the markers that end transactions into partitions. Coordinators on other brokers ask, and
kafka-transactions, to abort a transaction that hangs (KIP-664).

Each partition has its own error. A marker of `__consumer_offsets` goes through the coordinator of
the groups, which settles the offsets of the transaction; when that is not here or is loading, the
answer is NOT_LEADER_OR_FOLLOWER. Markers of one producer share a row in the answer, and a marker
without partitions has none.

2 the version of the transaction protocol (KIP-1228): a marker of transactions v2 has an epoch above
the producer's.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.write_txn_markers import (
    WritableTxnMarker,
    WritableTxnMarkerPartitionResult,
    WritableTxnMarkerResult,
    WritableTxnMarkerTopicResult,
    WriteTxnMarkersRequest,
    WriteTxnMarkersResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import gathered
from wirekafka.apis.deferred import Deferred
from wirekafka.coordinator.machine import ProducerStamp
from wirekafka.transaction_markers import Marker

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = WriteTxnMarkersRequest

_Place = tuple[int, str, int]
"""Producer id, topic, partition."""


def handle(broker: Broker, context: RequestContext, request: WriteTxnMarkersRequest) -> Deferred:
    places: list[_Place] = []
    asked: list[Deferred] = []
    for row in request.markers:
        marker = Marker(
            ProducerStamp(row.producer_id, row.producer_epoch),
            coordinator_epoch=row.coordinator_epoch,
            committed=row.transaction_result,
            transaction_version=row.transaction_version,
        )
        is_possible = row.producer_epoch >= 0 and row.transaction_version >= 0
        for topic, index in _partitions(row):
            places.append((row.producer_id, topic, index))
            written = Deferred()
            asked.append(written)
            if is_possible:
                broker.transaction_markers.write(topic, index, marker, written.resolve)
            else:
                # Kafka fails inside.
                written.resolve(ApiError(ErrorCode.UNKNOWN_SERVER_ERROR))
    return gathered(asked, partial(_response, places))


def error_response(
    request: WriteTxnMarkersRequest, context: RequestContext, error: ApiError
) -> WriteTxnMarkersResponse:
    """The error for every partition."""
    places = [(row.producer_id, *place) for row in request.markers for place in _partitions(row)]
    return _response(places, [error] * len(places))


def _partitions(marker: WritableTxnMarker) -> list[tuple[str, int]]:
    return [(topic.name, index) for topic in marker.topics for index in topic.partition_indexes]


def _response(places: list[_Place], outcomes: list[ApiError | None]) -> WriteTxnMarkersResponse:
    codes: dict[int, dict[str, dict[int, int]]] = {}
    for (producer_id, topic, index), outcome in zip(places, outcomes, strict=True):
        code = ErrorCode.NONE if outcome is None else outcome.code
        codes.setdefault(producer_id, {}).setdefault(topic, {})[index] = int(code)
    return WriteTxnMarkersResponse(
        markers=[
            WritableTxnMarkerResult(
                producer_id,
                [
                    WritableTxnMarkerTopicResult(
                        name, [WritableTxnMarkerPartitionResult(*row) for row in rows.items()]
                    )
                    for name, rows in topics.items()
                ],
            )
            for producer_id, topics in codes.items()
        ]
    )
