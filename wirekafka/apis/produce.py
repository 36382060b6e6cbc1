"""Produce: key 0, versions 3-13 (advertised from 0: librdkafka takes more for "cannot produce").

Appends one record batch to each partition. The answer is sent when the batches are written and,
with acks=all, committed; with one replica that is the same moment. A topic is never created.

3 transactional id; 5 log start offset; 7 zstd; 8 names the records at fault (KIP-467); 9 flexible;
10 leader hints in errors (KIP-951); 11, 12 transactions v2 (KIP-890); 13 topics by id (KIP-516).

With acks=0 nothing is answered; a fault closes the connection, which is all that a client can see.
A partition that is listed twice is written once, as listed last, and a topic in several rows is
answered in one, as in Kafka. Acks that do not exist are judged per partition, after the topic and
the framing of the records.

Large batches that somebody compressed, or that the topic wants compressed, and those of very many
records are checked beside the loop (heavy_batches.py); a batch of anybody else's may be written
before them.

The first batch of a transaction in a partition is written when the coordinator has said that the
partition belongs to the transaction (transaction_partitions.py); 12 and later add it that way. Not
yet added is INVALID_TXN_STATE up to 10 and TRANSACTION_ABORTABLE at 11. A coordinator that cannot
say is NOT_ENOUGH_REPLICAS, which every client retries without asking for metadata. A request with
transactional batches of several producers is INVALID_PRODUCER_ID_MAPPING.

Differs from Kafka: null records are INVALID_RECORD (Kafka never answers).
"""

from __future__ import annotations

from functools import partial
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
from wirekafka_protocol.records.batch import (
    TRANSACTIONAL_BIT,
    BatchHeader,
    read_header,
)
from wirekafka_protocol.records.validate import BatchRejected, check_framing

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.heavy_batches import (
    NOTHING_CHECKED,
    Checked,
    HeavyBatch,
    check_all,
    is_heavy,
    is_large,
)
from wirekafka.apis.produce_records import is_transactional, keep_records, last_listed
from wirekafka.apis.transaction_partitions import (
    Faults,
    Membership,
    TopicPartition,
    Transaction,
    ask_until_settled,
    is_fenced,
    is_open,
    needs_question,
)
from wirekafka.coordinator.machine import ProducerStamp
from wirekafka.partition.awaited_sequences import AwaitedSequences
from wirekafka.partition.partition import Partition
from wirekafka.partition.partitions import TopicPartitions

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ProduceRequest

_ABORTABLE = 11
_ADDS_PARTITIONS = 12
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
    }
)
"""Faults that Kafka answers without the partition's log start offset."""

_CANNOT_SAY = frozenset(
    {
        ErrorCode.NETWORK_EXCEPTION,
        ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
        ErrorCode.COORDINATOR_NOT_AVAILABLE,
        ErrorCode.NOT_COORDINATOR,
    }
)
_CANNOT_SAY_MESSAGE = (
    "Unable to verify the partition has been added to the transaction. Underlying error:"
)
_NOT_ADDED_MESSAGE = "Partition was not added to the transaction"
"""Kafka's texts, which it sends along."""


def handle(
    broker: Broker, context: RequestContext, request: ProduceRequest
) -> ProduceResponse | Deferred | None:
    """Stage each batch; the connection commits them before it sends the answer.

    If the coordinator of a transaction or the check of a large batch has to be waited for, the
    batches are staged, and committed here, afterwards.
    """
    _check_request(request)
    heavy = _heavy_batches(broker, context, request)
    if not heavy:
        return _settle(broker, context, request, NOTHING_CHECKED)
    keep_records(request)
    later = Deferred()
    settle = partial(_settle_late, broker, context, request, later)
    broker.workers.run(partial(check_all, heavy), settle)
    return later


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


def _append_all(
    broker: Broker,
    context: RequestContext,
    request: ProduceRequest,
    faults: Faults,
    checked: Checked,
) -> ProduceResponse | None:
    """Stage what is not in `faults`. Raises ApiError for a fault that cannot be answered."""
    response = ProduceResponse()
    fault: ApiError | None = None
    listed_last = last_listed(request)
    answers: dict[tuple[str, bytes], TopicProduceResponse] = {}
    for topic in request.topic_data:
        found = _find(broker, topic, context.api_version)
        key = (topic.name, topic.topic_id)
        answer = answers.get(key) or TopicProduceResponse(*key)
        for listed in topic.partition_data:
            data = listed_last.pop((topic.name, topic.topic_id, listed.index), None)
            if data is None:
                continue  # it has its row already
            row = PartitionProduceResponse(data.index)
            answer.partition_responses.append(row)
            try:
                _append(broker, context, found, request.acks, data, row, faults, checked)
            except ApiError as error:
                fault = error
                _tell(row, error)
        if answer.partition_responses:
            answers[key] = answer
    response.responses = list(answers.values())
    if request.acks != 0:
        return response
    if fault is not None:
        raise fault
    return None


def _settle(
    broker: Broker, context: RequestContext, request: ProduceRequest, checked: Checked
) -> ProduceResponse | Deferred | None:
    """Append now, or when the coordinator of the transaction has answered.

    The coordinator is asked last: a marker that ends the transaction must not come in between.
    """
    transaction, unsettled, fenced = _unsettled(broker, context, request)
    if transaction is None or not unsettled:
        return _append_all(broker, context, request, fenced, checked)
    if broker.partitions.has_staged:
        # The coordinator writes, too, and must not be blamed for what others staged.
        broker.partitions.commit_early()
    asked = ask_until_settled(broker, context, transaction, unsettled)
    if not asked.done:
        return _append_later(broker, context, request, asked, fenced, checked)
    settled: list[Faults] = []
    asked.then(settled.append)
    return _append_all(broker, context, request, {**fenced, **settled[0]}, checked)


def _settle_late(
    broker: Broker,
    context: RequestContext,
    request: ProduceRequest,
    later: Deferred,
    checked: Checked | Exception,
) -> None:
    """Go on with what the workers have checked."""
    if isinstance(checked, Exception):
        later.resolve(checked)
        return
    try:
        response = _settle(broker, context, request, checked)
    except ApiError as error:
        later.resolve(error)
        return
    if type(response) is Deferred:
        response.then(later.resolve)
    else:
        _commit(broker, context, response, later)


def _append_later(
    broker: Broker,
    context: RequestContext,
    request: ProduceRequest,
    asked: Deferred,
    fenced: Faults,
    checked: Checked,
) -> Deferred:
    """Append when `asked` has the faults."""
    if not checked:
        keep_records(request)
    later = Deferred(on_abandon=asked.abandon)

    def settled(faults: Faults) -> None:
        try:
            response = _append_all(broker, context, request, {**fenced, **faults}, checked)
        except ApiError as error:
            broker.partitions.commit_early()
            later.resolve(error)
        else:
            _commit(broker, context, response, later)

    asked.then(settled)
    return later


def _commit(broker: Broker, context: RequestContext, response: Any, later: Deferred) -> None:
    """Write what was staged, then answer: nobody does it for a request that had to wait."""
    broker.partitions.commit_early()
    if response is not None:
        _tell_unwritten(broker, context, response)
    broker.wake_soon()
    later.resolve(response)


def _heavy_batches(
    broker: Broker, context: RequestContext, request: ProduceRequest
) -> dict[Partition, HeavyBatch]:
    """What the workers should check."""
    heavy: dict[Partition, HeavyBatch] = {}
    if request.acks == 0 or not any(
        is_large(data.records or b"") for t in request.topic_data for data in t.partition_data
    ):
        return heavy
    now_ms = broker.clock.now_ms()
    for (name, topic_id, index), data in last_listed(request).items():
        found = _find_named(broker, name, topic_id, context.api_version)
        if isinstance(found, ApiError) or found.internal:
            continue
        partition = found.get(index)
        if partition is None or partition.offline:
            continue
        rules = found.produce_rules(partition)
        if is_heavy(data.records or b"", rules):
            heavy[partition] = HeavyBatch(data, context.api_version, rules, now_ms)
    return heavy


def _tell_unwritten(broker: Broker, context: RequestContext, response: ProduceResponse) -> None:
    """A disk that failed just now has taken what was staged with it."""
    for topic in response.responses:
        found = _find_named(broker, topic.name, topic.topic_id, context.api_version)
        for row in topic.partition_responses:
            partition = None if isinstance(found, ApiError) else found.get(row.index)
            if row.error_code == 0 and (partition is None or partition.offline):
                row.log_append_time_ms = row.log_start_offset = -1
                _tell(row, ApiError(ErrorCode.KAFKA_STORAGE_ERROR))


def _check_request(request: ProduceRequest) -> None:
    """What Kafka checks before it looks at any partition. ApiError is for all of them."""
    if request.transactional_id is None and any(
        is_transactional(data.records) for t in request.topic_data for data in t.partition_data
    ):
        raise ApiError(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)


def _unsettled(
    broker: Broker, context: RequestContext, request: ProduceRequest
) -> tuple[Transaction | None, list[TopicPartition], Faults]:
    """The transaction of the request, those of its partitions of which the log does not know that
    they belong to it, and those of which it knows better.

    Raises ApiError when there are several producers.
    """
    transactional_id = request.transactional_id
    if transactional_id is None:
        return None, [], {}
    producers: set[ProducerStamp] = set()
    unsettled: list[TopicPartition] = []
    fenced: dict[TopicPartition, ErrorCode] = {}
    for (name, topic_id, index), data in last_listed(request).items():
        found = _find_named(broker, name, topic_id, context.api_version)
        partition = None if isinstance(found, ApiError) else found.get(index)
        if partition is None or not is_transactional(data.records):
            continue
        assert data.records is not None
        header = read_header(data.records)
        if header.producer_id < 0 or not _is_framed(data.records, context.api_version):
            continue
        producer = ProducerStamp(header.producer_id, header.producer_epoch)
        producers.add(producer)
        if partition.offline or is_open(partition, producer):
            continue
        if is_fenced(partition, producer):
            fenced[partition.topic, index] = ErrorCode.INVALID_PRODUCER_EPOCH
        else:
            unsettled.append((partition.topic, index))
            if partition.awaited_sequences is None:
                partition.awaited_sequences = AwaitedSequences()
            partition.awaited_sequences.ask(producer, header.base_sequence)
    if len(producers) > 1:
        raise ApiError(
            ErrorCode.INVALID_PRODUCER_ID_MAPPING, f"{transactional_id}: several producers"
        )
    membership = _membership(context.api_version)
    if not producers or not needs_question(broker, membership):
        return None, [], {}
    return Transaction(transactional_id, producers.pop(), membership), unsettled, fenced


def _membership(version: int) -> Membership:
    if version >= _ADDS_PARTITIONS:
        return Membership.ADDED_NOW
    if version >= _ABORTABLE:
        return Membership.ADDED_BEFORE_ABORTABLE
    return Membership.ADDED_BEFORE


def _is_framed(records: Any, version: int) -> bool:
    try:
        check_framing(memoryview(records), version)
    except ApiError:
        return False
    return True


def _find(broker: Broker, topic: TopicProduceData, version: int) -> TopicPartitions | ApiError:
    return _find_named(broker, topic.name, topic.topic_id, version)


def _find_named(
    broker: Broker, name: str, topic_id: bytes, version: int
) -> TopicPartitions | ApiError:
    if version >= _TOPIC_IDS:
        found = broker.partitions.by_id.get(topic_id)
        return found or ApiError(ErrorCode.UNKNOWN_TOPIC_ID)
    found = broker.partitions.by_name.get(name)
    return found or ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)


def _append(
    broker: Broker,
    context: RequestContext,
    found: TopicPartitions | ApiError,
    acks: int,
    data: PartitionProduceData,
    row: PartitionProduceResponse,
    faults: Faults,
    checked: Checked,
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
    if faults and (found.name, data.index) in faults:
        raise _NotInTransaction(faults[found.name, data.index], _membership(context.api_version))
    if acks not in (-1, 0, 1):
        raise ApiError(ErrorCode.INVALID_REQUIRED_ACKS)
    if found.internal and context.client_id != _ADMIN_CLIENT_ID:
        raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION)
    if partition.offline:
        raise ApiError(ErrorCode.KAFKA_STORAGE_ERROR)
    now_ms = broker.clock.now_ms()
    try:
        accepted = checked.get(partition)
        if accepted is None:
            rules = found.produce_rules(partition)
            accepted = accept_batch(records, context.api_version, rules, now_ms)
        elif isinstance(accepted, ApiError):
            raise accepted
        header, batch = accepted
        if header.attributes & TRANSACTIONAL_BIT:
            _check_first_sequence(partition, header, context.api_version)
        base_offset, append_time_ms, duplicate = partition.stage(batch, header, now_ms)
    except ApiError as error:
        if _shows_log_start(error):
            row.log_start_offset = partition.log.log_start_offset
        raise
    if not duplicate:
        broker.partitions.staged.append(partition)
        if partition.awaited_sequences is not None and header.attributes & TRANSACTIONAL_BIT:
            partition.awaited_sequences.settle(header.producer_id)
    row.base_offset = base_offset
    row.log_append_time_ms = append_time_ms
    row.log_start_offset = partition.log.log_start_offset


def _check_first_sequence(partition: Partition, header: BatchHeader, version: int) -> None:
    """The first batch of a transaction here must be the first that was asked about. In transactions
    v2 a producer that is not known here must begin at 0: what it wrote before may have been
    deleted, and a gap would not be seen."""
    producers = partition.log.producers
    entry = producers.producers.get(header.producer_id) if producers is not None else None
    sequence = header.base_sequence
    if entry is None:
        is_good = sequence == 0 or header.producer_id < 0 or version < _ADDS_PARTITIONS
    else:
        is_good = True
        if any(batch.first_sequence == sequence for batch in entry.batches):
            return  # a duplicate
    if partition.awaited_sequences is not None:
        lowest = partition.awaited_sequences.lowest(header.producer_id)
        is_good = is_good and (lowest is None or sequence <= lowest)
    if not is_good:
        raise ApiError(
            ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
            f"producer {header.producer_id} cannot begin its transaction at {sequence}",
        )


class _NotInTransaction(ApiError):
    """The coordinator says no, or cannot say; in the codes that producers know."""

    def __init__(self, code: ErrorCode, membership: Membership) -> None:
        knows_wait = membership is Membership.ADDED_NOW
        if code in _CANNOT_SAY or (code is ErrorCode.CONCURRENT_TRANSACTIONS and not knows_wait):
            text = f"{_CANNOT_SAY_MESSAGE} {code.name}"
            super().__init__(ErrorCode.NOT_ENOUGH_REPLICAS, text)
        elif code is ErrorCode.INVALID_TXN_STATE:
            super().__init__(code, _NOT_ADDED_MESSAGE)
        else:
            super().__init__(code)


def _shows_log_start(error: ApiError) -> bool:
    if isinstance(error, BatchRejected):
        return error.knows_log_start
    return error.code not in _WITHOUT_LOG_START


def _tell(row: PartitionProduceResponse, error: ApiError) -> None:
    row.error_code = int(error.code)
    row.base_offset = -1
    if isinstance(error, _NotInTransaction):
        row.error_message = error.message
    elif isinstance(error, BatchRejected):
        row.error_message = error.message
        row.record_errors = [
            BatchIndexAndErrorMessage(index, message) for index, message in error.record_errors
        ]
