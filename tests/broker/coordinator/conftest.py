"""A group coordinator to ask: runtime, machine, a clock that stands still, a log in memory."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
)
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from wirekafka_protocol.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitRequestPartition,
    TxnOffsetCommitRequestTopic,
)

from wirekafka.clock import ManualClock
from wirekafka.coordinator.group import records
from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.shard import GroupCoordinatorShard as Shard
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.machine import ProducerStamp, RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime

sys.path.insert(0, str(Path(__file__).parent))  # for the module memory_log
from memory_log import MemoryLog

GROUP = "g"
SUBSCRIBED_TO_T = b"\0\0" + b"\0\0\0\1" + b"\0\1t" + b"\xff\xff\xff\xff"
"""Version 0 of the consumer protocol's subscription: the topic t, no user data."""


class Coordinator:
    """Asks and remembers. Requests that are parked return an empty list until they are answered."""

    def __init__(self, config: GroupConfig | None = None) -> None:
        self.config = config or GroupConfig()
        self.clock = ManualClock()
        self.log = MemoryLog()
        self.ids = count(1)
        self.shard: Shard
        self.runtime = CoordinatorRuntime(
            "__consumer_offsets", clock=self.clock, new_machine=self._new_shard, codec=records
        )
        self.epoch = 0
        self.runtime.load(0, self.epoch, self.log)

    def restart(self) -> None:
        self.epoch += 1
        self.runtime.load(0, self.epoch, self.log)

    def ask(self, method: Any, request: Any, version: int) -> list[Any]:
        """The list gets the answer when there is one."""
        answers: list[Any] = []
        info = RequestInfo(version, "client", "/127.0.0.1")
        self.runtime.request(0, method, info, request, answers.append)
        return answers

    def join(
        self,
        member_id: str = "",
        *,
        version: int = 3,
        instance: str | None = None,
        protocols: tuple[tuple[str, bytes], ...] = (("range", SUBSCRIBED_TO_T),),
        protocol_type: str = "consumer",
        session_timeout_ms: int = 10_000,
        rebalance_timeout_ms: int = 60_000,
        group: str = GROUP,
    ) -> list[Any]:
        rows = [JoinGroupRequestProtocol(name, data) for name, data in protocols]
        request = JoinGroupRequest(
            group,
            session_timeout_ms,
            rebalance_timeout_ms,
            member_id,
            instance,
            protocol_type,
            rows,
        )
        return self.ask(Shard.join_group, request, version)

    def sync(
        self,
        member_id: str,
        generation: int,
        *,
        assignments: dict[str, bytes] | None = None,
        instance: str | None = None,
    ) -> list[Any]:
        rows = [SyncGroupRequestAssignment(*item) for item in (assignments or {}).items()]
        request = SyncGroupRequest(GROUP, generation, member_id, instance, assignments=rows)
        return self.ask(Shard.sync_group, request, 4)

    def beat(self, member_id: str, generation: int, *, instance: str | None = None) -> Any:
        request = HeartbeatRequest(GROUP, generation, member_id, instance)
        (response,) = self.ask(Shard.heartbeat, request, 4)
        return response.error_code

    def leave(self, *member_ids: str) -> list[int]:
        request = LeaveGroupRequest(GROUP, "", [MemberIdentity(m) for m in member_ids])
        (response,) = self.ask(Shard.leave_group, request, 4)
        return [row.error_code for row in response.members]

    def commit(
        self,
        offset: int = 1,
        *,
        member_id: str = "",
        generation: int = -1,
        version: int = 8,
        topic: str = "t",
        metadata: str | None = "",
        instance: str | None = None,
    ) -> Any:
        row = OffsetCommitRequestPartition(0, offset, -1, metadata)
        request = OffsetCommitRequest(
            GROUP,
            generation,
            member_id,
            instance,
            topics=[OffsetCommitRequestTopic(topic, partitions=[row])],
        )
        (response,) = self.ask(Shard.offset_commit, request, version)
        return response.topics[0].partitions[0].error_code

    def txn_commit(
        self,
        offset: int = 1,
        *,
        producer_id: int = 7,
        member_id: str = "",
        generation: int = -1,
        topic: str = "t",
        metadata: str | None = "",
        instance: str | None = None,
        group: str = GROUP,
    ) -> Any:
        row = TxnOffsetCommitRequestPartition(0, offset, 4, metadata)
        request = TxnOffsetCommitRequest(
            "x",
            group,
            producer_id,
            0,
            generation,
            member_id,
            instance,
            [TxnOffsetCommitRequestTopic(topic, [row])],
        )
        (response,) = self.ask(Shard.txn_offset_commit, request, 3)
        return response.topics[0].partitions[0].error_code

    def end(self, producer_id: int = 7, *, committed: bool = True) -> None:
        """The marker of the producer's transaction."""
        answers: list[Any] = []
        self.runtime.complete_transaction(
            0, ProducerStamp(producer_id, 0), 0, committed, 1, answers.append
        )
        assert answers == [None]

    def fetch_stable(self, topic: str = "t") -> tuple[int, int]:
        """Error and offset of partition 0, as a reader of committed transactions asks."""
        rows = [OffsetFetchRequestTopics(topic, partition_indexes=[0])]
        group = OffsetFetchRequestGroup(GROUP, topics=rows)
        request = OffsetFetchRequest(groups=[group], require_stable=True)
        (answer,) = self.ask(Shard.offset_fetch, request, 9)
        row = answer.topics[0].partitions[0]
        return row.error_code, row.committed_offset

    def fetch(self, *topics: str) -> dict[str, int]:
        """Topic -> offset of its partition 0; all committed ones if no topic is named."""
        rows = [OffsetFetchRequestTopics(topic, partition_indexes=[0]) for topic in topics]
        group = OffsetFetchRequestGroup(GROUP, topics=rows or None)
        (answer,) = self.ask(Shard.offset_fetch, OffsetFetchRequest(groups=[group]), 9)
        return {topic.name: topic.partitions[0].committed_offset for topic in answer.topics}

    def in_state(self, state: GroupState | None) -> str:
        """Bring a new group into `state` with one member, whose id is returned; None: no group.

        Generation 1 but for EMPTY (2) and PREPARING_REBALANCE (1, a second member joins).
        """
        if state is None:
            return "nobody"
        (joined,) = self.join()
        member_id: str = joined.member_id
        if state is not GroupState.COMPLETING_REBALANCE:
            self.sync(member_id, 1, assignments={member_id: b"all"})
        if state is GroupState.PREPARING_REBALANCE:
            self.join()
        if state is GroupState.EMPTY:
            self.leave(member_id)
        assert self.shard.groups[GROUP].state is state
        return member_id

    def _new_shard(self) -> Shard:
        self.shard = Shard(self.config, lambda: str(next(self.ids)))
        return self.shard


@pytest.fixture
def new_coordinator() -> Callable[..., Coordinator]:
    """Coordinator(config) makes one; for tests that need several, or other limits."""
    return Coordinator


@pytest.fixture
def coordinator() -> Coordinator:
    return Coordinator()
