"""What a request uses of its client's quotas, settled when its answer is made (KIP-219).

The answer goes out at once and says how long the client should wait, in every version that has
throttle_time_ms; and nothing more is read from the connection for that long, whether the client
keeps to it or not.

Source: `RequestHandlerHelper`, `KafkaApis` of Kafka 4.3.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from wirekafka.apis.context import Peer, RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.clock import Clock
from wirekafka.metadata.plan import Charge, free_of_charge
from wirekafka.quotas.broker_quotas import Client

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_PRODUCE = 0
_WRITE_TXN_MARKERS = 27
"""Its time is free: brokers must not slow each other down (`sendResponseExemptThrottle`)."""

_ANONYMOUS = "User:ANONYMOUS"
_CLIENT_ID_AT = 8
_LENGTH = struct.Struct(">h")
_THROTTLE = struct.Struct(">i")
_PRODUCE_FLEXIBLE = 9


def settle(broker: Broker, context: RequestContext, request: Any, response: Any) -> bool:
    """Count the request, and if its client must wait, write so into `response`, a message or None,
    and mute the connection. Whether it must."""
    usage = context.usage
    if usage is None or context.api_key == _WRITE_TXN_MARKERS:
        return False
    if context.api_key == _PRODUCE:
        throttle_ms = usage.settle_produce(acks=request.acks)
    else:
        throttle_ms = usage.settle()
    if throttle_ms == 0:
        return False
    if hasattr(response, "throttle_time_ms"):
        response.throttle_time_ms = throttle_ms
    mute(context.peer, broker.clock, throttle_ms)
    return True


def mute(peer: Peer, clock: Clock, throttle_ms: int) -> None:
    """Let the connection wait after the answer that is being made."""
    until = Deferred()
    timer = clock.call_at(clock.monotonic() + throttle_ms / 1000, lambda: until.resolve(None))
    until.on_abandon = timer.cancel
    peer.hold(until)
    if peer.tape is not None:
        peer.tape.throttled(throttle_ms)


def charge_for(context: RequestContext, *, strict_since: int) -> Charge:
    """What a change of topics charges each of them with; strict from a version on (KIP-599)."""
    usage = context.usage
    charge = usage and usage.charge_mutations(is_strict=context.api_version >= strict_since)
    return charge or free_of_charge


def charge_for_unasked(context: RequestContext) -> Charge:
    """The same for topics that a client creates by asking for them."""
    return context.usage.charge_unasked if context.usage is not None else free_of_charge


def client_of(frame: memoryview, pos: int) -> Client:
    """The client of a request whose header is known to be good."""
    at = pos + _CLIENT_ID_AT
    (size,) = _LENGTH.unpack_from(frame, at)
    client_id = bytes(frame[at + 2 : at + 2 + size]).decode("utf-8", "replace") if size > 0 else ""
    return Client.of(_ANONYMOUS, client_id)


def with_throttle_time(answer: bytes, version: int, throttle_ms: int) -> bytes:
    """A Produce answer with another throttle_time_ms, which is its last field."""
    tags = 1 if version >= _PRODUCE_FLEXIBLE else 0
    at = len(answer) - _THROTTLE.size - tags
    return answer[:at] + _THROTTLE.pack(throttle_ms) + answer[len(answer) - tags :]
