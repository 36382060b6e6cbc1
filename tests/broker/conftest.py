"""A broker without network for the tests of apis/, partition/ and housekeeping.

`Room` is what handlers see of a broker, on a ManualClock, with real logs in a temporary directory.
Frames go to the real dispatcher; after each, the room does what a connection does at the end of a
wake-up: commit, hand out the answer, wake.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.codec import decoder, encoder
from wirekafka_protocol.framing import begin_request, end_frame, parse_response_header
from wirekafka_protocol.records.record import Record, build_batch
from wirekafka_protocol.schema import Message
from wirekafka_storage.files import Disk
from wirekafka_storage.log_manager import LogManager

from wirekafka.apis.deferred import Deferred
from wirekafka.apis.dispatch import Dispatcher
from wirekafka.apis.produce_path import ProducePath
from wirekafka.apis.settled_heartbeat import SettledHeartbeat
from wirekafka.broker import Broker
from wirekafka.clock import ManualClock
from wirekafka.config.parse import load
from wirekafka.config.topic import topic_config
from wirekafka.config.views import broker_config
from wirekafka.coordinator.producer_ids import ProducerIds
from wirekafka.features import FRESH_LEVELS
from wirekafka.log_moves import LogMoves
from wirekafka.metadata.image import MetadataImage
from wirekafka.partition.fetch_sessions import FetchSessions
from wirekafka.partition.log_configs import log_config
from wirekafka.partition.partition import Partition
from wirekafka.partition.partitions import Partitions, TopicConfigs
from wirekafka.quotas.network_time import NetworkTime
from wirekafka.workers import InlineWorkers

NOW_MS = 1_700_000_000_000
CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAA"


class FailingDisk(Disk):
    """A disk that fails below the directories in `full` (writes) and `broken` (reads, syncs)."""

    def __init__(self) -> None:
        super().__init__()
        self.full: set[str] = set()
        self.broken: set[str] = set()
        self._paths: dict[int, str] = {}

    def open(self, path: str, flags: int) -> int:
        fd = super().open(path, flags)
        self._paths[fd] = path
        return fd

    def writev(self, fd: int, buffers: Sequence[Any]) -> int:
        self._check(fd, self.full, errno.ENOSPC)
        return super().writev(fd, buffers)

    def pread(self, fd: int, size: int, position: int) -> bytes:
        self._check(fd, self.broken, errno.EIO)
        return super().pread(fd, size, position)

    def preadv(self, fd: int, buffers: Sequence[Any], position: int) -> int:
        self._check(fd, self.broken, errno.EIO)
        return super().preadv(fd, buffers, position)

    def fsync(self, fd: int) -> None:
        self._check(fd, self.broken, errno.EIO)
        super().fsync(fd)

    def _check(self, fd: int, directories: Iterable[str], number: int) -> None:
        path = self._paths.get(fd, "")
        if any(path.startswith(directory) for directory in directories):
            raise OSError(number, os.strerror(number), path)


class Peer:
    """The client end, as a connection describes it."""

    def __init__(self) -> None:
        self.client_host = "/127.0.0.1"
        self.listener = "PLAINTEXT"
        self.advertised = ("localhost", 9092)
        self.software = ("", "")
        self.tape = None
        self.settled: SettledHeartbeat | None = None
        self.network_time: NetworkTime | None = None
        self.held: list[Deferred] = []
        """What the connection was muted until, one after the other."""

    def hold(self, until: Deferred) -> None:
        self.held.append(until)


class Pending:
    """An answer that is still to come."""

    def __init__(self, deferred: Deferred, read: Callable[[Any], Any]) -> None:
        self.deferred = deferred
        self.answers: list[Any] = []
        self._read = read
        deferred.then(self.answers.append)

    @property
    def is_answered(self) -> bool:
        return bool(self.answers)

    @property
    def answer(self) -> Any:
        """The one answer, as a message."""
        (answer,) = self.answers
        return self._read(answer)


class Room:
    """What API modules see of a broker."""

    def __init__(self, directories: Sequence[Path], assignments: Sequence[str] = ()) -> None:
        self.clock = ManualClock(NOW_MS)
        self.disk = FailingDisk()
        self.directories = [str(path) for path in directories]
        dirs = ",".join(self.directories)
        self.layers = load(assignments=[f"log.dirs={dirs}", *assignments]).layers
        self.config = broker_config(self.layers)
        self.node_id = self.config.node_id
        self.image = replace(MetadataImage(), revision=7, features=FRESH_LEVELS)
        self.log_manager: LogManager
        self.partitions: Partitions
        self.produce_path: ProducePath
        self.fetch_sessions = FetchSessions(
            self.config.max_incremental_fetch_session_cache_slots,
            iter(range(1001, 2_000_000)).__next__,
        )
        self.blocks = iter(range(0, 10**9, 1000))
        self.producer_ids = ProducerIds(self._allocate)
        self.workers = InlineWorkers()
        self.dispatcher = Dispatcher(self)  # type: ignore[arg-type]
        self.peer = Peer()
        self._admin_tasks: set[asyncio.Task[None]] = set()
        self.open_logs()

    run_admin = Broker.run_admin

    @property
    def metadata_revision(self) -> int:
        return self.image.revision

    async def _allocate(self) -> tuple[int, int]:
        await asyncio.sleep(0)
        return next(self.blocks), 1000

    def open_logs(self) -> None:
        """As at a start of the broker; topics must be opened anew."""
        self.log_manager = LogManager.open(
            self.directories,
            cluster_id=CLUSTER_ID,
            node_id=self.node_id,
            config_for=lambda name: self.topic_configs({}).log,
            now_ms=self.clock.now_ms(),
            files=self.disk,
        )
        self.partitions = Partitions(self.log_manager, self.clock.now_ms)
        self.produce_path = ProducePath(self.partitions, self.clock)
        self.log_moves = LogMoves(self)  # type: ignore[arg-type]

    def close(self) -> None:
        self.disk.full.clear()
        self.disk.broken.clear()
        self.log_manager.close(clean=False)

    # -- topics ---------------------------------------------------------------------------------

    def topic_configs(self, overrides: dict[str, str]) -> TopicConfigs:
        topic = topic_config(self.layers, overrides)
        return TopicConfigs(topic, log_config(topic, self.config))

    def add_topic(
        self,
        name: str,
        partitions: int = 1,
        *,
        internal: bool = False,
        leader_epoch: int = 0,
        topic_id: bytes | None = None,
        **overrides: str,
    ) -> bytes:
        """Serve a topic; config names with "_" for "."; returns the topic id."""
        configs = {key.replace("_", "."): value for key, value in overrides.items()}
        topic_id = topic_id or name.encode().ljust(16, b"-")[:16]
        self.partitions.open_topic(
            name,
            topic_id,
            self.topic_configs(configs),
            dict.fromkeys(range(partitions), leader_epoch),
            internal=internal,
        )
        return topic_id

    def partition(self, topic: str, index: int = 0) -> Partition:
        found = self.partitions.get(topic, index)
        assert found is not None
        return found

    def append(self, topic: str, *values: bytes, index: int = 0, now_ms: int | None = None) -> None:
        """One batch of these values, committed; waiters are woken."""
        from wirekafka.partition.record_log import PartitionLog

        now_ms = self.clock.now_ms() if now_ms is None else now_ms
        log = PartitionLog(self.partitions, self.partition(topic, index), lambda: None)
        log.append([(b"k", value) for value in values], now_ms)
        self.partitions.wake()

    # -- requests -------------------------------------------------------------------------------

    def frame(
        self,
        request: Message,
        version: int,
        *,
        client_id: str | None = "test",
        correlation_id: int = 77,
    ) -> bytearray:
        """The request's bytes behind the size field."""
        out = bytearray()
        start = begin_request(
            out,
            api_key=type(request).KEY,
            api_version=version,
            correlation_id=correlation_id,
            client_id=client_id,
        )
        encoder(type(request), version)(request, out)
        end_frame(out, start)
        return out[4:]

    def handle(self, frame: bytearray) -> Any:
        """What dispatch returns, after commit and wake. ProtocolError passes, committed as well."""
        try:
            return self.dispatcher.handle(self.peer, memoryview(frame), 0, len(frame))
        finally:
            self.committed = self.partitions.commit_last()
            self.partitions.wake()

    def ask(self, request: Message, version: int, **header: Any) -> Any:
        """The response as a message, None when there is none, or a Pending."""
        key = type(request).KEY

        def read(answer: Any) -> Any:
            return read_answer(answer, key, version)

        answer = self.handle(self.frame(request, version, **header))
        return Pending(answer, read) if type(answer) is Deferred else read(answer)

    def log_bytes(self, topic: str, index: int = 0) -> bytes:
        """All that is in the partition's segments."""
        log = self.partition(topic, index).log
        return b"".join(
            Path(segment.path(".log")).read_bytes() for segment in log.segments if log.exists
        )


def joined(answer: Any) -> bytes:
    """A frame's bytes; parts are read and joined, as the sender does."""
    parts = answer if type(answer) is list else [answer]
    return b"".join(
        bytes(part) if isinstance(part, bytes | bytearray) else part.read_bytes() for part in parts
    )


def read_answer(answer: Any, key: int, version: int) -> Any:
    """A response frame as a message; None stays None."""
    if answer is None:
        return None
    data = joined(answer)
    assert int.from_bytes(data[:4], "big") == len(data) - 4
    correlation_id, pos = parse_response_header(
        data, 4, len(data), api_key=key, api_version=version
    )
    assert correlation_id == 77
    message, end = decoder(response_class(key), version)(data, pos, len(data))
    assert end == len(data)
    return message


def response_class(key: int) -> type[Message]:
    import importlib

    name = ApiKey(key).name.lower()
    module = importlib.import_module(f"wirekafka_protocol.messages.{name}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Message)
        and value.__name__.endswith("Response")
    )


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A broker without network and topics, one log directory."""
    made = Room([tmp_path / "logs"])
    yield made
    made.close()


@pytest.fixture
def make_room(tmp_path: Path) -> Iterator[Callable[..., Room]]:
    """make_room(directories=1, "name=value", …): more of them, with other configs."""
    rooms: list[Room] = []

    def make(*assignments: str, directories: int = 1) -> Room:
        base = tmp_path / f"room{len(rooms)}"
        made = Room([base / f"logs{i}" for i in range(directories)], assignments)
        rooms.append(made)
        return made

    yield make
    for made in rooms:
        made.close()


@pytest.fixture(scope="session")
def room_class() -> type[Room]:
    """For fixtures of a wider scope; whoever makes a room closes it."""
    return Room


@pytest.fixture(scope="session")
def batch() -> Callable[..., bytes]:
    """batch(*values, producer_id=…, …): a record batch as producers send it, times = NOW_MS."""

    def make(*values: bytes | None, timestamp: int = NOW_MS, **fields: Any) -> bytes:
        records = [Record(i, timestamp, None, value) for i, value in enumerate(values)]
        return build_batch(records, **fields)

    return make


@pytest.fixture(scope="session")
def frame_bytes() -> Callable[[Any], bytes]:
    """An answer in one piece."""
    return joined
