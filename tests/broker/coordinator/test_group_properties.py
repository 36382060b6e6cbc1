"""Random conversations with a group coordinator, and what must hold after each step.

- A machine that only read the log knows what the live one has settled: stable and empty groups,
  and every offset. So nothing is lost by a restart but the conversation.
- The members of a generation agree about leader and protocol, and one of them has the list.
- What was acknowledged as committed is what is fetched; what is part of an open transaction is
  unstable.
- No request is answered twice, and when a member is not awaited any more nothing is parked for it.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from memory_log import MemoryLog
from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
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
from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.shard import GroupCoordinatorShard as Shard
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.log_port import LoggedMarker
from wirekafka.coordinator.machine import ProducerStamp, RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime

CLIENTS = st.sampled_from(["a", "b", "c", "one", "two"])
"""Those whose name is a word are static members, with their name as instance id."""

PRODUCERS = st.integers(1, 2)

CONFIG = GroupConfig(max_size=4, initial_rebalance_delay_ms=0, offsets_retention_ms=3_600_000)
DELAYED = GroupConfig(max_size=4, initial_rebalance_delay_ms=3_000)


class Client:
    def __init__(self, name: str) -> None:
        self.name = name
        self.instance_id = name if len(name) > 1 else None
        self.member_id = ""
        self.generation_id = -1


class Conversation(RuleBasedStateMachine):
    config = CONFIG

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.log = MemoryLog()
        self.ids = count(1)
        self.clients: dict[str, Client] = {}
        self.generations: dict[int, list[Any]] = {}
        self.committed: dict[int, int] = {}
        self.pending: dict[tuple[int, int], int] = {}
        self.next_offset = count(1)
        self.shard: Shard
        self.runtime = CoordinatorRuntime(
            "__consumer_offsets", clock=self.clock, new_machine=self.new_shard, codec=records
        )
        self.epoch = 0
        self.runtime.load(0, 0, self.log)

    # -- steps -------------------------------------------------------------------------------

    @rule(
        name=CLIENTS,
        version=st.sampled_from([3, 5, 9]),
        protocols=st.sampled_from(["range", "range,sticky", "sticky,range"]),
        forgets=st.booleans(),
    )
    def join(self, name: str, version: int, protocols: str, forgets: bool) -> None:
        client = self.client(name)
        member_id = "" if forgets else client.member_id

        def joined(response: Any) -> None:
            if response.error_code == 79:
                client.member_id = response.member_id
            elif response.error_code == 25:
                client.member_id = ""
            elif response.error_code == 0:
                client.member_id, client.generation_id = response.member_id, response.generation_id
                self.generations.setdefault(response.generation_id, []).append(response)

        rows = [JoinGroupRequestProtocol(p, p.encode()) for p in protocols.split(",")]
        request = JoinGroupRequest(
            "g", 10_000, 20_000, member_id, client.instance_id, "consumer", rows
        )
        self.ask(client, Shard.join_group, version, request, joined)

    @rule(name=CLIENTS)
    def sync(self, name: str) -> None:
        client = self.client(name)
        group = self.shard.groups.get("g")
        rows = []
        if group is not None and group.leader_id == client.member_id:
            rows = [SyncGroupRequestAssignment(m, m.encode()) for m in group.members]
        request = SyncGroupRequest(
            "g", client.generation_id, client.member_id, client.instance_id, assignments=rows
        )

        def synced(response: Any) -> None:
            # A static member may have come back since under a new id, with its old assignment.
            if response.error_code == 0 and client.instance_id is None:
                assert response.assignment == client.member_id.encode()

        self.ask(client, Shard.sync_group, 4, request, synced)

    @rule(name=CLIENTS)
    def beat(self, name: str) -> None:
        client = self.client(name)
        request = HeartbeatRequest("g", client.generation_id, client.member_id, client.instance_id)
        self.ask(client, Shard.heartbeat, 4, request)

    @rule(name=CLIENTS)
    def leave(self, name: str) -> None:
        client = self.client(name)
        row = MemberIdentity(client.member_id, client.instance_id)
        self.ask(client, Shard.leave_group, 4, LeaveGroupRequest("g", "", [row]))

    @rule(name=CLIENTS, partition=st.integers(0, 2), simple=st.booleans())
    def commit(self, name: str, partition: int, simple: bool) -> None:
        client = Client("x") if simple else self.client(name)
        offset = next(self.next_offset)
        row = OffsetCommitRequestPartition(partition, offset)
        request = OffsetCommitRequest(
            "g",
            client.generation_id,
            client.member_id,
            client.instance_id,
            topics=[OffsetCommitRequestTopic("t", partitions=[row])],
        )

        def committed(response: Any) -> None:
            if response.topics[0].partitions[0].error_code == 0:
                self.committed[partition] = offset

        self.ask(client, Shard.offset_commit, 8, request, committed)

    @rule(name=CLIENTS, partition=st.integers(0, 2), simple=st.booleans(), producer_id=PRODUCERS)
    def txn_commit(self, name: str, partition: int, simple: bool, producer_id: int) -> None:
        client = Client("x") if simple else self.client(name)
        offset = next(self.next_offset)
        row = TxnOffsetCommitRequestPartition(partition, offset, -1, None)
        request = TxnOffsetCommitRequest(
            "x",
            "g",
            producer_id,
            0,
            client.generation_id,
            client.member_id,
            client.instance_id,
            [TxnOffsetCommitRequestTopic("t", [row])],
        )

        def committed(response: Any) -> None:
            if response.topics[0].partitions[0].error_code == 0:
                self.pending[producer_id, partition] = offset

        self.ask(client, Shard.txn_offset_commit, 3, request, committed)

    @rule(producer_id=PRODUCERS, committed=st.booleans())
    def end(self, producer_id: int, committed: bool) -> None:
        """Offsets grow with the log, so they tell what was written later."""
        answers: list[Any] = []
        self.runtime.complete_transaction(
            0, ProducerStamp(producer_id, 0), 0, committed, 1, answers.append
        )
        assert answers == [None]
        for writer, partition in list(self.pending):
            if writer == producer_id:
                offset = self.pending.pop((writer, partition))
                if committed:
                    self.committed[partition] = max(self.committed.get(partition, 0), offset)

    @rule(seconds=st.sampled_from([1, 5, 9, 10, 11, 20]))
    def advance(self, seconds: int) -> None:
        self.clock.advance(seconds * 1_000)

    @precondition(lambda self: self.log.rows)
    @rule()
    def restart(self) -> None:
        self.epoch += 1
        self.runtime.load(0, self.epoch, self.log)

    # -- what must hold ----------------------------------------------------------------------

    @invariant()
    def the_log_knows_what_is_settled(self) -> None:
        reader = Shard(self.config, lambda: "")
        for row in self.log.rows:
            if isinstance(row, LoggedMarker):
                reader.replay_end_transaction(*row)
                continue
            record = records.decode_record(row.key, row.value)
            assert record is not None
            reader.replay(record, row.producer_id)
        assert reader.groups.keys() == self.shard.groups.keys()
        for group_id, group in self.shard.groups.items():
            if group.state in (GroupState.STABLE, GroupState.EMPTY):
                assert settled(reader.groups[group_id]) == settled(group)
            assert reader.offsets.of_group(group_id) == self.shard.offsets.of_group(group_id)
            pending = self.shard.offsets.pending.of_group(group_id)
            assert reader.offsets.pending.of_group(group_id) == pending

    @invariant()
    def a_generation_agrees(self) -> None:
        for responses in self.generations.values():
            assert len({(r.protocol_name, r.protocol_type) for r in responses}) == 1

    @invariant()
    def the_leader_is_a_member_and_alone(self) -> None:
        for group in self.shard.groups.values():
            assert (group.leader_id in group.members) or not group.members
            if group.state is not GroupState.PREPARING_REBALANCE:
                continue
            assert group.parked_syncs == {}

    @invariant()
    def the_group_is_consistent(self) -> None:
        for group in self.shard.groups.values():
            members = group.members
            assert group.parked_joins.keys() <= members.keys()
            assert group.parked_syncs.keys() <= members.keys()
            assert group.pending_syncs <= members.keys()
            assert not group.pending_joins & members.keys()
            static = {m.group_instance_id: m.member_id for m in members.values()}
            static.pop(None, None)
            assert static == group.static_members
            counts: dict[str, int] = {}
            for member in members.values():
                for name in member.protocols:
                    counts[name] = counts.get(name, 0) + 1
            assert counts == group.protocol_counts
            if group.state is not GroupState.PREPARING_REBALANCE:
                # Before, those who have not joined again count beside those who have.
                assert len(members) - len(static) <= self.config.max_size
                assert not group.parked_joins
                assert (group.state is GroupState.EMPTY) == (not members)
            for member in members.values():
                has_timer = member.timer_ms is not None
                assert has_timer or group.has_satisfied_heartbeat(member)

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        committed = self.shard.offsets.of_group("g").get("t", {})
        assert {p: value.offset for p, value in committed.items()} == self.committed
        unstable = {place.partition for place in self.shard.offsets.pending.of_group("g")}
        assert unstable == {partition for _, partition in self.pending}

    # -- internals ---------------------------------------------------------------------------

    def new_shard(self) -> Shard:
        self.shard = Shard(self.config, lambda: str(next(self.ids)))
        self.generations = {}
        return self.shard

    def client(self, name: str) -> Client:
        return self.clients.setdefault(name, Client(name))

    def ask(
        self, client: Client, method: Any, version: int, request: Any, then: Any = None
    ) -> None:
        answers: list[Any] = []

        def answered(response: Any) -> None:
            assert not answers
            answers.append(response)
            if then is not None and not isinstance(response, ApiError):
                then(response)

        info = RequestInfo(version, client.name, "/127.0.0.1")
        self.runtime.request(0, method, info, request, answered)


class DelayedConversation(Conversation):
    config = DELAYED


def settled(group: ClassicGroup) -> Any:
    members = {
        m.member_id: (
            m.group_instance_id,
            m.client_id,
            m.session_timeout_ms,
            m.rebalance_timeout_ms,
            m.assignment,
            m.protocols[group.protocol_name or ""],
        )
        for m in group.members.values()
    }
    return (
        group.state,
        group.generation_id,
        group.protocol_type,
        group.protocol_name,
        group.leader_id,
        members,
    )


FEW = settings(max_examples=40, stateful_step_count=30, deadline=None)

TestConversation = Conversation.TestCase
TestConversation.settings = FEW
TestDelayedConversation = DelayedConversation.TestCase
TestDelayedConversation.settings = FEW
