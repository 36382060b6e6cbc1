"""Random conversations with a consumer group, beside a naive model, and what must hold after each
step.

- No partition is owned by two members, assigned or not given up yet.
- What a member was told that it has is what the group thinks it owns, less what it has given up.
- Group, assignment and member epochs never fall; a member's is never above the assignment's, and
  that never above the group's.
- Once every member has sent enough heartbeats the group is stable, and everything is assigned:
  each partition of each subscribed topic to exactly one member that is subscribed to the topic.
- A machine that only read the log equals the live one. So a restart forgets the conversation only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from memory_log import MarkerlessLog
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    TopicPartitions,
)

from wirekafka.clock import ManualClock
from wirekafka.coordinator.assignors.spec import TopicSpec
from wirekafka.coordinator.consumer_group.cluster import ClusterChange, FixedCluster
from wirekafka.coordinator.consumer_group.group import ConsumerGroup, ConsumerGroupState
from wirekafka.coordinator.group import records
from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.shard import GroupCoordinatorShard as Shard
from wirekafka.coordinator.log_port import LoggedRecord
from wirekafka.coordinator.machine import RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime

NAMES = st.sampled_from(["a", "b", "c", "d", "one", "two"])
"""Those whose name is a word are static members, with their name as instance id."""
TOPICS = ("t", "u", "v")
SUBSCRIPTIONS = st.sets(st.sampled_from(TOPICS))
PATTERN = "[uv]"
MANY_ROUNDS = 30

Owned = dict[bytes, set[int]]


class Client:
    """What a real client remembers: it owns what it was told, until it gives that up."""

    def __init__(self, name: str, member_id: str) -> None:
        self.member_id = member_id
        self.instance_id = name if len(name) > 1 else None
        self.epoch = 0
        self.told: Owned = {}
        self.owned: Owned = {}
        self.wants: dict[str, Any] = {}


class Conversation(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.log = MarkerlessLog()
        self.clients: dict[str, Client] = {}
        self.cluster = FixedCluster({"t": TopicSpec(topic_id("t"), "t", 3)})
        self.incarnation = 0
        self.epochs = (0, 0)
        self.shard: Shard
        self.runtime = CoordinatorRuntime(
            "__consumer_offsets", clock=self.clock, new_machine=self.new_shard, codec=records
        )
        self.runtime.load(0, 0, self.log)

    # -- steps ---------------------------------------------------------------------------------

    @rule(name=NAMES, topics=SUBSCRIPTIONS, regex=st.booleans(), assignor=st.booleans())
    def join(self, name: str, topics: set[str], regex: bool, assignor: bool) -> None:
        self.incarnation += 1
        known = self.clients.get(name)
        is_new = known is None or len(name) > 1
        member_id = f"{name}-{self.incarnation}" if is_new else known.member_id
        client = Client(name, member_id)
        client.wants = wants(topics, regex)
        answer = self.heartbeat(
            client,
            rebalance_timeout_ms=60_000,
            server_assignor="range" if assignor else None,
            **client.wants,
        )
        if answer.error_code == 0:
            self.clients[name] = client
        else:
            assert answer.error_code == 111, answer

    @rule(name=NAMES, gives_up=st.booleans())
    def beat(self, name: str, gives_up: bool) -> None:
        client = self.clients.get(name)
        if client is not None:
            if gives_up:
                client.owned = dict(client.told)
            self.alive(name, self.heartbeat(client))

    @rule(name=NAMES, topics=SUBSCRIPTIONS, regex=st.booleans())
    def subscribe(self, name: str, topics: set[str], regex: bool) -> None:
        client = self.clients.get(name)
        if client is not None:
            client.wants = wants(topics, regex)
            self.alive(name, self.heartbeat(client, **client.wants))

    @rule(name=NAMES, away=st.booleans())
    def leave(self, name: str, away: bool) -> None:
        client = self.clients.get(name)
        if client is not None:
            client.epoch = -2 if away and client.instance_id else -1
            self.heartbeat(client)
            del self.clients[name]

    @rule(name=NAMES)
    def lose_the_answer(self, name: str) -> None:
        """The member is as it was before, and sends everything again, as clients do then: what it
        is asked to give up is told only once else."""
        client = self.clients.get(name)
        if client is None:
            return
        epoch, told, owned = client.epoch, client.told, client.owned
        answer = self.heartbeat(client)
        client.epoch, client.told, client.owned = epoch, told, owned
        if answer.error_code == 0:
            full = self.heartbeat(client, rebalance_timeout_ms=60_000, **client.wants)
            self.alive(name, full)

    @rule(topic=st.sampled_from(TOPICS), count=st.integers(0, 5))
    def change_topic(self, topic: str, count: int) -> None:
        topics = dict(self.cluster.topics)
        old = topics.get(topic)
        if count and (old is None or count > old.num_partitions):
            topics[topic] = TopicSpec(topic_id(topic, self.incarnation), topic, count)
            if old is not None:
                topics[topic] = replace(old, num_partitions=count)
        elif not count:
            topics.pop(topic, None)
            self.incarnation += 1
        created = frozenset(topics.keys() - self.cluster.topics.keys())
        self.cluster = FixedCluster(topics, version=self.cluster.version + 1)
        self.runtime.tell(0, Shard.on_cluster, ClusterChange(self.cluster, {topic}, created))

    @rule(ms=st.sampled_from([100, 1_000, 20_000, 61_000]))
    def advance(self, ms: int) -> None:
        self.clock.advance(ms)

    @rule()
    def restart(self) -> None:
        self.runtime.load(0, len(self.log.rows) + self.incarnation + 1, self.log)
        self.incarnation += 1

    @rule()
    def settle(self) -> None:
        for _ in range(MANY_ROUNDS):
            for name, client in list(self.clients.items()):
                client.owned = dict(client.told)
                self.alive(name, self.heartbeat(client))
            self.clock.advance(1_000)
        group = self.group()
        if group is None or not group.members:
            return
        known = {client.member_id for client in self.clients.values()}
        if group.members.keys() - known:
            return  # a member that is away, or that nobody remembers, holds what it has
        assert group.state is ConsumerGroupState.STABLE
        self.check_everything_is_assigned(group)

    # -- what must hold --------------------------------------------------------------------------

    @invariant()
    def no_partition_has_two_owners(self) -> None:
        group = self.group()
        if group is None:
            return
        owners: dict[tuple[bytes, int], str] = {}
        for member in group.members.values():
            for partitions in (member.assigned, member.pending_revocation):
                for topic, indexes in partitions.items():
                    for index in indexes:
                        other = owners.setdefault((topic, index), member.member_id)
                        assert other == member.member_id
                        assert group.partition_epoch(topic, index) == member.member_epoch
        counted = sum(len(indexes) for indexes in group.partition_epochs.values())
        assert counted == len(owners)

    @invariant()
    def no_two_clients_believe_to_own_a_partition(self) -> None:
        group = self.group()
        if group is None:
            return
        believed: set[tuple[bytes, int]] = set()
        for client in self.clients.values():
            if client.member_id not in group.members:
                continue  # it will hear that with its next heartbeat
            mine = {(topic, i) for topic, indexes in client.owned.items() for i in indexes}
            assert not mine & believed
            believed |= mine

    @invariant()
    def epochs_never_fall(self) -> None:
        group = self.group()
        if group is None:
            self.epochs = (0, 0)
            return
        now = (group.group_epoch, group.assignment_epoch)
        assert now >= self.epochs
        assert now[0] >= now[1] >= self.epochs[1]
        self.epochs = now
        for member in group.members.values():
            assert member.member_epoch <= group.assignment_epoch

    @invariant()
    def the_log_says_all(self) -> None:
        copy = Shard(GroupConfig(), str, None, self.cluster)
        for row in self.log.rows:
            assert isinstance(row, LoggedRecord)
            record = records.decode_record(row.key, row.value)
            assert record is not None
            copy.replay(record)
        assert copy.groups.keys() == self.shard.groups.keys()
        mine, other = self.group(), copy.groups.get("g")
        if mine is None:
            return
        assert isinstance(other, ConsumerGroup)
        for field in ("members", "target", "partition_epochs", "static_members"):
            assert getattr(mine, field) == getattr(other, field), field
        for field in ("group_epoch", "assignment_epoch", "metadata_hash", "resolved_regexes"):
            assert getattr(mine, field) == getattr(other, field), field
        assert mine.subscribed_topic_names == other.subscribed_topic_names

    def check_everything_is_assigned(self, group: ConsumerGroup) -> None:
        wanted: dict[bytes, set[str]] = {}
        for member in group.members.values():
            for name in group.topics_of(member):
                topic = self.cluster.topic(name)
                if topic is not None:
                    wanted.setdefault(topic.topic_id, set()).add(member.member_id)
        for name in TOPICS:
            topic = self.cluster.topic(name)
            if topic is None or topic.topic_id not in wanted:
                continue
            for index in range(topic.num_partitions):
                (owner,) = (
                    member_id
                    for member_id, member in group.members.items()
                    if member.owns(topic.topic_id, index)
                )
                assert owner in wanted[topic.topic_id]

    # -- helpers ---------------------------------------------------------------------------------

    def new_shard(self) -> Shard:
        self.shard = Shard(GroupConfig(), str, None, self.cluster)
        return self.shard

    def group(self) -> ConsumerGroup | None:
        group = self.shard.groups.get("g")
        assert group is None or isinstance(group, ConsumerGroup)
        return group

    def heartbeat(self, client: Client, **more: Any) -> Any:
        request = ConsumerGroupHeartbeatRequest(
            "g",
            client.member_id,
            client.epoch,
            client.instance_id,
            topic_partitions=[TopicPartitions(t, sorted(rows)) for t, rows in client.owned.items()],
            **more,
        )
        answers: list[Any] = []
        info = RequestInfo(1, "client", "/127.0.0.1")
        self.runtime.request(0, Shard.consumer_group_heartbeat, info, request, answers.append)
        (answer,) = answers
        if answer.error_code == 0 and answer.assignment is not None:
            client.told = {
                row.topic_id: set(row.partitions) for row in answer.assignment.topic_partitions
            }
            # What is new it takes at once; what it shall give up it keeps for a while.
            for topic, indexes in client.told.items():
                client.owned = {**client.owned, topic: client.owned.get(topic, set()) | indexes}
        if answer.error_code == 0:
            client.epoch = answer.member_epoch
        return answer

    def alive(self, name: str, answer: Any) -> None:
        """Whoever is unknown or fenced gives up everything and is forgotten."""
        if answer.error_code:
            assert answer.error_code in (25, 69, 82, 110), answer
            del self.clients[name]


def wants(topics: set[str], regex: bool) -> dict[str, Any]:
    return {
        "subscribed_topic_names": sorted(topics),
        "subscribed_topic_regex": PATTERN if regex else "",
    }


def topic_id(name: str, incarnation: int = 0) -> bytes:
    return f"{name}{incarnation}".encode().ljust(16, b"\0")


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
