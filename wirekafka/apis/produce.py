"""Produce: key 0, versions 3-13 (advertised from 0: librdkafka takes more for "cannot produce").

Appends one record batch to each partition. The answer is sent when the batches are written and,
with acks=all, committed; with one replica that is the same moment. A topic is never created.

3 transactional id; 5 log start offset; 7 zstd; 8 names the records at fault (KIP-467); 9 flexible;
10 leader hints in errors (KIP-951); 11, 12 transactions v2 (KIP-890); 13 topics by id (KIP-516).

With acks=0 nothing is answered; a fault closes the connection, which is all that a client can see.
A partition that is listed twice is written once, as listed last, and a topic in several rows is
answered in one, as in Kafka. Acks that do not exist are judged per partition, after the topic and
the framing of the records.

Differs from Kafka: null records are INVALID_RECORD (Kafka never answers). Transactions are not
served yet: a transactional batch is INVALID_TXN_STATE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.messages.produce import (
    BatchIndexAndErrorMessage,
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
    TopicProduceResponse,
)
from wirekafka_protocol.records.accept import accept_batch
from wirekafka_protocol.records.batch import HEADER_BYTES, read_header
from wirekafka_protocol.records.validate import BatchRejected, check_framing

from wirekafka.apis.context import RequestContext
from wirekafka.partition.partitions import TopicPartitions

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ProduceRequest

_TOPIC_IDS = 13
_ADMIN_CLIENT_ID = "__admin_client"
"""The one client id that may write to internal topics (`AdminUtils.ADMIN_CLIENT_ID`)."""

_WITHOUT_LOG_START = frozenset(
    {
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.UNKNOWN_TOPIC_ID,
        ErrorCode.NOT_LEADER_OR_FOLLOWER,
        ErrorCode.RECORD_LIST_TOO_LARGE,
        ErrorCode.MESSAGE_TOO_LARGE,
        ErrorCode.CORRUPT_MESSAGE,
        ErrorCode.KAFKA_STORAGE_ERROR,
        ErrorCode.INVALID_TOPIC_EXCEPTION,
        ErrorCode.INVALID_TXN_STATE,
    }
)
"""Faults that Kafka answers without the partition's log start offset."""


def handle(
    broker: Broker, context: RequestContext, request: ProduceRequest
) -> ProduceResponse | None:
    """Stage each batch; the connection commits them before it sends the answer."""
    _check_request(request)
    response = ProduceResponse()
    fault: ApiError | None = None
    last_listed = {
        (topic.name, topic.topic_id, data.index): data
        for topic in request.topic_data
        for data in topic.partition_data
    }
    answers: dict[tuple[str, bytes], TopicProduceResponse] = {}
    for topic in request.topic_data:
        found = _find(broker, topic, context.api_version)
        key = (topic.name, topic.topic_id)
        answer = answers.get(key) or TopicProduceResponse(*key)
        for listed in topic.partition_data:
            data = last_listed.pop((topic.name, topic.topic_id, listed.index), None)
            if data is None:
                continue  # it has its row already
            row = PartitionProduceResponse(data.index)
            answer.partition_responses.append(row)
            try:
                _append(broker, context, found, request.acks, data, row)
            except ApiError as error:
                fault = error
                _tell(row, error)
        if answer.partition_responses:
            answers[key] = answer
    response.responses = list(answers.values())
    if request.acks != 0:
        return response
    if fault is not None:
        raise ProtocolError(f"Produce with acks=0 failed: {fault}")
    return None


def error_response(
    request: ProduceRequest, context: RequestContext, error: ApiError
) -> ProduceResponse:
    """The error for every partition."""
    if request.acks == 0:
        raise ProtocolError(f"Produce with acks=0 failed: {error}")
    response = ProduceResponse()
    for topic in request.topic_data:
        rows = []
        for data in topic.partition_data:
            row = PartitionProduceResponse(data.index)
            _tell(row, error)
            rows.append(row)
        response.responses.append(TopicProduceResponse(topic.name, topic.topic_id, rows))
    return response


def _check_request(request: ProduceRequest) -> None:
    """What Kafka checks before it looks at any partition. ApiError is for all of them."""
    if request.transactional_id is None and any(
        _is_transactional(data.records) for t in request.topic_data for data in t.partition_data
    ):
        raise ApiError(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)


def _is_transactional(records: Any) -> bool:
    if records is None or len(records) < HEADER_BYTES:
        return False
    header = read_header(records)
    return header.magic == 2 and header.is_transactional


def _find(broker: Broker, topic: TopicProduceData, version: int) -> TopicPartitions | ApiError:
    if version >= _TOPIC_IDS:
        found = broker.partitions.by_id.get(topic.topic_id)
        return found or ApiError(ErrorCode.UNKNOWN_TOPIC_ID)
    found = broker.partitions.by_name.get(topic.name)
    return found or ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)


def _append(
    broker: Broker,
    context: RequestContext,
    found: TopicPartitions | ApiError,
    acks: int,
    data: PartitionProduceData,
    row: PartitionProduceResponse,
) -> None:
    if isinstance(found, ApiError):
        raise found
    partition = found.get(data.index)
    if partition is None:
        raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if data.records is None:
        raise ApiError(ErrorCode.INVALID_RECORD)
    records = memoryview(data.records)
    check_framing(records, context.api_version)
    if acks not in (-1, 0, 1):
        raise ApiError(ErrorCode.INVALID_REQUIRED_ACKS)
    if found.internal and context.client_id != _ADMIN_CLIENT_ID:
        raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION)
    if partition.offline:
        raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
    now_ms = broker.clock.now_ms()
    try:
        rules = found.produce_rules(partition)
        header, batch = accept_batch(records, context.api_version, rules, now_ms)
        if header.is_transactional:
            raise ApiError(ErrorCode.INVALID_TXN_STATE)
        base_offset, append_time_ms, duplicate = partition.stage(batch, header, now_ms)
    except ApiError as error:
        if _shows_log_start(error):
            row.log_start_offset = partition.log.log_start_offset
        raise
    if not duplicate:
        broker.partitions.staged.append(partition)
    row.base_offset = base_offset
    row.log_append_time_ms = append_time_ms
    row.log_start_offset = partition.log.log_start_offset


def _shows_log_start(error: ApiError) -> bool:
    if isinstance(error, BatchRejected):
        return error.knows_log_start
    return error.code not in _WITHOUT_LOG_START


def _tell(row: PartitionProduceResponse, error: ApiError) -> None:
    row.error_code = int(error.code)
    row.base_offset = -1
    if isinstance(error, BatchRejected):
        row.error_message = error.message
        row.record_errors = [
            BatchIndexAndErrorMessage(index, message) for index, message in error.record_errors
        ]
