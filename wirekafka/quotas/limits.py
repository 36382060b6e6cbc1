"""Whom a quota limits: the entities of one quota, and which of them counts for a client.

The most specific entity counts, in this order:

    user and client id · user and default client · user · default user and client id ·
    default user and default client · default user · client id · default client

It also says who shares the limit: a limit of a user is for all of that user's clients together,
one of a client id for all users of it, one of both for the connections that have both.

While only one of the three levels (client id, user, both) has ever had a limit, everybody is
counted at that level, as in Kafka, so that a limit that comes later finds what came before it.

Source: `ClientQuotaManager.DefaultQuotaCallback` of Kafka 4.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Flag

UNLIMITED = float("inf")

ABSENT = ""
"""In place of a user or client id that an entity does not name; real ones are never empty."""

Entity = tuple[str | None, str | None]
"""User and client id: a name, None for the default, or ABSENT."""

Counted = tuple[str, str]
"""User and client id that share one count; ABSENT where it does not matter."""


class Level(Flag):
    """What entities may name."""

    NONE = 0
    CLIENT_ID = 1
    USER = 2
    USER_AND_CLIENT_ID = 4


class Limits:
    """The limits of one quota, by entity."""

    def __init__(self) -> None:
        self._limits: dict[Entity, float] = {}
        self.levels = Level.NONE
        """Those that ever had a limit since the start."""

    def replace(self, limits: Mapping[Entity, float]) -> None:
        """From now on these and no others."""
        self._limits = dict(limits)
        for entity in limits:
            self.levels |= _level(entity)

    def change(self, changes: Mapping[Entity, float | None]) -> bool:
        """From now on these as well; None takes one away. Whether that changed anything."""
        is_changed = False
        for entity, limit in changes.items():
            if self._limits.get(entity) == limit:
                continue
            is_changed = True
            if limit is None:
                del self._limits[entity]
            else:
                self._limits[entity] = limit
                self.levels |= _level(entity)
        return is_changed

    def counted(self, user: str, client_id: str) -> Counted:
        """With whom the requests of this client are counted."""
        match self.levels:
            case Level.NONE | Level.CLIENT_ID:
                return ABSENT, client_id
            case Level.USER:
                return user, ABSENT
            case Level.USER_AND_CLIENT_ID:
                return user, client_id
        for one in (user, None):
            if (one, client_id) in self._limits or (one, None) in self._limits:
                return user, client_id
            if (one, ABSENT) in self._limits:
                return user, ABSENT
        return ABSENT, client_id

    def of(self, counted: Counted) -> float:
        """The limit for those who are counted together."""
        user, client_id = counted
        users = (user, None) if user else (ABSENT,)
        clients = (client_id, None) if client_id else (ABSENT,)
        if not user and not client_id:
            return UNLIMITED
        for one in users:
            for other in clients:
                limit = self._limits.get((one, other))
                if limit is not None:
                    return limit
        return UNLIMITED


def _level(entity: Entity) -> Level:
    user, client_id = entity
    if user == ABSENT:
        return Level.CLIENT_ID
    return Level.USER if client_id == ABSENT else Level.USER_AND_CLIENT_ID
