"""One connection to a broker: requests in our own message classes, answers in the order of sending.

The versions are asked for first, as every client does; each request then goes out in the highest
version that both sides know. `send` and `receive` may be used apart, so that several requests are
under way; `ask` is one of each. Source: KIP-35, KIP-152, KIP-511.
"""

from __future__ import annotations

import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from wirekafka_protocol.api_keys import API_FACTS, ApiKey, response_class
from wirekafka_protocol.codec import decoder, encoder
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.framing import begin_request, end_frame, parse_response_header
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from wirekafka_protocol.messages.sasl_authenticate import (
    SaslAuthenticateRequest,
    SaslAuthenticateResponse,
)
from wirekafka_protocol.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from wirekafka_protocol.schema import Message

from wirekafka import __version__
from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.fault_texts import fault
from wirekafka.cli.wire.security import Security, exchange

Answer = TypeVar("Answer", bound=Message)

_RECEIVE_BYTES = 1 << 18
_MOST_ANSWER_BYTES = 1 << 30  # a broken size must not become an allocation
_SIZE_BYTES = 4


class ConnectionLost(Exception):
    """The broker cannot be reached, or ended the connection. The message says which and why."""


class Buffers(NamedTuple):
    """Sizes of a socket's buffers; below zero: as the operating system has them."""

    send_bytes: int = -1
    receive_bytes: int = -1


class Connection:
    """A connected socket on which the broker's versions are known."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        security: Security,
        client_id: str,
        timeout_s: float,
        buffers: Buffers = Buffers(),  # noqa: B008 - immutable
    ) -> None:
        self.address = f"{host}:{port}"
        self.versions: dict[int, tuple[int, int]] = {}
        self._client_id = client_id
        self._timeout_s = timeout_s
        self._correlation_id = 0
        self._pending: deque[tuple[int, ApiKey, int]] = deque()
        self._received = bytearray()
        try:
            self._socket = socket.create_connection((host, port), timeout_s)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for option, size_bytes in zip(
                (socket.SO_SNDBUF, socket.SO_RCVBUF), buffers, strict=True
            ):
                if size_bytes >= 0:
                    self._socket.setsockopt(socket.SOL_SOCKET, option, size_bytes)
            if security.tls is not None:
                self._socket = security.tls.wrap_socket(self._socket, server_hostname=host)
        except OSError as error:
            raise ConnectionLost(f"{self.address}: {error}") from None
        try:
            self._learn_versions()
            if security.mechanism is not None:
                self._authenticate(security)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the connection; what is under way is forgotten."""
        self._socket.close()

    @property
    def under_way(self) -> int:
        """Requests that were sent and not yet answered."""
        return len(self._pending)

    def version_of(self, key: ApiKey) -> int:
        """The highest version of the API that both sides know; raises CommandError."""
        ours = API_FACTS[key]
        least, most = self.versions.get(key.value, (0, -1))
        # Not our highest: an unstable version (InitProducerId 6) is known and not to be used.
        highest = min(most, ours.advertised[1] if ours.advertised else ours.max_version)
        if highest < max(least, ours.min_version):
            raise CommandError(f"the broker at {self.address} does not support {ours.name}")
        return highest

    def supports(self, key: ApiKey) -> bool:
        """Whether the broker answers the API in a version that we know."""
        return key.value in self.versions

    def send(self, request: Message, version: int | None = None) -> None:
        """Write one request; its answer is the next one of `receive` after those before it."""
        assert request.KEY is not None
        key = ApiKey(request.KEY)
        if version is None:
            version = self.version_of(key)
        self._correlation_id += 1
        out = bytearray()
        start = begin_request(
            out, api_key=key.value, api_version=version,
            correlation_id=self._correlation_id, client_id=self._client_id,
        )  # fmt: skip
        try:
            encoder(type(request), version)(request, out)
        except UnicodeEncodeError as error:  # an argument in another encoding than the system's
            raise CommandError(f"{error.object!r} is not UTF-8") from None
        end_frame(out, start)
        self._pending.append((self._correlation_id, key, version))
        try:
            self._socket.sendall(out)
        except OSError as error:
            raise ConnectionLost(f"{self.address}: {error}") from None

    def send_unanswered(self, request: Message, version: int) -> None:
        """Write a request that the broker will not answer (Produce with acks=0)."""
        self.send(request, version)
        self._pending.pop()

    def is_answered(self, wait_s: float) -> bool:
        """Whether (a part of) an answer came, after waiting so long for it."""
        if self._has_read:
            return True
        readable, _, _ = select.select([self._socket], [], [], wait_s)
        return bool(readable)

    @property
    def _has_read(self) -> bool:
        """Whether there is something that the operating system no longer tells about."""
        if self._received:
            return True
        pending = getattr(self._socket, "pending", None)  # what TLS has already decrypted
        return pending is not None and bool(pending())

    @staticmethod
    def wait_for_any(connections: Sequence[Connection], wait_s: float) -> None:
        """Return as soon as (a part of) an answer is on one of them, or after so long."""
        if not any(one._has_read for one in connections):
            select.select([one._socket for one in connections], [], [], wait_s)

    def receive(self, expected: type[Answer], timeout_s: float | None = None) -> Answer:
        """The next answer; raises ConnectionLost, also when none comes in time."""
        correlation_id, key, version = self._pending.popleft()
        frame = self._frame(time.monotonic() + (timeout_s or self._timeout_s))
        try:
            got, position = parse_response_header(
                frame, 0, len(frame), api_key=key.value, api_version=version
            )
            if got != correlation_id:
                raise ProtocolError(f"correlation id {got} instead of {correlation_id}")
            if key is ApiKey.API_VERSIONS and bytes(frame[position : position + 2]) == b"\0\x23":
                version = 0  # UNSUPPORTED_VERSION comes in the layout that all can read (KIP-511)
            answer, _ = decoder(response_class(key), version)(frame, position, len(frame))
        except ProtocolError as error:
            raise ConnectionLost(f"{self.address}: the answer is not Kafka's: {error}") from None
        assert isinstance(answer, expected)
        return answer

    def ask(
        self, request: Message, expected: type[Answer], timeout_s: float | None = None
    ) -> Answer:
        """Send and wait for the answer."""
        assert not self._pending, "an answer would be taken for another request's"
        self.send(request)
        return self.receive(expected, timeout_s)

    def _frame(self, deadline: float) -> memoryview:
        received = self._received
        while len(received) < _SIZE_BYTES:
            self._read(deadline)
        size = int.from_bytes(received[:_SIZE_BYTES], "big")
        if size > _MOST_ANSWER_BYTES:
            raise ConnectionLost(f"{self.address}: the answer is not Kafka's ({size} bytes)")
        while len(received) < _SIZE_BYTES + size:
            self._read(deadline)
        frame = bytes(received[_SIZE_BYTES : _SIZE_BYTES + size])
        del received[: _SIZE_BYTES + size]
        return memoryview(frame)

    def _read(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise ConnectionLost(f"{self.address}: no answer in {self._timeout_s:g} s")
        try:
            self._socket.settimeout(left)
            data = self._socket.recv(_RECEIVE_BYTES)
            self._socket.settimeout(self._timeout_s)
        except TimeoutError:
            return
        except OSError as error:
            raise ConnectionLost(f"{self.address}: {error}") from None
        if not data:
            raise ConnectionLost(f"{self.address}: the broker closed the connection")
        self._received += data

    def _learn_versions(self) -> None:
        newest = API_FACTS[ApiKey.API_VERSIONS].max_version
        request = ApiVersionsRequest("wirekafka", __version__)
        self.send(request, newest)
        answer = self.receive(ApiVersionsResponse)
        if answer.error_code == ErrorCode.UNSUPPORTED_VERSION:
            self.send(request, 0)
            answer = self.receive(ApiVersionsResponse)
        if answer.error_code:
            raise ConnectionLost(f"{self.address}: {fault(answer.error_code)}")
        self.versions = {row.api_key: (row.min_version, row.max_version) for row in answer.api_keys}

    def _authenticate(self, security: Security) -> None:
        assert security.mechanism is not None
        handshake = self.ask(SaslHandshakeRequest(security.mechanism), SaslHandshakeResponse)
        if handshake.error_code:
            known = ", ".join(handshake.mechanisms)
            raise CommandError(f"{fault(handshake.error_code)} The broker's mechanisms: {known}")

        def step(token: bytes) -> bytes:
            answer = self.ask(SaslAuthenticateRequest(token), SaslAuthenticateResponse)
            if answer.error_code:
                raise CommandError(answer.error_message or fault(answer.error_code))
            return bytes(answer.auth_bytes)

        exchange(security, step)
