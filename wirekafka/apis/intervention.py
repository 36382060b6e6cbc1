"""What a fault does while a request is handled: it refuses what a rule names, or asks to wait.

An error is answered as the API itself would answer it, by its own `error_response`, where its
clients look for it; the handler never sees what is refused. Three kinds of answers:

    Fetch       asks `fetch_error` for each partition, those of its session included
    Metadata    is answered, then the topics or partitions that the rule names get the error; so a
                client always learns the brokers
    others      are divided where an answer has an entry for each topic, partition or group
                (`wirekafka/faults/scope.py`), and refused as a whole where it has not
"""

from __future__ import annotations

from types import CoroutineType
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.metadata import MetadataResponse

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.table import Api
from wirekafka.faults.scope import Names, divide, join, topic_of
from wirekafka.faults.table import Hit

if TYPE_CHECKING:
    from wirekafka.broker import Broker
    from wirekafka.partition.fetch_sessions import FetchTarget

_OF_FETCH_SESSIONS = frozenset(
    {
        ErrorCode.FETCH_SESSION_ID_NOT_FOUND,
        ErrorCode.INVALID_FETCH_SESSION_EPOCH,
        ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR,
    }
)
"""Errors that a Fetch has as a whole; its clients look for all others at its partitions."""

_NO_LEADER = -1


class Intervention:
    """See the module. Of a rule that throttles, `throttle_ms` is how long, else 0."""

    __slots__ = ("_hit", "_names", "throttle_ms")

    def __init__(self, hit: Hit, names: Names, throttle_ms: int = 0) -> None:
        self._hit = hit
        self._names = names
        self.throttle_ms = throttle_ms

    def handle(self, broker: Broker, api: Api, context: RequestContext, request: Any) -> Any:
        """In the place of the API's handler; answers and raises what that would."""
        code = self._hit.rule.error
        if code is None:
            return api.module.handle(broker, context, request)
        error = ApiError(code, f"fault {self._hit.rule.name!r}")
        if request is None:
            raise error
        if api.key == ApiKey.FETCH and code not in _OF_FETCH_SESSIONS:
            return api.module.handle(broker, context, request)
        if api.key == ApiKey.METADATA:
            answer = api.module.handle(broker, context, request)
            return _then(broker, answer, lambda found: self._spoil(found, code))
        parts = divide(api.key, request, self._hit, self._names)
        if parts is None:
            raise error
        named, rest = parts
        refused = api.module.error_response(named, context, error)
        answer = api.module.handle(broker, context, rest)
        return _then(broker, answer, lambda found: join(api.key, self._hit, found, refused))

    def fetch_error(self, target: FetchTarget) -> int:
        """The error code of one partition of a Fetch, 0 where there is none."""
        rule = self._hit.rule
        if rule.error is None:
            return 0
        topic = target.topic
        name = self._names.topic_of(topic) if isinstance(topic, bytes) else topic
        if rule.is_about_body and (name is None or not rule.fits_place(name, target.index)):
            return 0
        return int(rule.error)

    def _spoil(self, response: MetadataResponse, code: ErrorCode) -> MetadataResponse:
        rule = self._hit.rule
        if rule.topic is None and rule.partition is None:
            response.error_code = int(code)
        for row in response.topics:
            name = topic_of(row, "name", self._names)
            if rule.topic is not None and (name is None or not rule.fits_place(name, None)):
                continue
            if rule.partition is None:
                row.error_code = int(code)
                row.partitions = []
                continue
            for partition in row.partitions:
                if partition.partition_index == rule.partition:
                    partition.error_code = int(code)
                    partition.leader_id = _NO_LEADER
        return response


def _then(broker: Broker, answer: Any, change: Any) -> Any:
    """`change` what a handler answers, now or later; errors stay what they are."""
    if type(answer) is CoroutineType:
        answer = broker.run_admin(answer)
    if type(answer) is not Deferred:
        return change(answer) if answer is not None else None
    later = Deferred(on_abandon=answer.abandon)

    def arrived(found: Any) -> None:
        is_answer = found is not None and not isinstance(found, BaseException)
        later.resolve(change(found) if is_answer else found)

    answer.then(arrived)
    return later
