"""Conversations with a group whose members speak the classic and the consumer protocol.

As in test_group_scenarios.py, a script in migration/*.txt carries its own transcript. To write the
transcripts anew: WIREKAFKA_REWRITE_SCENARIOS=1 pytest tests/scenarios, and read the diff.

Commands. NAME is a client; it remembers its member id, its generation or epoch, and its instance.
There are the topics t (4 partitions) and u (1).

    config KEY=VALUE ...       policy= consumer_max= classic_max=; first line only
    join NAME [topics=t owned=t:0+1 instance= protocol= session= rebalance= member= version=]
    sync NAME [assign=NAME:t:0+1,... generation=]
    beat NAME [generation=]
    leave NAME ...             LeaveGroup
    enter NAME [topics= instance= member=]          ConsumerGroupHeartbeat of epoch 0
    hail NAME [owned=t:0 epoch=]                    ConsumerGroupHeartbeat
    part NAME [epoch=-1]       ConsumerGroupHeartbeat that leaves
    describe / list / restart / advance 3s

A record is shown as its type and member, and what it says; "-" is a tombstone.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from scripts import ShownLog, milliseconds, of_folder, transcript
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    TopicPartitions,
)
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from wirekafka_protocol.messages.list_groups import ListGroupsRequest
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment

from wirekafka.clock import ManualClock
from wirekafka.coordinator.assignors.spec import TopicSpec
from wirekafka.coordinator.consumer_group.cluster import FixedCluster
from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig, MigrationPolicy
from wirekafka.coordinator.consumer_group.embedded import read_assignment, write_assignment
from wirekafka.coordinator.group import records
from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.shard import GroupCoordinatorShard as Shard
from wirekafka.coordinator.machine import RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime

GROUP = "g"
TOPICS = {
    "t": TopicSpec(b"t" * 16, "t", 4),
    "u": TopicSpec(b"u" * 16, "u", 1),
}
CLUSTER = FixedCluster(TOPICS, version=1)


class Client:
    """What a client remembers between its requests."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.member_id = ""
        self.epoch = 0
        self.instance_id: str | None = None


class Scenario:
    """Runs one script; `lines` is the transcript so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.clock = ManualClock()
        self.log = ShownLog(self.show, record_text)
        self.config = GroupConfig()
        self.consumer_config = ConsumerGroupConfig(assignment_interval_ms=0)
        self.ids = count(1)
        self.clients: dict[str, Client] = {}
        self.epoch = 0
        self.runtime = self.loaded()

    def loaded(self) -> CoordinatorRuntime[Shard]:
        runtime: CoordinatorRuntime[Shard] = CoordinatorRuntime(
            "__consumer_offsets",
            clock=self.clock,
            new_machine=lambda: Shard(
                self.config, lambda: str(next(self.ids)), self.consumer_config, CLUSTER
            ),
            codec=records,
        )
        runtime.load(0, self.epoch, self.log)
        self.clock.advance(0)
        return runtime

    def show(self, text: str) -> None:
        self.lines.append(f"    {text}")

    def ask(
        self,
        client: Client,
        method: Any,
        request: Any,
        tell: Callable[[Any], str],
        *,
        version: int,
    ) -> None:
        def answered(response: Any) -> None:
            if isinstance(response, ApiError):
                self.show(f"{client.name} {response.code.name}")
                return
            code = getattr(response, "error_code", 0)
            text = "ok " + tell(response) if code == 0 else ErrorCode(code).name
            if code == ErrorCode.MEMBER_ID_REQUIRED:
                text = f"{text} {tell(response)}"
            self.show(f"{client.name} {text}".rstrip())

        info = RequestInfo(version, client.name, "/127.0.0.1")
        self.runtime.request(0, method, info, request, answered)

    def client(self, name: str, options: dict[str, str]) -> Client:
        client = self.clients.setdefault(name, Client(name))
        client.instance_id = options.get("instance", client.instance_id)
        client.member_id = options.get("member", client.member_id)
        return client

    # -- the classic protocol ------------------------------------------------------------------

    def do_config(self, names: list[str], options: dict[str, str]) -> None:
        unlimited = str(self.config.max_size)
        self.config = GroupConfig(max_size=int(options.get("classic_max", unlimited)))
        self.consumer_config = ConsumerGroupConfig(
            assignment_interval_ms=0,
            max_size=int(options.get("consumer_max", unlimited)),
            migration_policy=MigrationPolicy(options.get("policy", "bidirectional")),
        )
        self.runtime = self.loaded()

    def do_join(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0], options)
        metadata = subscription(options.get("topics", "t"), options.get("owned", ""))
        request = JoinGroupRequest(
            GROUP,
            milliseconds(options.get("session", "10s")),
            milliseconds(options.get("rebalance", "60s")),
            client.member_id,
            client.instance_id,
            "consumer",
            [JoinGroupRequestProtocol(options.get("protocol", "range"), metadata)],
        )

        def joined(response: Any) -> str:
            client.member_id, client.epoch = response.member_id, response.generation_id
            roster = ",".join(member.member_id for member in response.members)
            return (
                f"generation={response.generation_id} leader={response.leader or '-'}"
                f" member={response.member_id} members=[{roster}]"
            )

        version = int(options.get("version", "3"))
        self.ask(client, Shard.join_group, request, joined, version=version)

    def do_sync(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0], options)
        assignments = []
        for row in options.get("assign", "").split(","):
            name, _, owned = row.partition(":")
            if name:
                topics = {topic: sorted(rows) for topic, rows in parts(owned).items()}
                assignments.append(
                    SyncGroupRequestAssignment(
                        self.clients[name].member_id, write_assignment(topics, 0)
                    )
                )
        generation = int(options.get("generation", client.epoch))
        request = SyncGroupRequest(
            GROUP, generation, client.member_id, client.instance_id, assignments=assignments
        )
        self.ask(client, Shard.sync_group, request, lambda a: owned_text(a.assignment), version=3)

    def do_beat(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0], options)
        generation = int(options.get("generation", client.epoch))
        request = HeartbeatRequest(GROUP, generation, client.member_id, client.instance_id)
        self.ask(client, Shard.heartbeat, request, lambda _: "", version=4)

    def do_leave(self, names: list[str], options: dict[str, str]) -> None:
        rows = [MemberIdentity(self.client(name, {}).member_id) for name in names]

        def left(response: Any) -> str:
            return " ".join(f"{row.member_id}:{row.error_code}" for row in response.members)

        request = LeaveGroupRequest(GROUP, "", rows)
        self.ask(self.client(names[0], {}), Shard.leave_group, request, left, version=5)

    # -- the consumer protocol -----------------------------------------------------------------

    def do_enter(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0], {"member": names[0], **options})
        request = ConsumerGroupHeartbeatRequest(
            GROUP,
            client.member_id,
            0,
            client.instance_id,
            rebalance_timeout_ms=60_000,
            subscribed_topic_names=options.get("topics", "t").split("+"),
            topic_partitions=[],
        )
        self._hail(client, request)

    def do_hail(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0], options)
        epoch = int(options.get("epoch", client.epoch))
        request = ConsumerGroupHeartbeatRequest(GROUP, client.member_id, epoch, client.instance_id)
        if "owned" in options:
            request.topic_partitions = [
                TopicPartitions(TOPICS[topic].topic_id, sorted(rows))
                for topic, rows in parts(options["owned"]).items()
            ]
        self._hail(client, request)

    def do_part(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0], options)
        epoch = int(options.get("epoch", "-1"))
        request = ConsumerGroupHeartbeatRequest(GROUP, client.member_id, epoch, client.instance_id)
        self._hail(client, request)

    def _hail(self, client: Client, request: ConsumerGroupHeartbeatRequest) -> None:
        def hailed(response: Any) -> str:
            client.epoch = response.member_epoch
            text = f"epoch={response.member_epoch}"
            if response.assignment is None:
                return text
            rows = response.assignment.topic_partitions
            return f"{text} {rows_text({chr(r.topic_id[0]): r.partitions for r in rows})}"

        self.ask(client, Shard.consumer_group_heartbeat, request, hailed, version=1)

    # -- the rest ------------------------------------------------------------------------------

    def do_describe(self, names: list[str], options: dict[str, str]) -> None:
        def classic(row: Any) -> str:
            members = [f"{m.member_id}={owned_text(m.member_assignment)}" for m in row.members]
            return f"classic {row.group_state} {' '.join(members)}".rstrip()

        def consumer(row: Any) -> str:
            members = [
                f"{m.member_id}({'classic' if m.member_type == 0 else 'new'} {m.member_epoch})"
                for m in row.members
            ]
            epochs = f"{row.group_epoch}/{row.assignment_epoch}"
            return f"consumer {row.group_state} {epochs} {' '.join(members)}".rstrip()

        nobody = Client("-")
        self.ask(nobody, Shard.describe_group, GROUP, classic, version=6)
        self.ask(nobody, Shard.consumer_group_describe, GROUP, consumer, version=1)

    def do_list(self, names: list[str], options: dict[str, str]) -> None:
        def listed(rows: Any) -> str:
            return " ".join(f"{row.group_id}:{row.group_type}:{row.group_state}" for row in rows)

        self.ask(Client("-"), Shard.list_groups, ListGroupsRequest(), listed, version=5)

    def do_restart(self, names: list[str], options: dict[str, str]) -> None:
        self.runtime.close()
        self.epoch += 1
        self.runtime = self.loaded()

    def do_advance(self, names: list[str], options: dict[str, str]) -> None:
        self.clock.advance(milliseconds(names[0]))


def subscription(topics: str, owned: str) -> bytes:
    """Version 1, as a member of a classic group sends it."""
    names = [name.encode() for name in topics.split("+") if name]
    out = b"\0\1" + len(names).to_bytes(4, "big")
    for name in names:
        out += len(name).to_bytes(2, "big") + name
    rows = parts(owned)
    out += b"\xff\xff\xff\xff" + len(rows).to_bytes(4, "big")
    for topic, indexes in rows.items():
        out += len(topic).to_bytes(2, "big") + topic.encode() + len(indexes).to_bytes(4, "big")
        out += b"".join(index.to_bytes(4, "big") for index in indexes)
    return out


def parts(text: str) -> dict[str, list[int]]:
    """From "t:0+1/u:0"; an empty text is nothing."""
    found = {}
    for row in filter(None, text.split("/")):
        topic, _, indexes = row.partition(":")
        found[topic] = [int(index) for index in indexes.split("+")]
    return found


def rows_text(rows: dict[str, list[int]]) -> str:
    texts = [f"{topic}:{'+'.join(map(str, sorted(parts)))}" for topic, parts in rows.items()]
    return f"[{'/'.join(sorted(texts))}]"


def owned_text(assignment: bytes) -> str:
    if not assignment:
        return "[none]"
    rows = read_assignment(assignment).assigned_partitions
    return rows_text({row.topic: row.partitions for row in rows})


def record_text(record: Any) -> str:
    kind, key, value = record.key_version, record.key, record.value
    who = f" {key.member_id}" if hasattr(key, "member_id") else ""
    if value is None:
        return f"{kind}{who} -"
    return f"{kind}{who} {_VALUES[kind](value)}".rstrip()


def topic_rows(rows: Any) -> str:
    return rows_text({chr(row.topic_id[0]): row.partitions for row in rows})


_VALUES: dict[int, Callable[[Any], str]] = {
    2: lambda v: (
        f"generation={v.generation} "
        + " ".join(f"{m.member_id}={owned_text(m.assignment)}" for m in v.members)
    ),
    3: lambda v: f"epoch={v.epoch}",
    5: lambda v: (
        f"{'+'.join(v.subscribed_topic_names)}"
        f" {'new' if v.classic_member_metadata is None else 'classic'}"
    ),
    6: lambda v: f"epoch={v.assignment_epoch}",
    7: lambda v: topic_rows(v.topic_partitions),
    8: lambda v: (
        f"epoch={v.member_epoch} state={v.state} {topic_rows(v.assigned_partitions)}"
        f" revoking={topic_rows(v.partitions_pending_revocation)}"
    ),
}


@pytest.mark.parametrize("path", of_folder("migration"), ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    assert transcript(path, Scenario()) == script
