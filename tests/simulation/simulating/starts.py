"""Starts in a loop: the first TCP connect that succeeds finds a broker that does everything.

A client tries to connect from the moment at which the process is started. On the first connection
that it gets, it asks at once and once: Metadata, CreateTopics of 100 partitions, Produce to all of
them, ListOffsets of all. Anything but an answer without error is a problem; nothing is repeated.
Then SIGTERM has to end the process with 0.
"""

from __future__ import annotations

import errno
import os
import socket
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from simulating.broker_process import BrokerProcess
from wirekafka_protocol.messages.create_topics import (
    CreatableTopic,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from wirekafka_protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopic,
)
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from wirekafka_protocol.records.record import Record, build_batch

from wirekafka.cli.wire.connection import Connection, ConnectionLost
from wirekafka.cli.wire.security import Security

TOPIC = "orders"
PARTITIONS = 100
RECORDS = 3  # in each partition
BY_NAME = 12  # the last version of Produce that names topics
START_S, ANSWER_S, PAUSE_S = 60.0, 30.0, 0.0005
LATEST = -1
_REFUSED = os.strerror(errno.ECONNREFUSED)


@dataclass
class Summary:
    """What was seen. Times are in ms: from the start of the process to the connection, and from
    there to the last answer."""

    rounds: int = 0
    problems: list[str] = field(default_factory=list)
    connect_ms: list[float] = field(default_factory=list)
    answers_ms: list[float] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"rounds={self.rounds} problems={len(self.problems)} "
            f"connect_ms={_spread(self.connect_ms)} answers_ms={_spread(self.answers_ms)}"
        )


def run(base: Path, *, rounds: int, say: Callable[[str], None]) -> Summary:
    """Start a new broker `rounds` times; each gets a directory below `base`."""
    summary = Summary()
    for number in range(rounds):
        broker = BrokerProcess(base / f"start-{number}")
        broker.port = free_port()
        began = time.monotonic()
        broker.spawn()
        try:
            found = _first_connection(broker.port, began)
            summary.connect_ms.append((time.monotonic() - began) * 1000)
            connected = time.monotonic()
            with closing(found):
                _use(found)
            summary.answers_ms.append((time.monotonic() - connected) * 1000)
        except (AssertionError, ConnectionLost) as error:
            summary.problems.append(f"start {number}: {error}")
        code = broker.stop()
        if code != 0 or "Traceback" in broker.log():
            summary.problems.append(f"start {number} ended with {code}: {broker.log()[-2000:]}")
        summary.rounds += 1
        if summary.rounds % 20 == 0:
            say(summary.line())
    return summary


def free_port() -> int:
    """The client has to know it before the broker has it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _first_connection(port: int, began: float) -> Connection:
    while True:
        try:
            return Connection(
                "127.0.0.1",
                port,
                security=Security(None, None, None, None),
                client_id="starts",
                timeout_s=ANSWER_S,
            )
        except ConnectionLost as error:
            # Whatever else befalls a connection is the broker's fault.
            if _REFUSED not in str(error) or time.monotonic() - began > START_S:
                raise
        time.sleep(PAUSE_S)


def _use(connection: Connection) -> None:
    """AssertionError naming the first answer that is not what it should be."""
    everything = range(PARTITIONS)
    listed = connection.ask(MetadataRequest(None), MetadataResponse)
    assert len(listed.brokers) == 1, f"Metadata names brokers {listed.brokers}"
    (created,) = connection.ask(
        CreateTopicsRequest([CreatableTopic(TOPIC, PARTITIONS, 1)]), CreateTopicsResponse
    ).topics
    assert created.error_code == 0, f"CreateTopics answers {created}"
    (row,) = connection.ask(
        MetadataRequest([MetadataRequestTopic(name=TOPIC)]), MetadataResponse
    ).topics
    leaders = {part.leader_id for part in row.partitions if part.error_code == 0}
    assert len(row.partitions) == PARTITIONS, f"Metadata has {len(row.partitions)} partitions"
    assert leaders == {listed.brokers[0].node_id}, f"Metadata has leaders {leaders}"
    batch = build_batch([Record(index, 1_000, None, b"v") for index in range(RECORDS)])
    data = [PartitionProduceData(index, batch) for index in everything]
    request = ProduceRequest(None, -1, 30_000, [TopicProduceData(TOPIC, partition_data=data)])
    connection.send(request, BY_NAME)
    (topic,) = connection.receive(ProduceResponse).responses
    failed = [part for part in topic.partition_responses if part.error_code]
    assert not failed, f"Produce answers {failed}"
    assert len(topic.partition_responses) == PARTITIONS
    wanted = [ListOffsetsPartition(index, timestamp=LATEST) for index in everything]
    (ends,) = connection.ask(
        ListOffsetsRequest(-1, 0, [ListOffsetsTopic(TOPIC, wanted)]), ListOffsetsResponse
    ).topics
    wrong = [part for part in ends.partitions if part.error_code or part.offset != RECORDS]
    assert not wrong, f"ListOffsets answers {wrong}"
    assert len(ends.partitions) == PARTITIONS


def _spread(values: list[float]) -> str:
    if not values:
        return "none"
    return f"{min(values):.0f}/{statistics.median(values):.0f}/{max(values):.0f}"
