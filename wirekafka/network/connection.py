"""One client's connection: bytes in, whole frames to dispatch, answers out, in order.

Every complete frame of a read is handled at once, in the callback that brought it. Then the
staged batches are committed (one write per partition), then the answers are sent, one send for
all. At most `FRAMES_PER_WAKE_UP` frames are handled before the loop goes on to other connections.

Kafka processes one request at a time per connection. So while a request waits (`Deferred`) or an
answer is not yet in the socket, the connection is muted: later frames stay in a buffer of the
connection's own, and reading pauses when that holds more than `MUTED_READ_BYTES`.

Invariants: bytes of frames that are not handled yet are in `_private[:_filled]`; the shared
buffer holds nothing between two wake-ups.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import sys
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ProtocolError

from wirekafka.apis.deferred import Deferred
from wirekafka.network.sender import Sender
from wirekafka.network.strangers import FIRST_BYTES, describe

if TYPE_CHECKING:
    from wirekafka.apis.settled_heartbeat import SettledHeartbeat
    from wirekafka.network.server import Listener
    from wirekafka.observe.tape import Tape
    from wirekafka.quotas.network_time import NetworkTime

logger = logging.getLogger("wirekafka.network")

FRAMES_PER_WAKE_UP = 128
"""About 1 ms of tiny requests; a client with a deep pipeline does not starve the others."""

MUTED_READ_BYTES = 64 * 1024
"""What a muted connection may bring before its socket is left unread."""

UNASKED_FRAMES = 100
"""What is recorded of a connection where nobody can ask for it, and only the doctor looks: clients
that have lost their way are at its beginning."""

FIRST_ROOM_BYTES = 32 * 1024
"""For the start of a frame that is still to come: little, because it may never come."""

_SIZE = struct.Struct(">i")


class Connection(asyncio.BufferedProtocol):
    """See the module. One object per connection, alive as long as its socket.

    With slots, because a dict of more than 30 attributes is shared with no other: 2 KB for each.
    """

    __slots__ = (
        "_closing",
        "_filled",
        "_handle",
        "_held",
        "_listener",
        "_monotonic",
        "_needed",
        "_private",
        "_private_view",
        "_reading_paused",
        "_resume_scheduled",
        "_sender",
        "_served",
        "_server",
        "_shared",
        "_shared_bytes",
        "_spoken",
        "_steady",
        "_transport",
        "_waiting",
        "advertised",
        "client_host",
        "client_id",
        "last_active",
        "last_read",
        "listener",
        "network_time",
        "reached",
        "received_bytes",
        "settled",
        "software",
        "tape",
    )

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._server = listener.server
        self._handle = listener.server.dispatcher.handle
        self._shared_bytes, self._shared = listener.server.buffers.shared
        self._monotonic = listener.server.monotonic
        self._steady = listener.server.steady
        self.settled: SettledHeartbeat | None = None
        self._private: bytearray | None = None
        self._private_view: memoryview = self._shared
        self._filled = 0
        self._needed = 4
        self._waiting: Deferred | None = None
        self._held: Deferred | None = None
        self._reading_paused = False
        self._resume_scheduled = False
        self._closing = False
        self._served = 0
        self.tape: Tape | None = None
        self._spoken: Tape | None = None  # the tape while requests are recorded
        self.network_time: NetworkTime | None = None
        self._transport: asyncio.Transport
        self._sender: Sender
        self.client_host = ""
        self.listener = listener.name
        self.advertised = self.reached = ("", 0)
        self.software = ("", "")
        self.client_id = ""
        self.last_active = self.last_read = 0.0
        self.received_bytes = 0

    # -- callbacks of asyncio -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername")
        local = transport.get_extra_info("sockname")
        self.client_host = _plain_host(peer[0]) if peer else "unknown"
        here = (_plain_host(local[0]), local[1]) if local else ("localhost", 0)
        self.reached = here
        self.tell_address()
        if self._server.recorder is not None:
            self.tape = self._spoken = self._server.recorder.open(
                self, here, peer[1] if peer else 0
            )
        self._sender = Sender(transport, self._on_sent)
        self.last_active = self._monotonic()
        self.last_read = self._steady()
        if self._server.refuses is not None and self._server.refuses(self.client_host):
            self._reset()
            return
        self._waiting = self._server.gate.arrive(self)
        if self._waiting is not None:
            self._waiting.then(self._answer_later)

    def tell_address(self) -> None:
        """Tell this client the address that is set for it now."""
        self.advertised = self._listener.told(self.reached, self.client_host)
        if self.tape is not None:
            self.tape.advertised = self.advertised

    def enter(self) -> None:
        """Be served, unless there are too many from this address."""
        if not self._server.admit(self):
            self.abort()
        elif self._server.new_network_time is not None:
            self.count_time(self._server.new_network_time())

    def count_time(self, network_time: NetworkTime | None) -> None:
        """From now on count what reading and sending take, or no more."""
        self.network_time = self._sender.network_time = network_time

    def get_buffer(self, sizehint: int) -> memoryview:
        if self.network_time is not None:
            self.network_time.begin()
        if self._private is None:
            return self._shared
        if self._filled == len(self._private):
            self._grow(4 * self._filled)
        return self._private_view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self.last_active = self._monotonic()
        self.last_read = self._steady()
        self.received_bytes += nbytes
        if self._private is None:
            sender = self._sender
            # Whoever has nothing left over is not about to resume.
            if self._waiting is None and not sender.blocked and not sender.parts:
                settled = self.settled
                if settled is not None:
                    answer = settled.answer(self._shared_bytes, nbytes)
                    if answer is not None:
                        # Nothing is staged when a wake-up begins, and this woke nobody.
                        self._transport.write(answer)
                        return
                self._run(self._shared, 0, nbytes)
                return
            self._needed = 4
            self._own_buffer(self._shared, 0, nbytes, nbytes)
        else:
            self._filled += nbytes
        if self._muted:
            if self._filled > MUTED_READ_BYTES:
                self._pause_reading()
        elif self._filled >= self._needed:
            self._run(self._private_view, 0, self._filled)
        if self.network_time is not None:
            self.network_time.end()

    def pause_writing(self) -> None:
        self._sender.pause()

    def resume_writing(self) -> None:
        self._sender.resume()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._closing = True
        self._sender.forget()
        self._abandon_waiting()
        self._release_private()
        self._server.forget(self)
        if self.tape is not None and self._server.recorder is not None:
            self._server.recorder.close(self.tape)

    # -- what an API asks -----------------------------------------------------------------------

    def hold(self, until: Deferred) -> None:
        """After the answer to the request under way, handle no other before `until` (KIP-219)."""
        if self._waiting is None:
            self._waiting = until
        else:
            self._held = until  # the answer is itself one that was waited for

    # -- what the server asks -------------------------------------------------------------------

    def close(self, reason: str) -> None:
        """Close after what was already answered is sent; `reason` goes to the log."""
        if not self._closing:
            self._closing = True
            logger.info("connection closed client=%s reason=%s", self.client_host, reason)
            if self.tape is not None:
                self.tape.close_reason = reason
            self._transport.close()

    def shut_down(self) -> None:
        """Close because the broker stops."""
        if not self._closing:
            self._closing = True
            self._transport.close()

    def abort(self) -> None:
        """Close at once, whatever is unsent."""
        self._closing = True
        self._transport.abort()

    def _reset(self) -> None:
        """Close as if nobody listened: the client's next packet is answered by a reset."""
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.abort()

    @property
    def served(self) -> int:
        """Requests that were handled before this wake-up."""
        return self._served

    @property
    def closing(self) -> bool:
        """Whether it will be gone once what was answered is sent."""
        return self._closing

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, so that connections.max.idle.ms applies."""
        return not self._muted

    @property
    def is_answer_due(self) -> bool:
        """Whether a request waits for its answer, or what comes next waits for a quota."""
        return self._waiting is not None

    # -- frames ---------------------------------------------------------------------------------

    def _run(self, view: memoryview, pos: int, filled: int) -> None:
        """Handle the frames in view[pos:filled], commit, send; keep what is left over."""
        out: list[Any] = []
        tape = self._spoken
        start, started = pos, tape.monotonic() if tape is not None else 0.0
        frames = 0
        refusal: str | None = None
        handle = self._handle
        needed = 4
        while filled - pos >= 4:
            (size,) = _SIZE.unpack_from(view, pos)
            end = pos + 4 + size
            if size < 0 or size > self._server.max_request_bytes:
                refusal = self._bad_size(view, pos, filled, size)
                break
            if end > filled:
                needed = size + 4
                if not self._served and not frames:
                    refusal = _looks_like(view, pos, filled)
                break
            try:
                answer = handle(self, view, pos + 4, end)
            except ProtocolError as error:
                refusal = str(error)
                break
            pos = end
            frames += 1
            needed = 4
            if answer is None:
                continue
            kind = type(answer)
            if kind is Deferred:
                self._waiting = answer
                break
            if kind is list:
                out.extend(answer)
                break
            out.append(answer)
            if frames == FRAMES_PER_WAKE_UP:
                break
        self._served += frames
        if not self._server.commit():
            # Some of `out` acknowledges what is not on disk. The client asks again on a new
            # connection and hears KAFKA_STORAGE_ERROR.
            out.clear()
            self.close("disk error while writing what it produced")
        if out and not self._closing:
            self._sender.send(out)
        if self.network_time is not None:
            self.network_time.end()
        if tape is not None and frames:
            tape.ran(started, view, start, pos, frames, out)
            if self._served >= UNASKED_FRAMES and self._waiting is None:
                self._spoken = tape if self._server.dispatcher.shows_all else None
        if refusal is not None:
            if self.tape is not None:
                self.tape.refused(view, pos, filled)
            self.close(refusal)
        if self._closing:
            self._release_private()
        else:
            self._keep(view, pos, filled, needed)
            if self._waiting is not None:
                self._waiting.then(self._answer_later)
        self._server.wake()

    def _keep(self, view: memoryview, pos: int, filled: int, needed: int) -> None:
        """Move what was not handled to a buffer of our own.

        A large frame's buffer grows while it arrives, so that a size field alone costs nothing.
        """
        left = filled - pos
        self._needed = needed
        if left == 0:
            self._release_private()
            return
        complete = left >= needed
        room = left if complete else min(needed, max(FIRST_ROOM_BYTES, 4 * left))
        self._own_buffer(view, pos, filled, room)
        if complete and not self._muted:
            self._schedule_resume()

    def _own_buffer(self, view: memoryview, pos: int, filled: int, room: int) -> None:
        """Make `_private` begin with view[pos:filled] and hold at least `room` bytes."""
        left = filled - pos
        if self._private is None:
            self._private = self._server.buffers.take(room)
            self._private_view = memoryview(self._private)
            self._private_view[:left] = view[pos:filled]
        elif pos > 0:
            self._private[:left] = self._private[pos:filled]
        self._filled = left
        if len(self._private) < room:
            self._grow(room)

    def _grow(self, size: int) -> None:
        old = self._private
        assert old is not None
        new = self._server.buffers.take(size)
        view = memoryview(new)
        view[: self._filled] = self._private_view[: self._filled]
        self._private, self._private_view = new, view
        self._server.buffers.give(old)

    def _release_private(self) -> None:
        if self._private is not None:
            self._private_view = self._shared
            self._server.buffers.give(self._private)
            self._private = None
        self._filled = 0

    # -- muting ---------------------------------------------------------------------------------

    @property
    def _muted(self) -> bool:
        return self._waiting is not None or self._resume_scheduled or self._sender.busy

    def _answer_later(self, answer: Any) -> None:
        """The request that muted us has its answer."""
        self._waiting, self._held = self._held, None
        if self._closing:
            self._abandon_waiting()
            return
        self.last_active = self._server.monotonic()
        if type(answer) is ProtocolError:
            self.close(str(answer))
            return
        if answer:
            parts = answer if type(answer) is list else [answer]
            if self.network_time is None:
                self._sender.send(parts)
            else:
                self.network_time.begin()
                self._sender.send(parts)
                self.network_time.end()
            if self._spoken is not None:
                self._spoken.answered(parts)
        if self._waiting is not None:
            self._waiting.then(self._answer_later)
        self._unmute()

    def _abandon_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.abandon()

    def _on_sent(self) -> None:
        """All that was to be sent is in the socket."""
        if not self._closing:
            self._unmute()

    def _unmute(self) -> None:
        if self._muted:
            return
        if self._filled >= self._needed:
            # Not from here: we may be inside another connection's wake-up.
            self._schedule_resume()
        elif self._reading_paused:
            self._reading_paused = False
            self._transport.resume_reading()

    def _schedule_resume(self) -> None:
        self._resume_scheduled = True
        self._server.loop.call_soon(self._resume)

    def _resume(self) -> None:
        self._resume_scheduled = False
        if self._closing or self._muted:
            return
        if self._private is not None:
            if self.network_time is not None:
                self.network_time.begin()
            self._run(self._private_view, 0, self._filled)
        if not self._closing:
            self._unmute()

    def _pause_reading(self) -> None:
        if not self._reading_paused and not self._closing:
            self._reading_paused = True
            self._transport.pause_reading()

    def _bad_size(self, view: memoryview, pos: int, filled: int, size: int) -> str:
        if not self._served and (known := _looks_like(view, pos, filled)) is not None:
            return known
        return f"frame size {size} outside 0..{self._server.max_request_bytes}"


def _looks_like(view: memoryview, pos: int, filled: int) -> str | None:
    """Whose protocol a connection begins with, if it is known and not ours."""
    known = describe(bytes(view[pos : min(filled, pos + FIRST_BYTES)]))
    return None if known is None else f"this looks like {known}"


def _plain_host(host: str) -> str:
    """An address as people write it: IPv4 inside IPv6 unwrapped, no scope."""
    return host.removeprefix("::ffff:").partition("%")[0]
