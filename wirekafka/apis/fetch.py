"""Fetch: key 1, versions 4-18.

Reads record batches from each partition asked for. Answers at once when `min_bytes` are there or
a partition has an error, otherwise when they arrive or after `max_wait_ms`.

5 log start offset; 7 fetch sessions (KIP-227); 9 the leader epoch that the client knows
(KIP-320); 10 zstd; 11 rack (KIP-392); 12 flexible, last fetched epoch and diverging epoch
(KIP-595); 13 topics by id (KIP-516); 15 replica state as a tag (KIP-903); 16 leader hints in
errors (KIP-951); 17 replica directory; 18 the high watermark that a follower knows.

Who is above a quota gets an answer without partitions and the time to wait; what it knows of its
session stays, a session that would have been opened is not, and it does not hear of an error of its
session. More than what the quota's whole window allows is never read at once, or it would be
withheld for ever.

Differs from Kafka: the replica fields are those of a cluster and are only looked at for quotas,
which do not hold for followers; there is no preferred read replica with one broker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.fetch import (
    FetchableTopicResponse,
    FetchRequest,
    FetchResponse,
    PartitionData,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.fetch_response import body_size, frame, with_throttle_time
from wirekafka.apis.throttle import mute
from wirekafka.partition.fetch import Fetch, FetchRow, FetchWait
from wirekafka.partition.fetch_sessions import (
    FINAL_EPOCH,
    INITIAL_EPOCH,
    FetchSession,
    FetchTarget,
    Targets,
    TopicKey,
)

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = FetchRequest

_SESSIONS = 7
_TOPIC_IDS = 13
_READ_COMMITTED = 1
_ISOLATION_LEVELS = (0, _READ_COMMITTED)

_SESSION_ERRORS = (
    ErrorCode.FETCH_SESSION_ID_NOT_FOUND,
    ErrorCode.INVALID_FETCH_SESSION_EPOCH,
    ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR,
)


def handle(broker: Broker, context: RequestContext, request: FetchRequest) -> Any:
    """Answers with the parts of a response frame, or a Deferred of them."""
    if request.isolation_level not in _ISOLATION_LEVELS:
        raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)  # Kafka fails inside
    if context.usage is not None and _is_from_follower(request):
        context.usage = None
    try:
        session, targets = _session(broker, context, request)
    except ApiError:
        if context.usage is not None:
            # Who must wait is not told of a session's error, as in Kafka.
            throttled = _throttled(broker, context, None, [], incremental=False)
            if throttled is not None:
                return throttled
            context.usage = None  # settled
        raise
    reader = (context.client_id or "", context.client_host)
    if broker.fetch_sessions.listeners:
        for listener in tuple(broker.fetch_sessions.listeners):
            listener(reader, targets.values())
    max_bytes = min(request.max_bytes, broker.config.fetch_max_bytes)
    if context.usage is not None:
        max_bytes = int(min(max_bytes, context.usage.most_to_fetch()))
    fetch = Fetch(
        broker.partitions,
        list(targets.values()),
        min_bytes=min(request.min_bytes, max_bytes),
        max_bytes=max_bytes,
        read_committed=request.isolation_level == _READ_COMMITTED,
        refuses=context.intervention.fetch_error if context.intervention is not None else None,
    )
    rows, answerable = fetch.read()
    incremental = session is not None and request.session_epoch > INITIAL_EPOCH
    if answerable or request.max_wait_ms <= 0:
        return _finish(broker, context, session, rows, incremental=incremental)
    later = Deferred()

    def answer(rows: list[FetchRow]) -> None:
        later.resolve(_finish(broker, context, session, rows, incremental=incremental))

    wait = FetchWait(
        fetch,
        rows,
        broker.clock.steady,
        request.max_wait_ms,
        answer,
        reader,
        broker.clock.now_ms(),
    )
    later.on_abandon = wait.cancel
    return later


def error_response(
    request: FetchRequest, context: RequestContext, error: ApiError
) -> FetchResponse:
    """Errors of sessions stand alone at the top (session id 0, no partitions), others do so from
    version 13 on; below, and where there is no place at the top, each partition has them."""
    response = FetchResponse(error_code=int(error.code))
    if context.api_version < _TOPIC_IDS and error.code not in _SESSION_ERRORS:
        for topic in request.topics:
            rows = [
                PartitionData(asked.partition, int(error.code), -1, records=b"")
                for asked in topic.partitions
            ]
            response.responses.append(FetchableTopicResponse(topic.topic, partitions=rows))
    return response


def _session(
    broker: Broker, context: RequestContext, request: FetchRequest
) -> tuple[FetchSession | None, Targets]:
    """The session that the request belongs to, if any, and what is to be read."""
    by_id = context.api_version >= _TOPIC_IDS
    wanted = _targets(request, by_id)
    sessions = broker.fetch_sessions
    now_ms = broker.clock.now_ms()
    if request.session_epoch in (INITIAL_EPOCH, FINAL_EPOCH):
        if request.session_id:
            sessions.close(request.session_id)
        if request.session_epoch == FINAL_EPOCH or context.api_version < _SESSIONS:
            return None, wanted
        _remember_names(broker, wanted)
        return sessions.open(wanted, by_id=by_id, now_ms=now_ms), wanted
    session = sessions.resume(request.session_id, request.session_epoch, by_id=by_id, now_ms=now_ms)
    session.update(wanted, _forgotten(request, by_id))
    _remember_names(broker, wanted)
    session.advance()
    if not session.targets:
        sessions.close(session.id)
        return None, {}
    return session, session.targets


def _targets(request: FetchRequest, by_id: bool) -> Targets:
    """A partition that is listed twice counts once, as listed last."""
    targets: Targets = {}
    for topic in request.topics:
        key: TopicKey = topic.topic_id if by_id else topic.topic
        for asked in topic.partitions:
            targets[key, asked.partition] = FetchTarget(
                key,
                asked.partition,
                asked.fetch_offset,
                asked.partition_max_bytes,
                asked.current_leader_epoch,
                asked.last_fetched_epoch,
            )
    return targets


def _remember_names(broker: Broker, targets: Targets) -> None:
    """Note the names that ids have now: a session says of an id whose topic was deleted whether
    there is another of that name."""
    for target in targets.values():
        if target.topic_name is None and isinstance(target.topic, bytes):
            found = broker.partitions.by_id.get(target.topic)
            target.topic_name = found.name if found is not None else None


def _forgotten(request: FetchRequest, by_id: bool) -> list[tuple[TopicKey, int]]:
    return [
        (topic.topic_id if by_id else topic.topic, index)
        for topic in request.forgotten_topics_data
        for index in topic.partitions
    ]


def _finish(
    broker: Broker,
    context: RequestContext,
    session: FetchSession | None,
    rows: list[FetchRow],
    *,
    incremental: bool,
) -> list[Any]:
    if context.usage is not None:
        throttled = _throttled(broker, context, session, rows, incremental=incremental)
        if throttled is not None:
            return throttled
    if session is not None:
        rows = _news(rows, incremental=incremental)
        _remember(session, rows)
    return _framed(broker, context, session, rows)


def _framed(
    broker: Broker, context: RequestContext, session: FetchSession | None, rows: list[FetchRow]
) -> list[Any]:
    return frame(
        context.api_version,
        context.correlation_id,
        session.id if session is not None else 0,
        rows,
        leader=(broker.node_id, *context.advertised),
    )


def _throttled(
    broker: Broker,
    context: RequestContext,
    session: FetchSession | None,
    rows: list[FetchRow],
    *,
    incremental: bool,
) -> list[Any] | None:
    """The answer to a client that is above its quota, None when it is not."""
    usage = context.usage
    assert usage is not None
    answer = _framed(broker, context, session, _news(rows, incremental=incremental))
    throttle_ms = usage.settle_fetch(body_size(context.api_version, answer))
    if throttle_ms == 0:
        return None
    if session is not None and not incremental:
        broker.fetch_sessions.close(session.id)
        session = None
    mute(context.peer, broker.clock, throttle_ms)
    answer = _framed(broker, context, session, [])
    return with_throttle_time(context.api_version, answer, throttle_ms)


def _is_from_follower(request: FetchRequest) -> bool:
    state = request.replica_state
    return request.replica_id >= 0 or (state is not None and state.replica_id >= 0)


def _news(rows: list[FetchRow], *, incremental: bool) -> list[FetchRow]:
    """The rows that the consumer must see."""
    if not incremental:
        return rows
    return [
        row
        for row in rows
        if (row.records is not None and row.records.size > 0)
        or row.error
        or row.diverging is not None
        or row.high_watermark != row.target.known_high_watermark
        or row.log_start_offset != row.target.known_log_start_offset
    ]


def _remember(session: FetchSession, shown: list[FetchRow]) -> None:
    """Note what the consumer is told; it knows the same as before of what it is not shown."""
    for row in shown:
        target = row.target
        # An error is told every time, and what comes after it, too.
        target.known_high_watermark = -1 if row.error else row.high_watermark
        target.known_log_start_offset = row.log_start_offset
        has_data = row.records is not None and row.records.size > 0
        if has_data and (target.topic, target.index) in session.targets:
            session.move_to_end((target.topic, target.index))
