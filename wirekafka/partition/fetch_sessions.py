"""Fetch sessions (KIP-227): the broker remembers what a consumer reads, requests carry changes.

A pure machine. A session holds its partitions in order; one that returned data moves to the end,
so that the byte limits of a response starve nobody. An incremental response lists only
partitions with news: records, another high watermark or log start, or an error.

Sessions are bounded by max.incremental.fetch.session.cache.slots. When all are taken, a new one
replaces the least recently used if that was idle for more than `EVICTION_MS`, else the smallest of
those that were already that old when they were last used, if it is smaller than the new one.
Otherwise the consumer gets session id 0 and sends full requests. (Kafka divides the slots among
eight parts of its cache; which part a session is in is chance.)

Source: KIP-227, `FetchSession`, `FetchSessionCacheShard`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from wirekafka_protocol.errors import ApiError, ErrorCode

EVICTION_MS = 120_000
"""min.incremental.fetch.session.eviction.ms: fixed in Kafka, too."""

INITIAL_EPOCH = 0
FINAL_EPOCH = -1
_LAST_EPOCH = 2**31 - 1

TopicKey = str | bytes
"""A topic as requests of one version name it: by name up to Fetch 12, then by id."""


class FetchTarget:
    """One partition that a consumer wants to read, and what it was last told about it.

    `topic_name` is the name that a topic id had when a session began to read it, else None.
    """

    __slots__ = (
        "current_leader_epoch",
        "fetch_offset",
        "index",
        "known_high_watermark",
        "known_log_start_offset",
        "last_fetched_epoch",
        "max_bytes",
        "topic",
        "topic_name",
    )

    def __init__(
        self,
        topic: TopicKey,
        index: int,
        fetch_offset: int,
        max_bytes: int,
        current_leader_epoch: int,
        last_fetched_epoch: int,
    ) -> None:
        self.topic = topic
        self.index = index
        self.fetch_offset = fetch_offset
        self.max_bytes = max_bytes
        self.current_leader_epoch = current_leader_epoch
        self.last_fetched_epoch = last_fetched_epoch
        self.known_high_watermark = -1
        self.known_log_start_offset = -1
        self.topic_name: str | None = None


Targets = dict[tuple[TopicKey, int], FetchTarget]


class FetchSession:
    """What one consumer reads, and the epoch that its next request must carry."""

    __slots__ = ("by_id", "created_ms", "epoch", "id", "last_used_ms", "targets")

    def __init__(self, session_id: int, targets: Targets, *, by_id: bool, now_ms: int) -> None:
        self.id = session_id
        self.epoch = 1
        self.by_id = by_id
        self.targets = targets
        self.created_ms = self.last_used_ms = now_ms

    def update(self, wanted: Targets, forgotten: Iterable[tuple[TopicKey, int]]) -> None:
        """Apply what an incremental request adds, changes and forgets, in this order."""
        for key, target in wanted.items():
            known = self.targets.get(key)
            if known is not None:
                target.known_high_watermark = known.known_high_watermark
                target.known_log_start_offset = known.known_log_start_offset
                target.topic_name = known.topic_name
            self.targets[key] = target
        for key in forgotten:
            self.targets.pop(key, None)

    def advance(self) -> None:
        """The request of this epoch is being answered."""
        self.epoch = 1 if self.epoch == _LAST_EPOCH else self.epoch + 1

    def move_to_end(self, key: tuple[TopicKey, int]) -> None:
        """A partition returned data: let the others go first next time."""
        self.targets[key] = self.targets.pop(key)


class FetchSessions:
    """All fetch sessions of a broker. `new_id` gives random positive int32 numbers."""

    def __init__(self, slots: int, new_id: Callable[[], int]) -> None:
        self._slots = slots
        self._new_id = new_id
        self._sessions: dict[int, FetchSession] = {}
        self.listeners: set[Callable[[tuple[str, str], Iterable[FetchTarget]], None]] = set()
        """Told who (client id, host) asks for what, with every Fetch."""

    def __len__(self) -> int:
        return len(self._sessions)

    def open(self, targets: Targets, *, by_id: bool, now_ms: int) -> FetchSession | None:
        """Start a session, with or without partitions; None when there is no slot."""
        if not self._make_room(len(targets), now_ms):
            return None
        session_id = self._new_id()
        while session_id in self._sessions:
            session_id = self._new_id()
        session = FetchSession(session_id, targets, by_id=by_id, now_ms=now_ms)
        self._sessions[session_id] = session
        return session

    def find(self, session_id: int) -> FetchSession | None:
        """A session that somebody looks at, without using it."""
        return self._sessions.get(session_id)

    def clear(self) -> None:
        """End all sessions."""
        self._sessions.clear()

    def read_by(self, session_id: int) -> list[tuple[TopicKey, int]]:
        """What a session reads; nothing when it is unknown."""
        session = self._sessions.get(session_id)
        return list(session.targets) if session is not None else []

    def close(self, session_id: int) -> None:
        """End a session; it may be unknown."""
        self._sessions.pop(session_id, None)

    def resume(self, session_id: int, epoch: int, *, by_id: bool, now_ms: int) -> FetchSession:
        """The session of an incremental request.

        ApiError FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, or
        FETCH_SESSION_TOPIC_ID_ERROR when names and ids are mixed in one session.
        """
        session = self._sessions.get(session_id)
        if session is None:
            raise ApiError(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
        if session.epoch != epoch:
            raise ApiError(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
        if session.by_id != by_id:
            raise ApiError(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
        session.last_used_ms = now_ms
        # Dicts keep their order: the least recently used session stays in front.
        self._sessions[session_id] = self._sessions.pop(session_id)
        return session

    def _make_room(self, size: int, now_ms: int) -> bool:
        if len(self._sessions) < self._slots:
            return True
        oldest = next(iter(self._sessions.values()), None)
        if oldest is None:
            return False
        if now_ms - oldest.last_used_ms > EVICTION_MS:
            del self._sessions[oldest.id]
            return True
        aged = (
            (len(session.targets), session.id)
            for session in self._sessions.values()
            if session.last_used_ms - session.created_ms > EVICTION_MS
        )
        smallest = min(aged, default=None)
        if smallest is None or smallest[0] >= size:
            return False
        del self._sessions[smallest[1]]
        return True
