"""From a frame to its API module and back to the bytes of the answer.

Run to completion: `handle` is called by a connection for each frame and returns

    bytes-like          the answer, a whole frame
    list                the answer in parts: bytes and LogSlices, in order (Fetch; and whenever the
                        client is throttled, because a list ends the connection's wake-up)
    Deferred            the answer comes later, in one of the two forms above, or as the
                        ProtocolError for which the connection must be closed
    None                nothing is answered (Produce with acks=0)

and raises ProtocolError when the connection must be closed.

Produce stages its batches and the connection commits them once per wake-up, before any answer is
sent. Every other API sees only what is committed, so staged batches are committed before it runs.

This is the one place where a request passes from the network to the broker: faults and quotas
belong before and after the handler here and nowhere else.
"""

from __future__ import annotations

import logging
import struct
from collections import Counter
from functools import cached_property
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError, ErrorCode, ProtocolError
from wirekafka_protocol.framing import parse_request_header

from wirekafka.apis.context import Peer, RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.interference import Faults
from wirekafka.apis.settled_heartbeat import SettledHeartbeat
from wirekafka.apis.table import BY_KEY, Api
from wirekafka.apis.throttle import client_of, mute, settle, with_throttle_time
from wirekafka.quotas.broker_quotas import BrokerQuotas, Client
from wirekafka.quotas.request_usage import ForcedThrottle, RequestUsage

if TYPE_CHECKING:
    from wirekafka.apis.injection import Injection
    from wirekafka.apis.intervention import Intervention
    from wirekafka.broker import Broker
    from wirekafka.observe.witness import Witness

logger = logging.getLogger("wirekafka.apis")

_API_KEY_AND_VERSION = struct.Struct(">hh")
_SIZE_AND_CORRELATION = struct.Struct(">ii")
_API_VERSIONS = 18
_PRODUCE = 0


class Dispatcher:
    """Answers the frames of all connections of one broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._quotas: BrokerQuotas | None = None
        self._faults: Faults | None = None
        self.decoded: Counter[int] = Counter()
        """Requests by API key, without the Produce requests that went the short way."""
        self.witness: Witness | None = None
        """Notes the answers that clients stumble over; not shown those of the short way."""
        self.is_special = False
        """Whether there are quotas or faults: until then a request costs no more than this look."""
        self.shows_all = False
        """Whether somebody can ask what each client said: then nothing is answered without this."""

    @property
    def quotas(self) -> BrokerQuotas | None:
        """Set when the first quota is."""
        return self._quotas

    @quotas.setter
    def quotas(self, quotas: BrokerQuotas | None) -> None:
        self._quotas = quotas
        self._follow()

    @property
    def faults(self) -> Faults | None:
        """Who decides about every request from the next one on; None while there is nobody."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults | None) -> None:
        self._faults = faults
        self._follow()

    def _follow(self) -> None:
        self.is_special = self._quotas is not None or self._faults is not None

    @cached_property
    def injection(self) -> Injection:
        """The faults of this broker; there are none before somebody asks for this."""
        from wirekafka.apis.injection import Injection

        return Injection(self._broker)

    def forget_faults(self) -> list[str]:
        """Take all out of force; their names."""
        if "injection" not in self.__dict__:  # nobody has asked for it
            return []
        return [fault.rule.name for fault in self.injection.clear()]

    def handle(self, peer: Peer, frame: memoryview, pos: int, end: int) -> Any:
        """Answer the request in frame[pos:end]; see the module for what comes back."""
        broker = self._broker
        if end - pos < 10:
            raise ProtocolError(f"a request of {end - pos} bytes is shorter than its header")
        key, version = _API_KEY_AND_VERSION.unpack_from(frame, pos)
        try:
            if self.is_special:
                if self._faults is not None:
                    verdict = self._faults.before(peer, key, version, frame, pos, end)
                    if verdict is not None:
                        return verdict.carry_out(self._serve, peer, frame, pos, end)
                return self._serve(peer, frame, pos, end)
            if key == _PRODUCE:
                answer = broker.produce_path.handle(frame, pos, end, version)
                if answer is not None:
                    return answer
            elif broker.partitions.has_staged:
                broker.partitions.commit_early()
            return self._by_table(peer, frame, pos, end, key, version)
        except ProtocolError:
            raise
        except Exception as error:
            # The connection must go on to commit what is staged: its buffer is used again.
            raise _unanswerable(key, version, peer.client_host, error) from error

    def _serve(
        self,
        peer: Peer,
        frame: memoryview,
        pos: int,
        end: int,
        intervention: Intervention | None = None,
    ) -> Any:
        """As `handle`, for those who are not in a hurry: counts what the request uses where there
        are quotas, and lets `intervention` stand in for the handler."""
        broker = self._broker
        usage: RequestUsage | None = None
        if intervention is not None and intervention.throttle_ms > 0:
            usage = ForcedThrottle(
                intervention.throttle_ms, self._quotas, broker.clock, end - pos, peer.network_time
            )
        elif self._quotas is not None:
            usage = RequestUsage(self._quotas, broker.clock, end - pos, peer.network_time)
        key, version = _API_KEY_AND_VERSION.unpack_from(frame, pos)
        if key == _PRODUCE and intervention is None:
            answer = broker.produce_path.handle(frame, pos, end, version)
            if answer is not None:
                if usage is None:
                    return answer
                usage.client = client_of(frame, pos)
                throttle_ms = usage.settle_produce(acks=1)
                if throttle_ms == 0:
                    return answer
                mute(peer, broker.clock, throttle_ms)
                return [with_throttle_time(answer, version, throttle_ms)]
        elif key != _PRODUCE and broker.partitions.has_staged:
            broker.partitions.commit_early()
        return self._by_table(peer, frame, pos, end, key, version, usage, intervention)

    def _by_table(
        self,
        peer: Peer,
        frame: memoryview,
        pos: int,
        end: int,
        key: int,
        version: int,
        usage: RequestUsage | None = None,
        intervention: Intervention | None = None,
    ) -> Any:
        api = BY_KEY.get(key)
        if api is None:
            raise ProtocolError(f"api key {key} version {version} is not served")
        self.decoded[key] += 1
        is_known_version = api.min_version <= version <= api.max_version
        if not is_known_version and key != _API_VERSIONS:
            raise ProtocolError(f"{api.name} version {version} is not served")
        header = parse_request_header(frame, pos, end)
        context = RequestContext(
            key,
            version,
            header.correlation_id,
            header.client_id,
            peer.client_host,
            peer.listener,
            peer.advertised,
            peer,
            usage=usage,
            intervention=intervention,
        )
        if usage is not None:
            usage.client = Client.of(context.principal, header.client_id)
        request = None  # the body of an unknown version cannot be read (KIP-511)
        if is_known_version:
            request, _ = api.decoder(version)(frame, header.body_pos, end)
        answer = self._answer(api, context, request)
        is_seen = self.is_special or self.shows_all
        if context.settled is not None and not is_seen and type(answer) is bytearray:
            peer.settled = SettledHeartbeat(self._broker, context.settled, frame[pos:end], answer)
        return answer

    def _answer(self, api: Api, context: RequestContext, request: Any) -> Any:
        try:
            if context.intervention is None:
                response = api.module.handle(self._broker, context, request)
            else:
                response = context.intervention.handle(self._broker, api, context, request)
        except ApiError as error:
            response = error
        except ProtocolError:
            raise
        except Exception:
            _log_bug(api, context)
            response = ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)
        if type(response) is CoroutineType:
            response = self._broker.run_admin(response)
        if type(response) is not Deferred:
            return self._frame(api, context, request, response)
        if response.done:
            framed: Any = None

            def keep(answer: Any) -> None:
                nonlocal framed
                framed = self._frame(api, context, request, answer)

            response.then(keep)
            return framed
        if context.usage is not None:
            context.usage.stop()
        later = Deferred(on_abandon=response.abandon)
        response.then(lambda answer: later.resolve(self._late_frame(api, context, request, answer)))
        return later

    def _late_frame(self, api: Api, context: RequestContext, request: Any, response: Any) -> Any:
        """As `_frame`, but a ProtocolError is returned: who resolves a Deferred must not fail."""
        try:
            return self._frame(api, context, request, response)
        except ProtocolError as error:
            return error
        except Exception as error:
            return _unanswerable(api.key, context.api_version, context.client_host, error)

    def _frame(self, api: Api, context: RequestContext, request: Any, response: Any) -> Any:
        """The answer's bytes: header and body; lists are parts that a module framed itself."""
        if type(response) is list:
            return response  # Fetch looks after its quotas itself
        if response is None:
            throttled = context.usage is not None and settle(self._broker, context, request, None)
            return [] if throttled else None
        if isinstance(response, BaseException):
            if not isinstance(response, ApiError):
                _log_bug(api, context, response)
                response = ApiError(ErrorCode.UNKNOWN_SERVER_ERROR)
            response = api.module.error_response(request, context, response)
        if self.witness is not None:
            self.witness.answered(context, request, response)
        throttled = context.usage is not None and settle(self._broker, context, request, response)
        version = context.api_version
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(
                "request api=%s version=%d correlation_id=%d client_id=%s client=%s",
                api.name,
                version,
                context.correlation_id,
                context.client_id,
                context.client_host,
            )
        if api.key == _API_VERSIONS:
            # Its response header never has tags, so that any client can read it (KIP-511).
            out = bytearray(8)
            version = version if request is not None else 0
        else:
            out = bytearray(9 if version >= api.flexible_from else 8)
        api.encode(version, response, out)
        _SIZE_AND_CORRELATION.pack_into(out, 0, len(out) - 4, context.correlation_id)
        return [out] if throttled else out


def _unanswerable(key: int, version: int, client_host: str, error: Exception) -> ProtocolError:
    """Log a bug that leaves us without an answer; the connection is closed for it."""
    logger.error(
        "bug in api key %d version=%d client=%s: connection closed",
        key,
        version,
        client_host,
        exc_info=error,
    )
    return ProtocolError(f"api key {key} version {version} could not be answered")


def _log_bug(api: Api, context: RequestContext, error: BaseException | None = None) -> None:
    logger.error(
        "bug in %s version=%d client_id=%s client=%s: answered UNKNOWN_SERVER_ERROR",
        api.name,
        context.api_version,
        context.client_id,
        context.client_host,
        exc_info=error or True,
    )
