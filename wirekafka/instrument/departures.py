"""Eviction on disconnect: a member whose connection breaks is gone at once, not after its session.

Kafka waits for the session (45 s), because a client may come back; a test that kills a consumer
does not want to. It is off unless somebody turns it on.

A member sits on the connection that was last used for it: by JoinGroup, SyncGroup, Heartbeat or
ConsumerGroupHeartbeat. When that connection ends, whoever ended it, the member is evicted as if it
had left. One that is alive joins again. Members with a group.instance.id stay: their place is kept
for a client that comes back. Who joined before this was turned on is known from his next heartbeat.

When the broker itself closes everything, because it stops or goes back to a snapshot, nobody has
left.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.instrument.group_commands import evict_members
from wirekafka.instrument.group_views import glance

if TYPE_CHECKING:
    from wirekafka.broker import Broker
    from wirekafka.observe.witness import Asking

MAX_SEATS = 1000
"""Members of one connection; who asks for ever more ids is not followed with all of them."""

Seat = tuple[str, str]
"""Group and member id."""

_IN_GROUP = frozenset(
    {ErrorCode.NONE, ErrorCode.MEMBER_ID_REQUIRED, ErrorCode.REBALANCE_IN_PROGRESS}
)
_CLASSIC = frozenset({ApiKey.SYNC_GROUP, ApiKey.HEARTBEAT})
_OWN_ID = frozenset({ApiKey.JOIN_GROUP, ApiKey.CONSUMER_GROUP_HEARTBEAT})
"""Their answers name the member; to the others the request does."""

logger = logging.getLogger("wirekafka.instrument")


class Departures:
    """See the module. One for each broker, made when it is first asked for."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._sits: dict[Seat, Any] = {}
        self._seats: dict[Any, dict[Seat, None]] = {}

    @classmethod
    def of(cls, broker: Broker) -> Departures:
        """That of this broker."""
        observer = broker.observer
        if observer.departures is None:
            observer.departures = cls(broker)
        return observer.departures

    @property
    def are_followed(self) -> bool:
        """Whether it is on."""
        return self._broker.server.departed is not None

    def follow(self, *, on: bool) -> None:
        """Turn it on or off."""
        self._broker.server.departed = self._departed if on else None
        self._broker.observer.witness.also = self._answered if on else None
        if not on:
            self._sits.clear()
            self._seats.clear()

    def _answered(self, context: Asking, request: Any, response: Any) -> None:
        """Note who sits where."""
        key = context.api_key
        if key not in _OWN_ID and key not in _CLASSIC:
            return
        if response.error_code not in _IN_GROUP:
            return
        member_id = response.member_id if key in _OWN_ID else request.member_id
        seat = request.group_id, member_id
        if not member_id:
            return
        if key == ApiKey.CONSUMER_GROUP_HEARTBEAT and response.member_epoch < 0:
            self._sits.pop(seat, None)  # it has left by itself
            return
        seats = self._seats.setdefault(context.peer, {})
        if len(seats) < MAX_SEATS:
            seats[seat] = None
            self._sits[seat] = context.peer

    def _departed(self, connection: Any) -> None:
        """Evict who sat on it and on no other since."""
        seats = self._seats.pop(connection, {})
        gone = [seat for seat in seats if self._sits.get(seat) is connection]
        for seat in gone:
            del self._sits[seat]
            if not self._broker.server.is_closing:
                self._broker.run_admin(self._evict(*seat))

    async def _evict(self, group_id: str, member_id: str) -> None:
        view = glance(self._broker, group_id)
        member = next((m for m in view.members if m.member_id == member_id), None) if view else None
        if member is None or member.instance_id is not None:
            return
        try:
            await evict_members(self._broker, group_id, [member_id])
        except ApiError as error:
            logger.warning("eviction failed group=%s member=%s: %s", group_id, member_id, error)
            return
        logger.info("evicted on disconnect group=%s member=%s", group_id, member_id)
