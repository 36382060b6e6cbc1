"""Random conversations with a group whose members speak either protocol, so that it is converted
both ways, again and again; and what must hold after each step.

- No partition has two owners in the eyes of the group, and no two of its members believe to own it.
- A machine that only read the log knows the same groups.
- Once everybody has had enough turns, everything is assigned, to one member each, and the group is
  a classic one exactly if nobody speaks the new protocol.

Classic members behave as Java's consumer does: eager ones give up everything before they join
again, cooperative ones what they were not given again; whoever leads shares out by turns.

One thing is not tried, because it gives a partition to two members for a moment, here and in Kafka
4.3.1: a group that is converted before its members have heard what was assigned to them last. The
compat scenarios what_a_classic_member_was_assigned_last_counts_as_owned and
what_a_rebalance_was_cut_off_from_counts_as_free show it.
So answers arrive at once, a member of the new protocol comes to a stable group, and a member that
was converted counts when it knows its epoch.
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from memory_log import MarkerlessLog
from wirekafka_protocol.codec import encode
from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    TopicPartitions,
)
from wirekafka_protocol.messages.consumer_protocol import (
    ConsumerProtocolSubscription,
    TopicPartition,
)
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment

from wirekafka.clock import ManualClock
from wirekafka.coordinator.assignors.spec import TopicSpec
from wirekafka.coordinator.consumer_group.cluster import FixedCluster
from wirekafka.coordinator.consumer_group.embedded import (
    read_assignment,
    read_subscription,
    write_assignment,
)
from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.group import records
from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.shard import GroupCoordinatorShard as Shard
from wirekafka.coordinator.group.states import GroupState
from wirekafka.coordinator.log_port import LoggedRecord
from wirekafka.coordinator.machine import RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime

NAMES = st.sampled_from(["a", "b", "c", "one", "two"])
"""Those whose name is a word are static members, with their name as instance id."""
SIZES = {"t": 3, "u": 2}
SUBSCRIPTIONS = st.sets(st.sampled_from(sorted(SIZES)), min_size=1)
MANY_ROUNDS = 40
GONE, REBALANCING, ID_REQUIRED = (22, 25, 82), 27, 79

Owned = set[tuple[str, int]]
"""Partitions by topic name."""


def topic_id(name: str) -> bytes:
    return name.encode().ljust(16, b"-")


def by_topic(owned: Owned) -> dict[str, list[int]]:
    return {name: sorted(i for topic, i in owned if topic == name) for name, _ in sorted(owned)}


class NewMember:
    """Of the consumer protocol; it gives up and takes at once, and says so next time."""

    def __init__(self, world: World, name: str, member_id: str, topics: set[str]) -> None:
        self.world, self.member_id, self.topics = world, member_id, topics
        self.instance_id = name if len(name) > 1 else None
        self.epoch = 0
        self.owned: Owned = set()
        self.is_alive = True

    def turn(self) -> None:
        is_joining = self.epoch == 0
        request = ConsumerGroupHeartbeatRequest("g", self.member_id, self.epoch, self.instance_id)
        request.topic_partitions = [
            TopicPartitions(topic_id(name), rows) for name, rows in by_topic(self.owned).items()
        ]
        if is_joining:
            request.rebalance_timeout_ms = 60_000
            request.subscribed_topic_names = sorted(self.topics)
        (answer,) = self.world.ask(Shard.consumer_group_heartbeat, 1, request)
        if answer.error_code:
            # 69: as in Kafka, a classic group whose only member is still to learn its id.
            expected = (69, 111) if is_joining else (25, 69, 82, 110)
            assert answer.error_code in expected, answer
            self.is_alive, self.owned = False, set()
            return
        self.epoch = answer.member_epoch
        if answer.assignment is not None:
            self.owned = {
                (self.world.names[row.topic_id], index)
                for row in answer.assignment.topic_partitions
                for index in row.partitions
            }

    def leave(self, *, away: bool) -> None:
        self.owned = set()
        epoch = -2 if away and self.instance_id else -1
        request = ConsumerGroupHeartbeatRequest("g", self.member_id, epoch, self.instance_id)
        self.world.ask(Shard.consumer_group_heartbeat, 1, request)


class ClassicClient:
    """Of the classic protocol: `todo` is its next request, `waiting` where an answer will be."""

    def __init__(self, world: World, name: str, topics: set[str], *, is_eager: bool) -> None:
        self.world, self.topics, self.is_eager = world, topics, is_eager
        self.instance_id = name if len(name) > 1 else None
        self.member_id = ""
        self.generation = -1
        self.owned: Owned = set()
        self.is_alive = True
        self.todo = self.join
        self.then = self.joined
        self.waiting: list[Any] | None = None

    def turn(self) -> None:
        if self.waiting is None:
            self.todo()
        self.hear()

    def hear(self) -> None:
        """What it was answered meanwhile, and what that leads to."""
        while self.waiting:
            (answer,) = self.waiting
            self.waiting = None
            self.then(answer)

    def join(self) -> None:
        if self.is_eager:
            self.owned = set()
        rows = [TopicPartition(name, indexes) for name, indexes in by_topic(self.owned).items()]
        said = ConsumerProtocolSubscription(sorted(self.topics), None, rows, self.generation)
        metadata = b"\0\2" + encode(said, 2)
        protocol = JoinGroupRequestProtocol("p", metadata)
        request = JoinGroupRequest(
            "g", 45_000, 60_000, self.member_id, self.instance_id, "consumer", [protocol]
        )
        self.waiting, self.then = self.world.ask(Shard.join_group, 9, request), self.joined

    def joined(self, answer: Any) -> None:
        self.todo = self.join
        if isinstance(answer, ApiError) or answer.error_code == REBALANCING:
            return
        if answer.error_code in GONE:
            self.lose()
            return
        assert answer.error_code in (0, ID_REQUIRED), answer
        self.member_id = answer.member_id
        if answer.error_code == 0:
            self.generation = answer.generation_id
            shares = self.shares(answer.members) if not answer.skip_assignment else {}
            rows = [
                SyncGroupRequestAssignment(who, write_assignment(by_topic(share), 2))
                for who, share in shares.items()
            ]
            request = SyncGroupRequest(
                "g", self.generation, self.member_id, self.instance_id, "consumer", "p", rows
            )
            self.waiting, self.then = self.world.ask(Shard.sync_group, 5, request), self.synced

    def shares(self, members: list[Any]) -> dict[str, Owned]:
        """Of the leader: partitions by turns, but what another one owns has to be free first."""
        said = {row.member_id: read_subscription(row.metadata) for row in members}
        shares: dict[str, Owned] = {member_id: set() for member_id in said}
        owners = {
            (row.topic, index): member_id
            for member_id, one in said.items()
            for row in one.owned_partitions
            for index in row.partitions
        }
        for topic, size in SIZES.items():
            subscribed = [who for who, one in sorted(said.items()) if topic in one.topics]
            for index in range(size if subscribed else 0):
                who = subscribed[index % len(subscribed)]
                if owners.get((topic, index), who) == who:
                    shares[who].add((topic, index))
        return shares

    def synced(self, answer: Any) -> None:
        self.todo = self.join
        if isinstance(answer, ApiError) or answer.error_code == REBALANCING:
            return
        if answer.error_code in GONE:
            self.lose()
            return
        assert answer.error_code == 0, answer
        given: Owned = set()
        if answer.assignment:
            rows = read_assignment(bytes(answer.assignment)).assigned_partitions
            given = {(row.topic, index) for row in rows for index in row.partitions}
        has_given_up = bool(self.owned - given)
        self.owned = given
        self.todo = self.join if has_given_up else self.beat

    def beat(self) -> None:
        request = HeartbeatRequest("g", self.generation, self.member_id, self.instance_id)
        self.waiting, self.then = self.world.ask(Shard.heartbeat, 4, request), self.beaten

    def beaten(self, answer: Any) -> None:
        if isinstance(answer, ApiError) or answer.error_code == 0:
            return
        if answer.error_code == REBALANCING:
            self.todo = self.join
            return
        assert answer.error_code in GONE, answer
        self.lose()

    def lose(self) -> None:
        """Out of the group, or of a generation that it knows: it starts anew."""
        self.is_alive, self.owned = False, set()

    def leave(self, *, away: bool) -> None:
        """A static member says nothing when it goes for a while."""
        self.owned = set()
        if self.member_id and not (away and self.instance_id):
            row = MemberIdentity(self.member_id, self.instance_id)
            self.world.ask(Shard.leave_group, 5, LeaveGroupRequest("g", "", [row]))


class World(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.log = MarkerlessLog()
        self.clients: dict[str, NewMember | ClassicClient] = {}
        self.incarnation = 0
        self.is_eager = True
        self.names = {topic_id(name): name for name in SIZES}
        topics = {name: TopicSpec(topic_id(name), name, size) for name, size in SIZES.items()}
        self.cluster = FixedCluster(topics)
        self.shard: Shard
        self.runtime = CoordinatorRuntime(
            "__consumer_offsets", clock=self.clock, new_machine=self.new_shard, codec=records
        )
        self.runtime.load(0, 0, self.log)

    # -- steps ---------------------------------------------------------------------------------

    @initialize(is_eager=st.booleans())
    def choose(self, is_eager: bool) -> None:
        self.is_eager = is_eager

    @rule(name=NAMES, topics=SUBSCRIPTIONS, is_new=st.booleans(), away=st.booleans())
    def start(self, name: str, topics: set[str], is_new: bool, away: bool) -> None:
        """A client starts, in the place of the one of its name."""
        self.stop(name, away)
        self.incarnation += 1
        if is_new and not self.is_stable_or_new():
            return
        if is_new:
            self.clients[name] = NewMember(self, name, f"{name}-{self.incarnation}", topics)
        else:
            self.clients[name] = ClassicClient(self, name, topics, is_eager=self.is_eager)
        self.turn(name)

    @rule(name=NAMES, away=st.booleans())
    def stop(self, name: str, away: bool) -> None:
        client = self.clients.pop(name, None)
        if client is not None:
            client.leave(away=away)

    @rule(name=NAMES)
    def turn(self, name: str) -> None:
        client = self.clients.get(name)
        if client is not None:
            client.turn()
            if not client.is_alive:
                del self.clients[name]

    @rule()
    def everybody(self) -> None:
        for name in list(self.clients):
            self.turn(name)

    @rule(ms=st.sampled_from([100, 1_000, 20_000, 61_000]))
    def advance(self, ms: int) -> None:
        self.clock.advance(ms)

    @rule()
    def restart(self) -> None:
        if not self.is_stable_or_new():
            return  # what is read from the log counts as stable
        self.incarnation += 1
        self.runtime.load(0, self.incarnation, self.log)

    @rule()
    def settle(self) -> None:
        self.clock.advance(61_000)  # who went without a word is missed
        for _ in range(MANY_ROUNDS):
            self.everybody()
            self.clock.advance(1_000)
        self.check_everything_is_assigned()

    # -- what must hold --------------------------------------------------------------------------

    @invariant()
    def no_partition_has_two_owners(self) -> None:
        group = self.shard.groups.get("g")
        if not isinstance(group, ConsumerGroup):
            return
        owners: dict[tuple[bytes, int], str] = {}
        for member in group.members.values():
            for partitions in (member.assigned, member.pending_revocation):
                for topic, indexes in partitions.items():
                    for index in indexes:
                        assert owners.setdefault((topic, index), member.member_id) == (
                            member.member_id
                        )

    @invariant()
    def no_two_members_believe_to_own_a_partition(self) -> None:
        group = self.shard.groups.get("g")
        if group is None:
            return
        believed: dict[tuple[str, int], str] = {}
        for name, client in self.clients.items():
            if self.is_up_to_date(group, client):  # otherwise it will hear that it is not
                for place in client.owned:
                    assert believed.setdefault(place, name) == name, place

    @invariant()
    def the_log_says_all(self) -> None:
        copy = self.new_machine()
        for row in self.log.rows:
            assert isinstance(row, LoggedRecord)
            record = records.decode_record(row.key, row.value)
            assert record is not None
            copy.replay(record)
        mine, other = self.shard.groups.get("g"), copy.groups.get("g")
        if isinstance(mine, ConsumerGroup):
            assert isinstance(other, ConsumerGroup)
            for field in ("members", "target", "partition_epochs", "static_members"):
                assert getattr(mine, field) == getattr(other, field), field
            for field in ("group_epoch", "assignment_epoch", "metadata_hash"):
                assert getattr(mine, field) == getattr(other, field), field
        else:
            assert not isinstance(other, ConsumerGroup)
            if isinstance(mine, ClassicGroup) and isinstance(other, ClassicGroup):
                assert other.generation_id <= mine.generation_id

    def check_everything_is_assigned(self) -> None:
        group = self.shard.groups.get("g")
        owners = [place for client in self.clients.values() for place in client.owned]
        wanted = {name for client in self.clients.values() for name in client.topics}
        if group is None or not self.clients:
            assert not owners
            return
        if group.members.keys() - {client.member_id for client in self.clients.values()}:
            return  # a static member of the new protocol that is away holds what it has
        assert sorted(owners) == sorted((name, i) for name in wanted for i in range(SIZES[name]))
        is_classic = all(isinstance(one, ClassicClient) for one in self.clients.values())
        assert isinstance(group, ClassicGroup) == is_classic

    # -- helpers ---------------------------------------------------------------------------------

    def is_stable_or_new(self) -> bool:
        """Is there a consumer group, or a classic one that is stable, after a while?"""
        for _ in range(5):
            group = self.shard.groups.get("g")
            if not isinstance(group, ClassicGroup):
                return True
            if group.state is GroupState.STABLE or not group.members:
                return True
            self.everybody()
        return False

    @staticmethod
    def is_up_to_date(
        group: ClassicGroup | ConsumerGroup, client: NewMember | ClassicClient
    ) -> bool:
        """Does it know the epoch in which the group has it?"""
        if client.member_id not in group.members:
            return False
        epoch = client.epoch if isinstance(client, NewMember) else client.generation
        if isinstance(group, ClassicGroup):
            return epoch == group.generation_id
        return epoch == group.members[client.member_id].member_epoch

    def new_machine(self) -> Shard:
        ids = iter(range(self.incarnation * 1_000, 10**9))
        return Shard(GroupConfig(), lambda: str(next(ids)), None, self.cluster)

    def new_shard(self) -> Shard:
        self.shard = self.new_machine()
        return self.shard

    def ask(self, method: Any, version: int, request: Any) -> list[Any]:
        """The list in which the answer is, or will be. Answers of before have arrived."""
        for client in self.clients.values():
            if isinstance(client, ClassicClient):
                client.hear()
        answers: list[Any] = []
        info = RequestInfo(version, "client", "/127.0.0.1")
        self.runtime.request(0, method, info, request, answers.append)
        return answers


TestWorld = World.TestCase
TestWorld.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
