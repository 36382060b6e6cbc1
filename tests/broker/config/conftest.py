"""A whole broker in this process, on a clock that stands still, for the tests of what configs do.

Every acted-on config has a test in test_effect_*.py that shows its effect, marked with
`proves("its.name")`; test_effect_complete.py holds the tables and the marks against each other.

Requests go to the dispatcher as frames, as a connection would bring them; `call` opens a real
connection for what only a socket shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.codec import decoder, encoder
from wirekafka_protocol.framing import begin_request, end_frame, parse_response_header
from wirekafka_protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
)
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.record import Record, build_batch
from wirekafka_protocol.schema import Message

from wirekafka.apis.deferred import Deferred
from wirekafka.apis.settled_heartbeat import SettledHeartbeat
from wirekafka.apis.table import BY_KEY
from wirekafka.broker import Broker
from wirekafka.clock import ManualClock
from wirekafka.config.parse import load
from wirekafka.partition.partition import Partition
from wirekafka.quotas.network_time import NetworkTime

TOPIC, BROKER = 2, 4
NEWEST_BY_NAME = {0: 12, 1: 12}
"""Later versions of Produce and Fetch name topics by id."""


class Peer:
    """The client end, as a connection describes it."""

    client_host = "127.0.0.1"
    listener = "PLAINTEXT"
    advertised = ("localhost", 9092)
    software = ("", "")
    tape = None
    settled: SettledHeartbeat | None = None
    network_time: NetworkTime | None = None

    def hold(self, until: Deferred) -> None:
        """Nothing comes after the one request."""


class LiveBroker:
    """A started broker and how to ask it. `data` is its log directory unless configs say else."""

    def __init__(self, data: Path, settings: Mapping[str, Any]) -> None:
        self.data = data
        self.clock = ManualClock()
        self.connections: list[asyncio.StreamWriter] = []
        """Those of `call`; they stay open."""
        given = {"listeners": "PLAINTEXT://127.0.0.1:0", "log.dir": str(data)}
        text = "".join(f"{name}={value}\n" for name, value in given.items())
        text += settings.get("properties_text", "")
        self.settings = load(
            properties_text=text,
            environ=settings.get("environ"),
            assignments=settings.get("assignments", ()),
        )
        self.broker = Broker(self.settings, ephemeral=True, clock=self.clock)

    async def ask(self, request: Message, version: int | None = None) -> Any:
        """The answer as a message; waits for one that comes later."""
        key, version, out = _frame(request, version)
        answer = self.broker.dispatcher.handle(Peer(), memoryview(out), 4, len(out))
        assert self.broker.commit()
        self.broker.wake()
        if isinstance(answer, Deferred):
            later: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            answer.then(later.set_result)
            async with asyncio.timeout(10):
                answer = await later
        return _read(answer, key, version)

    async def call(self, request: Message, version: int | None = None, listener: int = 0) -> Any:
        """As `ask`, over a connection of its own; None when that is closed without an answer."""
        key, version, out = _frame(request, version)
        host, port = self.broker.addresses[listener]
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(host, port)
            self.connections.append(writer)
            try:
                writer.write(out)
                head = await reader.readexactly(4)
                body = await reader.readexactly(int.from_bytes(head, "big"))
            except (asyncio.IncompleteReadError, ConnectionError):
                return None
        return _read(head + body, key, version)

    def close_connections(self) -> None:
        for writer in self.connections:
            writer.close()
        self.connections.clear()

    async def create(
        self, name: str, partitions: int = 1, replicas: int = 1, **configs: str
    ) -> tuple[int, str | None]:
        """Create a topic (config names with "_" for "."); error code and message."""
        rows = [CreatableTopicConfig(k.replace("_", "."), v) for k, v in configs.items()]
        topic = CreatableTopic(name, partitions, replicas, configs=rows)
        (row,) = (await self.ask(CreateTopicsRequest([topic]))).topics
        return row.error_code, row.error_message

    async def alter(
        self, kind: int, owner: str, name: str, value: str | None
    ) -> tuple[int, str | None]:
        """Set a config, or delete it where the value is None; error code and message."""
        change = AlterableConfig(name, 1 if value is None else 0, value)
        request = IncrementalAlterConfigsRequest([AlterConfigsResource(kind, owner, [change])])
        (row,) = (await self.ask(request)).responses
        return row.error_code, row.error_message

    async def produce(
        self,
        topic: str,
        *values: bytes,
        timestamp: int | None = None,
        key: bytes | None = b"k",
        **fields: Any,
    ) -> Any:
        """One batch for partition 0; the partition's row of the answer."""
        at = self.clock.now_ms() if timestamp is None else timestamp
        batch = build_batch([Record(i, at, key, value) for i, value in enumerate(values)], **fields)
        data = TopicProduceData(topic, partition_data=[PartitionProduceData(0, batch)])
        answer = await self.ask(ProduceRequest(None, -1, 30_000, [data]))
        return answer.responses[0].partition_responses[0]

    def partition(self, topic: str, index: int = 0) -> Partition:
        found = self.broker.partitions.get(topic, index)
        assert found is not None
        return found

    async def settled(self) -> None:
        """Wait for the worker thread of housekeeping."""
        housekeeping = self.broker.housekeeping
        assert housekeeping is not None
        if housekeeping._background:
            async with asyncio.timeout(10):
                await asyncio.wait(housekeeping._background.values())


def _frame(request: Message, version: int | None) -> tuple[int, int, bytearray]:
    """Key, version and bytes of a request; the version is the newest unless given."""
    api = BY_KEY[type(request).KEY]
    if version is None:
        version = NEWEST_BY_NAME.get(api.key, api.max_version)
    out = bytearray()
    start = begin_request(
        out, api_key=api.key, api_version=version, correlation_id=7, client_id="test"
    )
    encoder(type(request), version)(request, out)
    end_frame(out, start)
    return api.key, version, out


def _read(answer: Any, key: int, version: int) -> Any:
    if answer is None:
        return None
    parts = answer if isinstance(answer, list) else [answer]
    data = b"".join(p if isinstance(p, bytes | bytearray) else p.read_bytes() for p in parts)
    _, pos = parse_response_header(data, 4, len(data), api_key=key, api_version=version)
    module = __import__(f"wirekafka_protocol.messages.{ApiKey(key).name.lower()}", fromlist=["*"])
    (response,) = (
        value
        for name, value in vars(module).items()
        if name.endswith("Response") and getattr(value, "KEY", None) == key
    )
    message, end = decoder(response, version)(data, pos, len(data))
    assert end == len(data)
    return message


Scenario = Callable[[LiveBroker], Awaitable[Any]]


@pytest.fixture
def on_broker(tmp_path: Path) -> Callable[..., Any]:
    """on_broker(scenario, "name=value", …, environ=…, properties_text=…): run and stop it."""
    count = 0

    def run(scenario: Scenario, *assignments: str, **sources: Any) -> Any:
        nonlocal count
        count += 1
        sources["assignments"] = assignments

        async def main() -> Any:
            live = LiveBroker(sources.pop("data", tmp_path / f"data{count}"), sources)
            await live.broker.start()
            try:
                return await scenario(live)
            finally:
                live.close_connections()
                await live.broker.stop()

        return asyncio.run(main())

    return run
