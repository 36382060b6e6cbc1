"""The sending half of a connection: parts in order, file ranges straight from the page cache.

A part is bytes, or a `LogSlice` (bytes of a segment). Small slices are read and joined with their
neighbours into one send; large ones go by `os.sendfile`, which neither copies nor allocates. The
transport's buffer is kept empty before a slice is sent, so order holds.

`busy` is true until everything is in the socket; the connection is muted that long, so at most
one answer (or one wake-up's answers) is ever buffered per connection.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wirekafka.quotas.network_time import NetworkTime

JOINED_BYTES = 128 * 1024
"""Up to here a copy is cheaper than another system call and a second packet."""

_CHUNK_BYTES = 256 * 1024
"""One read where sendfile cannot be used (TLS, Windows)."""

_BYTES = (bytes, bytearray, memoryview)


class Sender:
    """Sends what one connection answers. `on_sent` is called when a busy sender has drained."""

    def __init__(self, transport: asyncio.Transport, on_sent: Callable[[], None]) -> None:
        self._transport = transport
        self._on_sent = on_sent
        self.parts: deque[Any] = deque()
        self._offset = 0
        self.blocked = False
        self.network_time: NetworkTime | None = None
        self._socket_copy: int | None = None
        self._can_sendfile = hasattr(os, "sendfile") and (
            transport.get_extra_info("ssl_object") is None
        )
        transport.set_write_buffer_limits(high=0)

    @property
    def busy(self) -> bool:
        """Whether something is not yet in the socket."""
        return self.blocked or bool(self.parts)

    def send(self, parts: list[Any]) -> None:
        """Send parts in order, behind what is still waiting."""
        if self.parts or self.blocked:
            self.parts.extend(parts)
            return
        if len(parts) == 1 and type(parts[0]) in _BYTES:
            self._transport.write(parts[0])
            return
        slices = 0
        for part in parts:
            if type(part) not in _BYTES:
                slices += part.size
        if slices <= JOINED_BYTES:
            self._send_joined(parts)
            return
        self.parts.extend(parts)
        self._pump()

    def pause(self) -> None:
        """The transport holds unsent bytes."""
        self.blocked = True

    def resume(self) -> None:
        """The transport's buffer is empty again."""
        self.blocked = False
        if self.network_time is None:
            self._pump()
        else:
            self.network_time.begin()
            self.network_time.bill_again()
            self._pump()
            self.network_time.end()
        if not self.busy:
            self._on_sent()

    def forget(self) -> None:
        """The connection is gone."""
        self.parts.clear()
        if self._socket_copy is not None:
            asyncio.get_running_loop().remove_writer(self._socket_copy)
            os.close(self._socket_copy)
            self._socket_copy = None

    def _send_joined(self, parts: list[Any]) -> None:
        joined = []
        for part in parts:
            content = part if type(part) in _BYTES else _read(part, 0, part.size)
            if content is None:
                self._give_up()
                return
            joined.append(content)
        self._transport.write(b"".join(joined))

    def _give_up(self) -> None:
        """The file is not what the log said: the client must not wait for the rest."""
        self.parts.clear()
        self._transport.abort()

    def _pump(self) -> None:
        parts = self.parts
        while parts and not self.blocked:
            part = parts[0]
            if type(part) in _BYTES:
                parts.popleft()
                self._transport.write(part)
            elif self._can_sendfile:
                if not self._send_file(part):
                    return
            else:
                self._send_chunk(part)

    def _send_file(self, part: Any) -> bool:
        """Whether to go on; False when the socket is full and a writer callback is set."""
        if self._socket_copy is None:
            self._socket_copy = os.dup(self._transport.get_extra_info("socket").fileno())
        try:
            sent = os.sendfile(
                self._socket_copy, part.fd, part.position + self._offset, part.size - self._offset
            )
        except (BlockingIOError, InterruptedError):
            # The transport owns its descriptor in the loop, so we watch a copy of it.
            self.blocked = True
            asyncio.get_running_loop().add_writer(self._socket_copy, self._writable)
            return False
        except OSError:
            sent = 0
        if sent == 0:
            self._give_up()
            return False
        self._offset += sent
        if self._offset == part.size:
            self._offset = 0
            self.parts.popleft()
        return True

    def _send_chunk(self, part: Any) -> None:
        size = min(_CHUNK_BYTES, part.size - self._offset)
        content = _read(part, self._offset, size)
        if content is None:
            self._give_up()
            return
        self._transport.write(content)
        self._offset += size
        if self._offset == part.size:
            self._offset = 0
            self.parts.popleft()

    def _writable(self) -> None:
        assert self._socket_copy is not None
        asyncio.get_running_loop().remove_writer(self._socket_copy)
        self.resume()


def _read(part: Any, offset: int, size: int) -> bytes | None:
    """A range of a LogSlice; None when the file does not give it."""
    try:
        content: bytes = part.read_range(offset, size)
    except OSError:
        return None
    return content if len(content) == size else None
