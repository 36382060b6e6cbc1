"""Sees the decoded answers that clients stumble over, and notes them.

Dispatch shows it each answer that it makes from a message, which the short way of Produce and
Fetch with data do not do. Most APIs are of no interest and cost a look into a dict. What is noted
is little and bounded: one `Fact` for each kind, client and subject, with a count; and on the
connection's tape, what the client was told of our address.

It draws no conclusions; `findings.py` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.uuids import uuid_text

from wirekafka.observe.finding import client_name
from wirekafka.observe.tape import Tape, Told

MAX_FACTS = 256
"""The longest untouched makes way: a client that invents topic names must not fill the memory."""

OVERSIZE = "oversize message"
FENCED = "group.instance.id"
MISSING_TOPIC = "missing topic"
CONCURRENT = "concurrent transactions"
SASL = "SASL without need"

_TOO_LARGE = (ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.RECORD_LIST_TOO_LARGE)
_INSTANCE_TAKEN = (ErrorCode.FENCED_INSTANCE_ID, ErrorCode.UNRELEASED_INSTANCE_ID)
_UNKNOWN_TOPIC = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
_WAYS = (ApiKey.METADATA, ApiKey.FIND_COORDINATOR, ApiKey.DESCRIBE_CLUSTER)
_CONCURRENT = ErrorCode.CONCURRENT_TRANSACTIONS


class Asking(Protocol):
    """What is used of a request's context."""

    api_key: int
    api_version: int
    client_id: str | None
    client_host: str
    peer: Any


@dataclass(slots=True)
class Fact:
    """Something that happened to a client `count` times; `first` and `last` are the recorder's
    times. `subject` says to what: a topic, a group and an instance id, a transactional id."""

    kind: str
    client_host: str
    client_id: str
    connection: int
    subject: tuple[str, ...]
    first: float
    last: float
    count: int = 0
    detail: str = ""


class Witness:
    """See the module. `alarm` is called when something new was noted."""

    def __init__(self, monotonic: Callable[[], float], alarm: Callable[[], None]) -> None:
        self._monotonic = monotonic
        self._alarm = alarm
        self.also: Callable[[Asking, Any, Any], None] | None = None
        """Shown the same answers, while somebody follows the members of groups."""
        self._facts: dict[tuple[str, ...], Fact] = {}
        self._holders: dict[tuple[str, str], tuple[Any, str]] = {}
        self._by_key: dict[int, Callable[[Asking, Any, Any], None]] = {
            ApiKey.PRODUCE: self._produce,
            ApiKey.METADATA: self._metadata,
            ApiKey.FIND_COORDINATOR: self._coordinator,
            ApiKey.API_VERSIONS: self._bootstrap,
            ApiKey.SASL_HANDSHAKE: self._sasl,
            ApiKey.SASL_AUTHENTICATE: self._bootstrap,
            ApiKey.DESCRIBE_CLUSTER: self._bootstrap,
            ApiKey.INIT_PRODUCER_ID: self._init_producer_id,
            ApiKey.JOIN_GROUP: self._join,
            ApiKey.SYNC_GROUP: self._member,
            ApiKey.HEARTBEAT: self._member,
            ApiKey.CONSUMER_GROUP_HEARTBEAT: self._consumer,
            ApiKey.OFFSET_COMMIT: self._commit,
            ApiKey.ADD_PARTITIONS_TO_TXN: self._transaction,
            ApiKey.ADD_OFFSETS_TO_TXN: self._transaction,
            ApiKey.END_TXN: self._transaction,
        }

    def answered(self, context: Asking, request: Any, response: Any) -> None:
        """A request is about to be answered; `request` is None where it could not be decoded."""
        note = self._by_key.get(context.api_key)
        if request is None and context.api_key == ApiKey.API_VERSIONS:
            self._bootstrap(context, request, response)  # of a version that we do not have
        elif note is not None and request is not None:
            note(context, request, response)
            if self.also is not None:
                self.also(context, request, response)

    def facts(self) -> list[Fact]:
        """All that is known, in the order in which it happened last."""
        return list(self._facts.values())

    def forget(self) -> None:
        """Begin anew."""
        self._facts.clear()
        self._holders.clear()

    # -- clients that only ask the way --------------------------------------------------------

    def _bootstrap(self, context: Asking, request: Any, response: Any) -> None:
        tape: Tape | None = context.peer.tape
        if tape is not None:
            tape.bootstrap_frames += 1
            tape.asked_way |= context.api_key in _WAYS

    def _sasl(self, context: Asking, request: Any, response: Any) -> None:
        self._bootstrap(context, request, response)
        if response.error_code == ErrorCode.ILLEGAL_SASL_STATE:
            self._note(context, SASL, (request.mechanism,), "ILLEGAL_SASL_STATE")

    def _metadata(self, context: Asking, request: Any, response: Any) -> None:
        named = bool(request.topics)
        self._bootstrap(context, request, response)
        lists = not named and (request.topics is None or context.api_version == 0)
        if lists:
            tape: Tape | None = context.peer.tape
            if tape is not None:
                tape.listed_all = True
        is_any_there = False
        for topic in response.topics:
            if topic.error_code == _UNKNOWN_TOPIC and named:
                may_create = context.api_version < 4 or request.allow_auto_topic_creation
                detail = "" if may_create else "forbidden by the client"
                self._note(context, MISSING_TOPIC, (topic.name or "",), detail)
            elif not topic.error_code:
                is_any_there = True
        if response.brokers and (is_any_there or not named):
            told = self._told(context)
            if told is not None and (named or lists):
                told.version = context.api_version
                told.creates = request.allow_auto_topic_creation
            if told is not None and named:
                wanted = hash(frozenset(topic.name or topic.topic_id for topic in request.topics))
                told.wishes("topics", wanted)
                told.named_topics = True

    def _coordinator(self, context: Asking, request: Any, response: Any) -> None:
        self._bootstrap(context, request, response)
        rows = response.coordinators or [response]
        if any(not row.error_code and row.host for row in rows):
            told = self._told(context)
            if told is not None:
                keys = request.coordinator_keys or [request.key]
                told.wishes("coordinator", hash((request.key_type, *keys)))
                told.asked_coordinator = True

    def _told(self, context: Asking) -> Told | None:
        tape: Tape | None = context.peer.tape
        if tape is None:
            return None
        now = self._monotonic()
        if tape.told is None:
            tape.told = Told(now)
            self._alarm()
        tape.told.last = now
        tape.told.count += 1
        tape.told.at_frame = tape.bootstrap_frames
        tape.told.version = None
        return tape.told

    # -- clients that are refused -------------------------------------------------------------

    def _produce(self, context: Asking, request: Any, response: Any) -> None:
        for topic in response.responses:
            for row in topic.partition_responses:
                if row.error_code in _TOO_LARGE:
                    name = topic.name or uuid_text(topic.topic_id)
                    self._note(context, OVERSIZE, (name,), ErrorCode(row.error_code).name)

    def _join(self, context: Asking, request: Any, response: Any) -> None:
        self._member(context, request, response)
        if not response.error_code:
            self._holds(context, request.group_id, request.group_instance_id)

    def _member(self, context: Asking, request: Any, response: Any) -> None:
        if response.error_code in _INSTANCE_TAKEN:
            self._fenced(context, request.group_id, request.group_instance_id)

    def _consumer(self, context: Asking, request: Any, response: Any) -> None:
        if response.error_code in _INSTANCE_TAKEN:
            self._fenced(context, request.group_id, request.instance_id)
        elif not response.error_code:
            self._holds(context, request.group_id, request.instance_id)

    def _commit(self, context: Asking, request: Any, response: Any) -> None:
        rows = (row for topic in response.topics for row in topic.partitions)
        if any(row.error_code in _INSTANCE_TAKEN for row in rows):
            self._fenced(context, request.group_id, request.group_instance_id)

    def _fenced(self, context: Asking, group_id: str, instance_id: str | None) -> None:
        key = (group_id, instance_id or "")
        holder = self._holders.get(key)
        is_other = holder is not None and holder[0] is not context.peer
        self._note(context, FENCED, key, holder[1] if holder is not None and is_other else "")

    def _holds(self, context: Asking, group_id: str, instance_id: str | None) -> None:
        """The group knows a static member by the client id of its first incarnation; this is the
        one that came last."""
        if instance_id is not None:
            while len(self._holders) >= MAX_FACTS:
                del self._holders[next(iter(self._holders))]
            name = client_name(context.client_id, context.peer.software, context.client_host)
            self._holders[group_id, instance_id] = (context.peer, name)

    # -- transactions -------------------------------------------------------------------------

    def _init_producer_id(self, context: Asking, request: Any, response: Any) -> None:
        if request.transactional_id is None:
            self._bootstrap(context, request, response)  # any broker gives out an id
        else:
            self._transaction(context, request, response)

    def _transaction(self, context: Asking, request: Any, response: Any) -> None:
        if _CONCURRENT in _codes(response):
            ids = [row.transactional_id for row in getattr(request, "transactions", ())]
            transactional_id = getattr(request, "transactional_id", "") or (ids and ids[0]) or ""
            if not transactional_id:
                transactional_id = getattr(request, "v3_and_below_transactional_id", "")
            self._note(context, CONCURRENT, (transactional_id,), "")

    def _note(self, context: Asking, kind: str, subject: tuple[str, ...], detail: str) -> None:
        now = self._monotonic()
        client_id = context.client_id or ""
        key = (kind, context.client_host, client_id, *subject)
        fact = self._facts.pop(key, None)
        if fact is None:
            tape: Tape | None = context.peer.tape
            number = tape.number if tape is not None else 0
            fact = Fact(kind, context.client_host, client_id, number, subject, now, now)
            while len(self._facts) >= MAX_FACTS:
                del self._facts[next(iter(self._facts))]
        self._facts[key] = fact
        fact.last = now
        fact.count += 1
        fact.detail = detail
        self._alarm()


def _codes(response: Any) -> Iterator[int]:
    """Every error code of an answer of a transactional API."""
    yield getattr(response, "error_code", 0)
    results = list(getattr(response, "results_by_topic_v3_and_below", ()))
    for by_id in getattr(response, "results_by_transaction", ()):
        results += by_id.topic_results
    for topic in results:
        for row in topic.results_by_partition:
            yield row.partition_error_code
