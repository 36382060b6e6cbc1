"""What one connection said and heard lately, as bytes that nobody has looked at yet.

A tape is written once per wake-up of its connection, not once per request: the frames that one
read brought lie one behind the other and are kept by a single copy, and so are their answers. For
a pipeline of tiny requests that is a few nanoseconds for each. Reading a tape, which is rare, finds
the frames, pairs them with their answers and decodes them (`exchanges.py`).

What does not fit is cut, never left out without a word: of a wake-up the first `KEPT_BYTES` are
kept, with its true size and number of frames (with a control port, its requests are whole as long
as there is room in `large.py`); of a tape the newest wake-ups, with the number of those that were
dropped. A record batch is kept as the broker has stored it (base offset and leader
epoch are patched in place), and of an answer that is sent from a segment only what is in front of
its first records.

Invariants: `used` is what the kept wake-ups cost, and part of `room.used`; requests of more than
`KEPT_BYTES` are not in it, but in `large_used`, which is part of `room.large.used`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.framing import SIZE_BYTES, parse_request_header

from wirekafka.observe.large import LargeRequests

KEPT_BYTES = 32 * 1024
"""Of the requests of a wake-up, and of its answers: as much as 128 tiny requests have."""

TAPE_BYTES = 512 * 1024
"""Of one connection: some 16 wake-ups full of tiny requests, or thousands of small ones."""

WAKE_UP_COST = 300
"""Bytes that a wake-up takes besides its frames: a tuple, two floats, two byte strings."""

LEAST_BYTES = 200
"""Kept in any case of the requests of a connection's newest wake-up, and of its answers."""

SAME_BYTES = 1024
MOST_SAME = 64
"""First words of clients that are kept only once: how long, and how many."""

LATE = 0
"""The number of frames of a wake-up that only answers what came before."""

STRANGER_BYTES = 64
"""Kept of what could not be read."""


INSISTS = 4
INSISTS_WITHIN_S = 3.0
"""A lost client asks several times a second, Java's at least once; who only looks asks less often,
or for one topic after the other."""


class WakeUp(NamedTuple):
    """How to read an entry of a tape; entries themselves are plain tuples, which cost less.

    Times are those of the recorder. `requests` and `answers` are whole frames, one behind the
    other, perhaps cut; `request_bytes` and `answer_bytes` are their sizes before the cut.
    """

    started: float
    ended: float
    frames: int
    requests: bytes
    request_bytes: int
    answers: bytes
    answer_bytes: int


class Told:
    """That a client was told this broker's address: since when, when last, and how often; whether
    it named topics that exist or asked for a coordinator, so that it wants something of us.

    `insisted` is when it had asked `INSISTS` times within `INSISTS_WITHIN_S` for the same topics or
    the same coordinator, and when it did so last; `first_wish` is when it asked first. `at_frame`
    counts the requests up to the last time that it was told; `version` is that of the Metadata
    request for topics that was then answered, None for any other, and `creates` whether it would
    have had topics made.
    """

    __slots__ = (
        "_wishes",
        "asked_coordinator",
        "at_frame",
        "count",
        "creates",
        "first",
        "first_wish",
        "insisted",
        "last",
        "named_topics",
        "version",
    )

    def __init__(self, now: float) -> None:
        self.first = self.last = self.first_wish = now
        self.count = self.at_frame = 0
        self.version: int | None = None
        self.creates = False
        self.named_topics = False
        self.asked_coordinator = False
        self.insisted: float | None = None
        self._wishes: dict[str, tuple[int, deque[float]]] = {}

    def wishes(self, kind: str, subject: int) -> None:
        """It asked for something; `subject` is the same for the same."""
        known, times = self._wishes.get(kind, (None, None))
        if known != subject or times is None:
            times = deque(maxlen=INSISTS)
            self._wishes[kind] = (subject, times)
        if not self.named_topics and not self.asked_coordinator:
            self.first_wish = self.last
        times.append(self.last)
        if len(times) == INSISTS and times[-1] - times[0] <= INSISTS_WITHIN_S:
            self.insisted = self.last


class Room:
    """What all tapes of a broker may take together, and who makes room when it is full. `large` is
    the room for requests that are kept whole, None where they are not."""

    __slots__ = ("_same", "large", "limit", "make_way", "used")

    def __init__(self, limit: int, make_way: Callable[[Tape], None]) -> None:
        self.limit = limit
        self.used = 0
        self.large: LargeRequests | None = None
        self.make_way = make_way
        self._same: dict[bytes, bytes] = {}

    def same(self, data: bytes) -> bytes:
        """An equal object that another tape may have."""
        if len(data) > SAME_BYTES:
            return data
        if len(self._same) >= MOST_SAME and data not in self._same:
            self._same.clear()
        return self._same.setdefault(data, data)


class Tape:
    """See the module. `peer` is the connection while it is open, None afterwards."""

    __slots__ = (
        "advertised",
        "asked_way",
        "bootstrap_frames",
        "client_host",
        "client_id",
        "client_port",
        "close_reason",
        "closed",
        "dropped_answer_bytes",
        "dropped_frames",
        "dropped_request_bytes",
        "entries",
        "large_used",
        "listed_all",
        "listener",
        "local",
        "monotonic",
        "number",
        "opened",
        "peer",
        "room",
        "served",
        "software",
        "stranger",
        "throttled_until",
        "told",
        "used",
    )

    def __init__(
        self, number: int, room: Room, monotonic: Callable[[], float], peer: Any, local: Any
    ) -> None:
        self.number = number
        self.room = room
        self.monotonic = monotonic
        self.peer = peer
        self.client_host: str = peer.client_host
        self.client_port = 0
        self.local: tuple[str, int] = local
        self.listener: str = peer.listener
        self.advertised: tuple[str, int] = peer.advertised
        self.software: tuple[str, str] = ("", "")
        self.client_id: str | None = None
        self.opened = monotonic()
        self.closed: float | None = None
        self.close_reason = ""
        self.stranger = b""
        # A list, although it is dropped from at its beginning: an empty deque takes 600 bytes.
        self.entries: list[tuple[Any, ...]] = []
        self.used = self.large_used = 0
        self.served = 0
        self.dropped_frames = 0
        self.dropped_request_bytes = 0
        self.dropped_answer_bytes = 0
        # What the witness notes of it: requests that any client makes before it works, whether it
        # asked for brokers, topics or a coordinator, whether it listed all topics (some begin so,
        # to others it is all they want), what it was told of our address, and until when it may
        # not go on.
        self.bootstrap_frames = 0
        self.asked_way = False
        self.listed_all = False
        self.told: Told | None = None
        self.throttled_until = 0.0

    def ran(
        self, started: float, view: memoryview, start: int, end: int, frames: int, out: list[Any]
    ) -> None:
        """A wake-up has handled the frames in view[start:end] and sends `out`."""
        is_first = not self.served
        if is_first:
            self._meet(view, start, end)
        self.served += frames
        size = end - start
        large = None
        if size > KEPT_BYTES:
            large = self.room.large
            if large is None or size > large.largest:
                large, end = None, start + KEPT_BYTES
        requests = view[start:end].tobytes()
        try:
            answers = b"".join(out)
            answer_bytes = len(answers)
        except TypeError:
            answers, answer_bytes = _without_files(out)
        if answer_bytes > KEPT_BYTES:
            answers = answers[:KEPT_BYTES]
        if is_first:
            # Thousands of clients of one kind begin with the same words.
            requests, answers = self.room.same(requests), self.room.same(answers)
        self.entries.append(
            (started, self.monotonic(), frames, requests, size, answers, answer_bytes)
        )
        cost = len(answers) + WAKE_UP_COST
        if large is None:
            cost += len(requests)
        else:
            large.keep(self, size)
        self.used += cost
        room = self.room
        room.used += cost
        if self.used > TAPE_BYTES or room.used > room.limit:
            room.make_way(self)

    def answered(self, parts: Sequence[Any]) -> None:
        """The request that was waited for has its answer."""
        now = self.monotonic()
        answers, size = _without_files(parts)
        self.entries.append((now, now, LATE, b"", 0, answers[:KEPT_BYTES], size))
        cost = min(len(answers), KEPT_BYTES) + WAKE_UP_COST
        self.used += cost
        self.room.used += cost
        if self.used > TAPE_BYTES or self.room.used > self.room.limit:
            self.room.make_way(self)

    def refused(self, view: memoryview, pos: int, filled: int) -> None:
        """What lies in view[pos:filled] is not understood, and the connection ends for it."""
        self.stranger = bytes(view[pos : min(filled, pos + STRANGER_BYTES)])

    def throttled(self, throttle_ms: int) -> None:
        """Nothing more is read from the connection for that long."""
        self.throttled_until = self.monotonic() + throttle_ms / 1000

    def drop_oldest(self, used: int) -> None:
        """Forget wake-ups until the tape takes no more than that, but not the newest."""
        freed = large = count = 0
        # As `_cost` and `_large`, but each entry of a busy tape comes here once.
        for _, _, frames, requests, request_bytes, answers, answer_bytes in self.entries[:-1]:
            if self.used - freed <= used:
                break
            count += 1
            kept = len(requests)
            if kept > KEPT_BYTES:
                large += kept
                kept = 0
            freed += kept + len(answers) + WAKE_UP_COST
            self.dropped_frames += frames
            self.dropped_request_bytes += request_bytes
            self.dropped_answer_bytes += answer_bytes
        del self.entries[:count]
        self._free(freed, large)

    def shrink(self, used: int) -> None:
        """Forget wake-ups until the tape takes no more than that; of the newest, which is kept,
        what its requests and answers begin with."""
        self.drop_oldest(used)
        if self.used <= used or not self.entries:
            return
        old = self.entries[0]
        started, ended, frames, requests, size, answers, answer_bytes = old
        each = min(max((used - WAKE_UP_COST) // 2, LEAST_BYTES), KEPT_BYTES)
        new = (started, ended, frames, requests[:each], size, answers[:each], answer_bytes)
        self.entries[0] = new
        self._free(_cost(old) - _cost(new), _large(old))

    def cut_large(self, enough: int) -> None:
        """Cut the oldest of the requests that are kept whole, until so many bytes are free."""
        freed = 0
        for index, entry in enumerate(self.entries):
            size = _large(entry)
            if not size:
                continue
            started, ended, frames, requests, *others = entry
            self.entries[index] = (started, ended, frames, requests[:KEPT_BYTES], *others)
            self._free(-KEPT_BYTES, size)
            freed += size
            if freed >= enough:
                return

    def clear(self) -> None:
        """Forget all wake-ups."""
        self._free(self.used, self.large_used)
        self.dropped_frames = 0
        self.dropped_request_bytes = 0
        self.dropped_answer_bytes = 0
        self.entries.clear()

    def lost(self) -> None:
        """The connection is gone."""
        self.closed = self.monotonic()
        self.software = self.peer.software
        self.peer = None

    @property
    def client_software(self) -> tuple[str, str]:
        """Name and version that the client gave of itself, empty while it has not."""
        found: tuple[str, str] = self.software if self.peer is None else self.peer.software
        return found

    def _free(self, cost: int, large: int) -> None:
        self.used -= cost
        self.room.used -= cost
        if large and self.room.large is not None:
            self.room.large.release(self, large)

    def _meet(self, view: memoryview, start: int, end: int) -> None:
        """Note who it is, once."""
        try:
            header = parse_request_header(view, start + SIZE_BYTES, end)
        except ProtocolError:
            return
        self.client_id = header.client_id or ""


def _large(entry: tuple[Any, ...]) -> int:
    """The bytes of its requests, if they are kept whole although they are large."""
    size = len(entry[3])
    return size if size > KEPT_BYTES else 0


def _cost(entry: tuple[Any, ...]) -> int:
    """What a wake-up takes of its tape."""
    return WAKE_UP_COST + len(entry[5]) + (0 if _large(entry) else len(entry[3]))


def _without_files(parts: Sequence[Any]) -> tuple[bytes, int]:
    """The bytes in front of the first range of a file, and the size of all of it."""
    head = bytearray()
    size = 0
    is_head = True
    for part in parts:
        if isinstance(part, bytes | bytearray | memoryview):
            size += len(part)
            if is_head and size <= KEPT_BYTES:
                head += part
            elif is_head:
                head += part[: KEPT_BYTES - len(head)]
                is_head = False
        else:
            size += part.size
            is_head = is_head and part.size == 0
    return bytes(head), size
