"""A whole broker in this process, without sockets: frames in, answers out, time by hand.

Everything that chance decides comes from the seed (ids as well), time is a ManualClock, and after
each request the loop turns until nothing but long polls is left. So the same seed gives the same
answers, byte by byte.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import logging
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.codec import decode, encode
from wirekafka_protocol.framing import begin_request, end_frame, parse_response_header
from wirekafka_protocol.schema import Message

from wirekafka.apis.deferred import Deferred
from wirekafka.apis.settled_heartbeat import SettledHeartbeat
from wirekafka.broker import Broker
from wirekafka.clock import ManualClock
from wirekafka.config.parse import load
from wirekafka.quotas.network_time import NetworkTime

TURNS = 4
"""Of the loop: enough for what a request leaves to it."""


class Complaints(logging.Handler):
    """Every line of ERROR and above, and every traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.exc_info:
            self.lines.append(logging.Formatter().format(record))


class Peer:
    """A connection, as handlers see it, with at most one request under way."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.client_host = "127.0.0.1"
        self.listener = "PLAINTEXT"
        self.advertised = ("localhost", 9092)
        self.software = ("", "")
        self.tape = None
        self.settled: SettledHeartbeat | None = None
        self.network_time: NetworkTime | None = None
        self.principal = "User:ANONYMOUS"
        self.waiting: Asked | None = None

    def hold(self, until: Deferred) -> None:
        """A simulated client waits of its own accord."""


class Asked:
    """A request and, some time, its answer."""

    def __init__(self, request: Message, version: int, correlation_id: int) -> None:
        self.request = request
        self.version = version
        self.correlation_id = correlation_id
        self.is_done = False
        self.is_closed = False
        self.response: Any = None
        self.deferred: Deferred | None = None


class InProcess:
    """One broker at a time on one directory; how it ends is the business of those who use it."""

    def __init__(self, directory: Path, settings: tuple[str, ...]) -> None:
        self.clock = ManualClock()
        self.trace = hashlib.sha256()
        self._assignments = [
            f"log.dirs={directory}",
            "listeners=PLAINTEXT://127.0.0.1:0",
            *settings,
        ]
        self._next_id = 1
        self.latest: Asked | None = None
        self.broker: Broker

    async def start(self) -> None:
        settings = load(assignments=self._assignments, environ={"CLUSTER_ID": "A" * 22})
        self.broker = Broker(settings, clock=self.clock)
        await self.broker.start()
        await self.turn()

    async def ask(self, peer: Peer, request: Message, version: int) -> Asked:
        """Send one request; done when it is answered, else it waits on the peer."""
        assert peer.waiting is None, "one request at a time per connection"
        asked = Asked(request, version, self._next_id)
        self._next_id += 1
        self.latest = asked
        frame = _frame(asked)
        answer = self.broker.dispatcher.handle(peer, memoryview(frame), 0, len(frame))
        if not self.broker.commit():
            asked.is_closed = True
        if type(answer) is Deferred:
            asked.deferred = answer
            peer.waiting = asked
            answer.then(lambda late: self._take(peer, asked, late))
        else:
            self._take(peer, asked, answer)
        self.broker.wake()
        await self.turn()
        return asked

    def disconnect(self, peer: Peer) -> None:
        """The client goes away; what it waited for is abandoned."""
        if peer.waiting is not None and peer.waiting.deferred is not None:
            peer.waiting.deferred.abandon()
        peer.waiting = None

    async def turn(self) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        self.broker.commit()
        self.broker.wake()

    def _take(self, peer: Peer, asked: Asked, answer: Any) -> None:
        assert not asked.is_done, f"answered twice: {asked.request!r}"
        asked.is_done = True
        peer.waiting = None
        if answer is None:
            return
        data = _joined(answer)
        key = type(asked.request).KEY
        if key != ApiKey.DESCRIBE_LOG_DIRS:  # it names folders, which are others in another run
            self.trace.update(data)
        assert int.from_bytes(data[:4], "big") == len(data) - 4
        correlation_id, pos = parse_response_header(
            data, 4, len(data), api_key=key, api_version=asked.version
        )
        assert correlation_id == asked.correlation_id
        asked.response = decode(_response_class(key), asked.version, data[pos:])


@contextmanager
def everything_from(seed: int) -> Iterator[Complaints]:
    """Ids of the broker come from the seed; what it complains of is collected."""
    ids = random.Random(seed)
    before = random.getstate()
    random.seed(seed)
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    try:
        with (
            mock.patch("secrets.token_bytes", lambda size=32: ids.randbytes(size)),
            mock.patch("uuid.uuid4", side_effect=lambda: _uuid(ids)),
        ):
            yield complaints
    finally:
        logging.getLogger().removeHandler(complaints)
        random.setstate(before)


def _uuid(ids: random.Random) -> uuid.UUID:
    return uuid.UUID(bytes=ids.randbytes(16), version=4)


def _frame(asked: Asked) -> bytearray:
    out = bytearray()
    start = begin_request(
        out,
        api_key=type(asked.request).KEY,
        api_version=asked.version,
        correlation_id=asked.correlation_id,
        client_id="simulated",
    )
    out += encode(asked.request, asked.version)
    end_frame(out, start)
    return out[4:]


def _joined(answer: Any) -> bytes:
    parts = answer if type(answer) is list else [answer]
    return b"".join(
        bytes(part) if isinstance(part, bytes | bytearray | memoryview) else part.read_bytes()
        for part in parts
    )


def _response_class(key: int) -> type[Message]:
    module = importlib.import_module(f"wirekafka_protocol.messages.{ApiKey(key).name.lower()}")
    name = "".join(part.capitalize() for part in ApiKey(key).name.lower().split("_")) + "Response"
    found: type[Message] = getattr(module, name)
    return found
