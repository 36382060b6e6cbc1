"""The talk of a member with its coordinator, on a connection of its own.

One request is under way at a time; nobody waits for its answer, because JoinGroup may be answered
minutes later. The coordinator is looked for again when it says that it is none, or when nothing
comes in time; a connection that ends is the caller's affair (ConnectionLost).
"""

from __future__ import annotations

from wirekafka_protocol.api_keys import ApiKey, response_class
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.join_group import JoinGroupRequest
from wirekafka_protocol.schema import Message

from wirekafka.cli.wire.cluster import GROUP, Cluster
from wirekafka.cli.wire.connection import Connection, ConnectionLost
from wirekafka.cli.wire.membership import GroupSettings, Membership

_REQUEST_TIMEOUT_S = 30.0  # Java's request.timeout.ms
_REBALANCE_EXTRA_S = 5.0  # what JoinGroup may take beyond the rebalance
_ELSEWHERE = frozenset(
    {
        ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_NOT_AVAILABLE,
        ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
    }
)  # fmt: skip


class GroupConversation:
    """Carries a membership's requests and answers."""

    def __init__(self, cluster: Cluster, settings: GroupSettings, membership: Membership) -> None:
        self._cluster = cluster
        self._settings = settings
        self._membership = membership
        self._connection: Connection | None = None
        self._asked: Message | None = None
        self._deadline_s = 0.0

    @property
    def awaited(self) -> list[Connection]:
        """The connection, while an answer is to come."""
        return [self._connection] if self._connection and self._asked else []

    def due_s(self, now_s: float) -> float:
        """In how many seconds there is something to do, if no answer comes."""
        if self._asked is not None:
            return max(0.0, self._deadline_s - now_s)
        return self._membership.due_s(now_s)

    def step(self, now_s: float) -> None:
        """Take the answer if there is one, say what is due."""
        if self._asked is not None:
            self._take(now_s)
        if self._asked is None:
            request = self._membership.request(now_s)
            if request is not None:
                self._say(request, now_s)

    def lose(self, now_s: float) -> None:
        """The connection is gone."""
        self._drop()
        self._membership.interrupted(now_s)

    def close(self) -> None:
        """Say goodbye where there is something to say, and end the connection."""
        farewell = self._membership.farewell()
        try:
            if farewell is not None and self._connection is not None:
                if self._asked is not None:
                    self._drop()  # a JoinGroup that waits for others would keep this waiting, too
                connection = self._connected()
                assert farewell.KEY is not None
                connection.ask(farewell, response_class(ApiKey(farewell.KEY)))
        finally:
            self._drop()

    def _take(self, now_s: float) -> None:
        connection = self._connected()
        if not connection.is_answered(0.0):
            if now_s >= self._deadline_s:
                raise ConnectionLost(f"{connection.address}: no answer of the coordinator")
            return
        answer = connection.receive(Message)
        self._asked = None
        if getattr(answer, "error_code", 0) in _ELSEWHERE:
            self._drop()
            self._cluster.forget_coordinator(GROUP, self._settings.group_id)
            self._membership.interrupted(now_s)
            return
        self._membership.answer(answer, now_s)

    def _say(self, request: Message, now_s: float) -> None:
        self._asked = request
        self._deadline_s = now_s + _REQUEST_TIMEOUT_S
        if isinstance(request, JoinGroupRequest):
            patience_s = request.rebalance_timeout_ms / 1000 + _REBALANCE_EXTRA_S
            self._deadline_s = now_s + max(patience_s, _REQUEST_TIMEOUT_S)
        self._connected().send(request)

    def _connected(self) -> Connection:
        if self._connection is None:
            node_id = self._cluster.coordinator(GROUP, self._settings.group_id)
            if node_id not in self._cluster.nodes:
                self._cluster.learn(self._cluster.metadata([]))
            node = self._cluster.nodes[node_id]
            self._connection = self._cluster.connect(node.host, node.port)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._asked = None
