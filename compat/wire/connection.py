"""One TCP connection to a broker: raw frames, correlation, and answers that may not come.

Answers are read one by one, in order. What is no answer is a value, too: CLOSED when the broker
closed the connection, SILENCE when it said nothing in time.

Invariant: nothing here waits longer than the caller's timeout.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .codec import Codec, Message, ShortError, api_keys

CLOSED: Literal["closed"] = "closed"
SILENCE: Literal["silence"] = "silence"
Gone: TypeAlias = Literal["closed", "silence"]
ANSWER_TIMEOUT_S = 10.0  # real brokers answer in milliseconds, also while they create topics


@dataclass(frozen=True, slots=True)
class Pending:
    """A request that was sent and whose answer has not been read."""

    api: str
    version: int
    correlation_id: int


class Connection:
    """One connection; `client_id` None is sent as null."""

    def __init__(self, host: str, port: int, client_id: str | None = "compat") -> None:
        self.socket = socket.create_connection((host, port), timeout=ANSWER_TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client_id = client_id
        self._correlation_id = 0

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def frame(self, api: str, version: int, body: Message | bytes) -> bytes:
        """A request without its size; a body given as bytes goes out as it is."""
        codec = Codec(f"{api}Request", version)
        self._correlation_id += 1
        content = body if isinstance(body, bytes) else codec.encode(body)
        head = header(
            api_keys()[api], version, self._correlation_id, self.client_id, flexible=codec.flexible
        )
        return head + content

    def send(self, api: str, version: int, /, **body: Any) -> Pending:
        """Send a request without waiting for its answer."""
        self.send_raw(self.frame(api, version, body))
        return Pending(api, version, self._correlation_id)

    def send_raw(self, data: bytes, size: int | None = None) -> None:
        """Send a frame; `size` is a size to claim instead of the true one."""
        with contextlib.suppress(OSError):  # the broker has closed; reading says so
            self.socket.sendall(struct.pack(">i", len(data) if size is None else size) + data)

    def receive(self, pending: Pending, *, timeout: float = ANSWER_TIMEOUT_S) -> Message | Gone:
        """The answer to a request; a wrong correlation id or bad bytes are shown as such."""
        data = self.receive_raw(timeout=timeout)
        if isinstance(data, str):
            return data
        codec = Codec(f"{pending.api}Response", pending.version)
        if len(data) < 4:
            return {"_undecodable": data.hex()}
        (got,) = struct.unpack_from(">i", data)
        if got != pending.correlation_id:
            return {"_correlation": f"{got - pending.correlation_id:+d}"}
        # KIP-511: the header of ApiVersions answers is the old one in every version.
        new_header = codec.flexible and pending.api != "ApiVersions"
        try:
            if new_header and data[4]:
                return {"_header_tags": data[4]}
            return codec.decode(data[5 if new_header else 4 :])
        except (ShortError, IndexError) as error:
            return {"_undecodable": f"{error}"}

    def receive_raw(self, *, timeout: float = ANSWER_TIMEOUT_S) -> bytes | Gone:
        """The next frame without its size."""
        self.socket.settimeout(timeout)
        data, wanted = b"", 4
        try:
            while len(data) < wanted:
                part = self.socket.recv(wanted - len(data))
                if not part:
                    return CLOSED
                data += part
                if wanted == 4 == len(data):
                    wanted += struct.unpack(">i", data)[0]
        except TimeoutError:
            return SILENCE
        except OSError:
            return CLOSED
        return data[4:]


def header(
    api_key: int, version: int, correlation_id: int, client_id: str | None, *, flexible: bool
) -> bytes:
    """The header of a request, for APIs and versions that exist nowhere, too."""
    text = b"\xff\xff"
    if client_id is not None:
        text = struct.pack(">h", len(client_id.encode())) + client_id.encode()
    tags = b"\0" if flexible else b""
    return struct.pack(">hhi", api_key, version, correlation_id) + text + tags
