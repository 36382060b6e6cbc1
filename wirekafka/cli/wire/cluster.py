"""A cluster as the commands see it: who leads, who coordinates, and one connection to each broker.

Answers that say "not here, not yet" (a moved leader, a loading coordinator) are asked for again
until the deadline; all other errors are the caller's. Every wait has an end.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.find_coordinator import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from wirekafka_protocol.schema import Message

from wirekafka.cli.clients import addresses, pairs, properties_of_file
from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.connection import Answer, Buffers, Connection, ConnectionLost
from wirekafka.cli.wire.fault_texts import fault
from wirekafka.cli.wire.security import Security, security_of

Found = TypeVar("Found")

GROUP = 0
TRANSACTION = 1

_TIMEOUT_S = 30.0
_CONNECT_TIMEOUT_S = 10.0  # Java's tools try for a minute; a person has given up by then
_PAUSE_S = 0.05
_PASSING = frozenset(
    {
        ErrorCode.LEADER_NOT_AVAILABLE, ErrorCode.NOT_LEADER_OR_FOLLOWER,
        ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ErrorCode.COORDINATOR_NOT_AVAILABLE,
        ErrorCode.NOT_COORDINATOR, ErrorCode.CONCURRENT_TRANSACTIONS,
    }
)  # fmt: skip
_SECURITY = frozenset(
    {
        "security.protocol", "sasl.mechanism", "sasl.jaas.config", "ssl.truststore.location",
        "ssl.truststore.type", "ssl.keystore.location", "ssl.keystore.type", "ssl.key.password",
        "ssl.endpoint.identification.algorithm",
    }
)  # fmt: skip
_COMMON = frozenset({"client.id", "request.timeout.ms", "default.api.timeout.ms"})


class TopicPartition(NamedTuple):
    """One partition; sorts by topic, then by number."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.partition}"


@dataclass(frozen=True, slots=True)
class Node:
    """A broker's number and address."""

    node_id: int
    host: str
    port: int
    rack: str | None = None


@dataclass(frozen=True, slots=True)
class Partition:
    """Where a partition is; a leader below zero is none."""

    leader: int
    replicas: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that exists, with its partitions by number."""

    name: str
    topic_id: bytes
    is_internal: bool
    partitions: Mapping[int, Partition]


class Cluster:
    """Connections to the brokers of one cluster. Not for several threads."""

    def __init__(
        self,
        bootstrap: list[str],
        *,
        security: Security = Security(),  # noqa: B008 - frozen
        client_id: str = "wirekafka-admin",
        timeout_s: float = _TIMEOUT_S,
        buffers: Buffers = Buffers(),  # noqa: B008 - immutable
    ) -> None:
        self.nodes: dict[int, Node] = {}
        self.controller_id = -1
        self._bootstrap = bootstrap
        self._security = security
        self._client_id = client_id
        self._timeout_s = timeout_s
        self._buffers = buffers
        self._connections: dict[int, Connection] = {}
        self._coordinators: dict[tuple[int, str], int] = {}
        self._first = self._connect_first(bootstrap)
        self.learn(self.metadata([]))

    def close(self) -> None:
        """End all connections."""
        for connection in (self._first, *self._connections.values()):
            connection.close()

    def renew(self) -> None:
        """New connections in the place of all, to the brokers that were there last or that were
        there first; raises ConnectionLost when none answers."""
        self.close()
        self._connections.clear()
        self._coordinators.clear()
        known = [f"{node.host}:{node.port}" for node in self.nodes.values()]
        self._first = self._connect_first([*known, *self._bootstrap])
        self.learn(self.metadata([]))

    def any(self) -> Connection:
        """The connection to the broker that answered first."""
        return self._first

    def controller(self) -> Connection:
        """The connection for changes of metadata: to the controller, where metadata name one."""
        return self.node(self.controller_id) if self.controller_id in self.nodes else self._first

    def node(self, node_id: int) -> Connection:
        """The connection to a broker; raises CommandError for one that is not in the cluster."""
        found = self._connections.get(node_id)
        if found is None:
            if node_id not in self.nodes:
                raise CommandError(f"there is no broker {node_id} in the cluster")
            at = self.nodes[node_id]
            found = self._connections[node_id] = self.connect(at.host, at.port)
        return found

    def connect(self, host: str, port: int) -> Connection:
        """A connection of the caller's own; who opens it closes it."""
        return Connection(
            host, port,
            security=self._security, client_id=self._client_id, timeout_s=self._timeout_s,
            buffers=self._buffers,
        )  # fmt: skip

    def ask(self, request: Message, expected: type[Answer]) -> Answer:
        """Ask any broker."""
        return self._first.ask(request, expected)

    def metadata(self, names: Iterable[str] | None) -> MetadataResponse:
        """Metadata of these topics, of all for None; creates none."""
        wanted = None
        if names is not None:
            wanted = [MetadataRequestTopic(name=name) for name in names]
        return self.ask(MetadataRequest(wanted, False), MetadataResponse)

    def topics(self, names: Iterable[str] | None = None) -> dict[str, Topic]:
        """The topics of these names that exist, or all; raises CommandError for other faults."""
        answer = self.metadata(names)
        self.learn(answer)
        found = {}
        for topic in answer.topics:
            if topic.error_code in (
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.INVALID_TOPIC_EXCEPTION
            ):  # fmt: skip
                continue
            if topic.error_code and topic.error_code not in _PASSING:
                raise CommandError(f"topic {topic.name}: {fault(topic.error_code)}")
            assert topic.name is not None
            partitions = {
                one.partition_index: Partition(one.leader_id, tuple(one.replica_nodes))
                for one in sorted(topic.partitions, key=lambda one: one.partition_index)
            }
            found[topic.name] = Topic(topic.name, topic.topic_id, topic.is_internal, partitions)
        return found

    def by_leader(
        self, wanted: Iterable[TopicPartition]
    ) -> tuple[dict[int, list[TopicPartition]], list[TopicPartition]]:
        """Partitions by the broker that leads them, and those that do not exist."""
        sorted_ones = sorted(set(wanted))
        topics = self.topics({one.topic for one in sorted_ones}) if sorted_ones else {}
        led: dict[int, list[TopicPartition]] = {}
        missing = []
        for one in sorted_ones:
            topic = topics.get(one.topic)
            if topic is None or one.partition not in topic.partitions:
                missing.append(one)
                continue
            leader = topic.partitions[one.partition].leader
            if leader < 0:
                raise CommandError(f"partition {one} has no leader at present")
            led.setdefault(leader, []).append(one)
        return led, missing

    def coordinator(self, kind: int, key: str) -> int:
        """The broker that coordinates a group or a transactional id."""
        known = self._coordinators.get((kind, key))
        if known is not None:
            return known

        def find() -> tuple[int, str | None, int]:
            connection = self._first
            if connection.versions[FindCoordinatorRequest.KEY or 0][1] < 4:
                old = connection.ask(FindCoordinatorRequest(key, kind), FindCoordinatorResponse)
                return old.error_code, old.error_message, old.node_id
            request = FindCoordinatorRequest(key_type=kind, coordinator_keys=[key])
            (new,) = connection.ask(request, FindCoordinatorResponse).coordinators
            return new.error_code, new.error_message, new.node_id

        code, message, node_id = self.until_settled(find, lambda found: found[0])
        if code:
            raise CommandError(fault(code, message))
        self._coordinators[kind, key] = node_id
        return node_id

    def forget_coordinator(self, kind: int, key: str) -> None:
        """Look for it anew next time."""
        self._coordinators.pop((kind, key), None)

    def ask_coordinator(
        self,
        kind: int,
        key: str,
        request: Message,
        expected: type[Answer],
        code_of: Callable[[Answer], int],
    ) -> Answer:
        """Ask the coordinator, again while it is loading or has moved."""

        def ask() -> Answer:
            answer = self.node(self.coordinator(kind, key)).ask(request, expected)
            if code_of(answer) in _PASSING:
                self.forget_coordinator(kind, key)
            return answer

        return self.until_settled(ask, code_of)

    def until_settled(self, ask: Callable[[], Found], code_of: Callable[[Found], int]) -> Found:
        """What `ask` returns once its error code is not a passing one, or the time is up."""
        deadline = time.monotonic() + self._timeout_s
        while True:
            answer = ask()
            if code_of(answer) not in _PASSING or time.monotonic() >= deadline:
                return answer
            time.sleep(_PAUSE_S)

    def learn(self, answer: MetadataResponse) -> None:
        """Where the brokers are now."""
        self.controller_id = answer.controller_id
        for broker in answer.brokers:
            node = Node(broker.node_id, broker.host, broker.port, broker.rack)
            self.nodes[broker.node_id] = node

    def _connect_first(self, candidates: list[str]) -> Connection:
        reasons = []
        for address in candidates:
            host, _, port = address.rpartition(":")
            try:
                return Connection(
                    host.strip("[]"), int(port),
                    security=self._security, client_id=self._client_id,
                    timeout_s=min(self._timeout_s, _CONNECT_TIMEOUT_S),
                )  # fmt: skip
            except ConnectionLost as error:
                reasons.append(str(error))
        raise ConnectionLost(f"no broker answered: {'; '.join(reasons)}")


@contextmanager
def open_cluster(
    options: argparse.Namespace,
    *,
    client_id: str = "wirekafka-admin",
    timeout_s: float = _TIMEOUT_S,
    known: frozenset[str] = frozenset(),
    given: Iterable[str] = (),
) -> Iterator[Cluster]:
    """The cluster that --bootstrap-server and --command-config name; lost ones end the command.

    `known` are properties that the command itself understands; `given` ones ("name=value") win.
    """
    properties = client_properties(options, given, known)
    timeout_s = int(properties.get("request.timeout.ms", timeout_s * 1000)) / 1000
    try:
        cluster = Cluster(
            addresses(options.bootstrap_server),
            security=security_of(properties),
            client_id=properties.get("client.id", client_id),
            timeout_s=timeout_s,
            buffers=Buffers(
                _number(properties, "send.buffer.bytes"),
                _number(properties, "receive.buffer.bytes"),
            ),
        )
        try:
            yield cluster
        finally:
            cluster.close()
    except ConnectionLost as error:
        raise CommandError(str(error)) from None


def client_properties(
    options: argparse.Namespace, given: Iterable[str] = (), known: frozenset[str] = frozenset()
) -> dict[str, str]:
    """The properties of --command-config and of "name=value" texts, which win.

    `known` are those that the command itself understands; others are refused by their name.
    """
    found = {**properties_of_file(options.command_config), **pairs(given)}
    for name in found:
        if name not in _COMMON | _SECURITY | known:
            raise CommandError(f"client property {name} is not supported by this tool")
    return found


def _number(properties: Mapping[str, str], name: str) -> int:
    """A size in bytes; -1 for none."""
    text = properties.get(name, "-1").strip()
    if not text.removeprefix("-").isdecimal():
        raise CommandError(f"client property {name}: {text!r} is no number")
    return int(text)
