"""Carries out faults: holds each request against the rules and does to it what the rule says.

Hangs in dispatch (`interference.py`) while there is a rule that can hit, and not a moment longer;
new connections are looked at by the server (`refuses`) while a rule refuses them. A request that
no rule can be about, by API or client, costs that look and goes its usual way, the short one as
well; it is read for topics and groups only when a rule that fits otherwise names some.

Connections stay in order, as without faults: a request that is held up or has disappeared mutes its
connection, what was answered before is sent before it is closed. Latency counts from the moment
when the connection's last bytes came, so that requests in flight are late together and not one
after the other; it passes in the machine's time, also while the broker's clock is frozen.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.framing import parse_request_header

from wirekafka.apis.context import Peer
from wirekafka.apis.deferred import Deferred
from wirekafka.apis.interference import Serve
from wirekafka.apis.intervention import Intervention
from wirekafka.apis.table import BY_KEY
from wirekafka.faults.rule import Effect, FaultRule
from wirekafka.faults.scope import groups_of, places_of
from wirekafka.faults.table import Fault, FaultTable, Hit, Place, is_at_connect

if TYPE_CHECKING:
    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka.apis")

MOST_CALLERS = 1000
MOST_CALLER_BYTES = 300
"""Remembered as being of no concern to any rule, and how long their client ids are at most."""

NULL_SIZE = 0xFFFF

_BYTES = (bytes, bytearray, memoryview)


class Injection:
    """The faults of one broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._names = _BrokerNames(broker)
        self.table = FaultTable(lambda seed: random.Random(seed).random)
        self._keys: frozenset[int] | None = frozenset()
        self._unconcerned: set[tuple[int, bytes]] = set()
        """APIs with client ids that no rule can be about: they pay no more than a look in here."""
        self._silenced: dict[str, set[Deferred]] = {}
        self._late: dict[str, dict[Deferred, Callable[[], None]]] = {}
        """What waits because of a latency, by the rule's name, and how it is served."""

    def add(self, rule: FaultRule) -> Fault:
        """Put a rule into force. FaultError when it cannot be."""
        fault = self.table.add(rule)
        self._unconcerned.clear()
        self._follow()
        logger.info("fault added name=%s effect=%s", rule.name, rule.effect.value)
        return fault

    def remove(self, name: str) -> Fault | None:
        """Take a rule out of force, serve what it held up, and close what it silenced."""
        fault = self.table.remove(name)
        if fault is not None:
            self._follow()
            logger.info("fault removed name=%s hits=%d", name, fault.hits)
            for silent in list(self._silenced.pop(name, ())):
                silent.resolve(ProtocolError(f"fault {name!r} is over"))
            for serve in list(self._late.pop(name, {}).values()):
                serve()
        return fault

    def clear(self) -> list[Fault]:
        """Take all rules out of force."""
        removed = (self.remove(fault.rule.name) for fault in list(self.table))
        return [fault for fault in removed if fault is not None]

    def before(
        self, peer: Peer, key: int, version: int, frame: memoryview, pos: int, end: int
    ) -> _Verdict | None:
        """What happens to the request, None: nothing."""
        if self._keys is not None and key not in self._keys:
            return None
        # The client id behind its size; null has none, and is the size 0xFFFF.
        size = frame[pos + 8] << 8 | frame[pos + 9]
        caller = key, bytes(frame[pos + 8 : pos + 10 + (size if size <= MOST_CALLER_BYTES else 0)])
        if caller in self._unconcerned:
            return None
        request = _Request(self._names, peer, key, version, frame, pos, end)
        hit = self.table.meet(request)
        if hit is None:
            is_whole = size <= MOST_CALLER_BYTES or size == NULL_SIZE
            if is_whole and not self.table.concerns(key, request.client_id):
                if len(self._unconcerned) >= MOST_CALLERS:
                    self._unconcerned.clear()
                self._unconcerned.add(caller)
            return None
        self._follow()
        logger.debug("fault hit name=%s api=%d client=%s", hit.rule.name, key, peer.client_host)
        return _Verdict(self, hit)

    def refuses(self, host: str) -> bool:
        """Whether a new connection is refused."""
        rule = self.table.refuses_connection()
        if rule is None:
            return False
        self._follow()
        logger.debug("fault hit name=%s client=%s", rule.name, host)
        return True

    def _follow(self) -> None:
        """Hang where there is a rule to hang for."""
        live = self.table.live()
        keys = {fault.rule.api_key for fault in live if not is_at_connect(fault.rule)}
        self._keys = None if None in keys else frozenset(key for key in keys if key is not None)
        dispatcher, server = self._broker.dispatcher, self._broker.server
        dispatcher.faults = self if keys else None
        is_refusing = any(is_at_connect(fault.rule) for fault in live)
        server.refuses = self.refuses if is_refusing else None

    # -- effects --------------------------------------------------------------------------------

    def intervene(self, hit: Hit) -> Intervention:
        """What the handler is told."""
        rule = hit.rule
        is_throttle = rule.effect is Effect.THROTTLE
        return Intervention(hit, self._names, rule.ms or 0 if is_throttle else 0)

    def silence(self, rule: FaultRule) -> Deferred:
        """An answer that never comes, until the rule is removed."""
        silent = Deferred()
        others = self._silenced.setdefault(rule.name, set())
        others.add(silent)
        silent.on_abandon = lambda: others.discard(silent)
        return silent

    def delay(
        self, rule: FaultRule, serve: Serve, peer: Peer, frame: memoryview, pos: int, end: int
    ) -> Any:
        """Serve the request when its time has come."""
        assert rule.ms is not None
        steady = self._broker.clock.steady
        left = rule.ms / 1000 - (steady.monotonic() - peer.last_read)
        if left <= 0:
            return serve(peer, frame, pos, end)
        kept = memoryview(bytearray(frame[pos:end]))  # the buffer is used again
        later = Deferred()
        others = self._late.setdefault(rule.name, {})

        def is_over() -> None:
            others.pop(later, None)
            timer.cancel()

        def serve_now() -> None:
            is_over()
            answer = self._serve_late(serve, peer, kept)
            if type(answer) is Deferred:
                later.on_abandon = answer.abandon
                answer.then(later.resolve)
            else:
                later.resolve(answer)

        timer = steady.call_at(steady.monotonic() + left, serve_now)
        others[later] = serve_now
        later.on_abandon = is_over
        return later

    def _serve_late(self, serve: Serve, peer: Peer, frame: memoryview) -> Any:
        """As a connection does in its wake-up: serve, write what was staged, wake who waits."""
        broker = self._broker
        answer: Any
        try:
            answer = serve(peer, frame, 0, len(frame))
        except ProtocolError as error:
            answer = error
        except Exception:
            logger.exception("bug in a request that a fault delayed: connection closed")
            answer = ProtocolError("a delayed request could not be answered")
        if not broker.commit():
            answer = ProtocolError("disk error while writing what it produced")
        broker.wake_soon()
        return answer


class _Verdict:
    """A request, and the fault that it met."""

    __slots__ = ("_hit", "_injection")

    def __init__(self, injection: Injection, hit: Hit) -> None:
        self._injection = injection
        self._hit = hit

    def carry_out(self, serve: Serve, peer: Peer, frame: memoryview, pos: int, end: int) -> Any:
        """See `interference.Verdict`."""
        injection, rule = self._injection, self._hit.rule
        match rule.effect:
            case Effect.ERROR | Effect.THROTTLE:
                return serve(peer, frame, pos, end, injection.intervene(self._hit))
            case Effect.LATENCY:
                return injection.delay(rule, serve, peer, frame, pos, end)
            case Effect.BLACKHOLE:
                return injection.silence(rule)
            case Effect.DROP_BEFORE | Effect.REFUSE_CONNECT:
                raise _closed(rule)
            case Effect.DROP_AFTER | Effect.HALF_RESPONSE:
                answer = serve(peer, frame, pos, end)
                if type(answer) is not Deferred:
                    spoiled = _spoiled(rule, peer, answer)
                    if isinstance(spoiled, ProtocolError):
                        raise spoiled
                    return spoiled
                later = Deferred(on_abandon=answer.abandon)
                answer.then(lambda found: later.resolve(_spoiled(rule, peer, found)))
                return later


def _spoiled(rule: FaultRule, peer: Peer, answer: Any) -> Any:
    """Half of the answer, and then the end; or the end at once."""
    closed = _closed(rule)
    if rule.effect is Effect.DROP_AFTER or answer is None or isinstance(answer, ProtocolError):
        return closed
    parts = answer if type(answer) is list else [answer]
    whole = b"".join(
        part if type(part) in _BYTES else part.read_range(0, part.size) for part in parts
    )
    end = Deferred()
    end.resolve(closed)
    peer.hold(end)
    return [whole[: len(whole) // 2]]


def _closed(rule: FaultRule) -> ProtocolError:
    return ProtocolError(f"fault {rule.name!r}: {rule.effect.value}")


class _Request:
    """A request as the rules see it; read no further than they ask."""

    __slots__ = ("_body", "_client_id", "_frame", "_names", "_peer", "_span", "api_key")

    def __init__(
        self,
        names: _BrokerNames,
        peer: Peer,
        key: int,
        version: int,
        frame: memoryview,
        pos: int,
        end: int,
    ) -> None:
        self.api_key = key
        self._names = names
        self._peer = peer
        self._frame = frame
        self._span = pos, end, version
        self._client_id: str | None = None
        self._body: Any = self

    @property
    def is_first(self) -> bool:
        return self._peer.served == 0

    @property
    def client_id(self) -> str:
        if self._client_id is None:
            pos, end, _ = self._span
            size = int.from_bytes(self._frame[pos + 8 : pos + 10], "big", signed=True)
            stop = min(pos + 10 + max(size, 0), end)
            self._client_id = str(self._frame[pos + 10 : stop], "utf-8", "replace")
        return self._client_id

    @property
    def places(self) -> list[Place]:
        body = self._read()
        return places_of(self.api_key, body, self._names) if body is not None else []

    @property
    def groups(self) -> list[str]:
        body = self._read()
        return groups_of(self.api_key, body) if body is not None else []

    def _read(self) -> Any:
        """The request's message; None where it cannot be read: its handler will say so."""
        if self._body is self:
            pos, end, version = self._span
            self._body = None
            api = BY_KEY.get(self.api_key)
            if api is not None and api.min_version <= version <= api.max_version:
                try:
                    at = parse_request_header(self._frame, pos, end).body_pos
                    self._body, _ = api.decoder(version)(self._frame, at, end)
                except ProtocolError:
                    pass
        return self._body


class _BrokerNames:
    """What rules need to know of the broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def topic_of(self, topic_id: bytes) -> str | None:
        topic = self._broker.image.topics_by_id.get(topic_id)
        return topic.name if topic is not None else None

    def all_topics(self) -> list[str]:
        return list(self._broker.image.topics)

    def session_places(self, session_id: int) -> Iterator[Place]:
        for topic, index in self._broker.fetch_sessions.read_by(session_id):
            name = self.topic_of(topic) if isinstance(topic, bytes) else topic
            if name is not None:
                yield name, index
