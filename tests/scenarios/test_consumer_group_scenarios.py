"""Conversations with groups of the consumer protocol: scripts that carry their golden transcript.

A script in consumer_group/*.txt is a list of commands, one per line, each followed by what it led
to, indented: the records written and the answers given, in order. To write the transcripts anew,
after reading the commands below:

    WIREKAFKA_REWRITE_SCENARIOS=1 pytest tests/scenarios

and read the diff.

Commands. NAME is a client, which remembers its epoch and what it was assigned:

    config KEY=VALUE ...            ConsumerGroupConfig; first line only
    topic NAME PARTITIONS           there is this topic, or it has so many partitions; 0: no more
    set KEY=VALUE ...               configs of the group
    join NAME [topics=a,b regex= instance= rebalance= assignor= rack=]
    beat NAME [owned=a-0.1,b-0 topics= regex= epoch= assignor=]   says what it owns
    ping NAME [epoch=]              says nothing but that it lives
    leave NAME [epoch=-2]
    commit NAME topic-partition=offset ... [epoch= version=]
    fetch NAME topic-partition ... [epoch=]
    describe / list / delete
    advance 3s                      also ms, m, h, d
    restart                         load again from the log, as after a crash
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scripts import ShownLog, milliseconds, of_folder, transcript
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    TopicPartitions,
)
from wirekafka_protocol.messages.list_groups import ListGroupsRequest
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

from wirekafka.clock import ManualClock
from wirekafka.coordinator.assignors.spec import TopicSpec
from wirekafka.coordinator.consumer_group.cluster import ClusterChange, FixedCluster
from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig
from wirekafka.coordinator.group import records
from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.shard import GroupCoordinatorShard as Shard
from wirekafka.coordinator.machine import RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime

GROUP = "g"


class Client:
    """What a client remembers between its requests."""

    def __init__(self) -> None:
        self.epoch = 0
        self.instance_id: str | None = None
        self.owned: dict[bytes, list[int]] = {}


class Scenario:
    """Runs one script; `lines` is the transcript so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.log = ShownLog(self.show, self.record_text)
        self.clock = ManualClock()
        # Somebody wants Kafka's wait before the next assignment, unless a script says otherwise.
        self.config = ConsumerGroupConfig(is_assignment_interval_set=True)
        self.cluster = FixedCluster()
        self.clients: dict[str, Client] = {}
        self.epoch = 0
        self.runtime: CoordinatorRuntime[Shard] | None = None

    # -- commands ------------------------------------------------------------------------------

    def do_config(self, names: list[str], options: dict[str, str]) -> None:
        changes: Any = {name: int(value) for name, value in options.items()}
        self.config = replace(self.config, **changes)

    def do_topic(self, names: list[str], options: dict[str, str]) -> None:
        name, count = names[0], int(names[1])
        topics = {**self.cluster.topics}
        created = frozenset({name} - topics.keys())
        if count:
            topics[name] = TopicSpec(topic_id(name), name, count)
        else:
            del topics[name]
        self.change(replace(self.cluster, topics=topics), frozenset({name}), created)

    def do_set(self, names: list[str], options: dict[str, str]) -> None:
        self.change(replace(self.cluster, configs={GROUP: options}))

    def do_join(self, names: list[str], options: dict[str, str]) -> None:
        (name,) = names
        client = self.clients[name] = Client()
        client.instance_id = options.get("instance")
        request = self.request(name, options, topic_partitions=[])
        request.rebalance_timeout_ms = int(options.get("rebalance", "60000"))
        self.heartbeat(name, "join", request)

    def do_beat(self, names: list[str], options: dict[str, str]) -> None:
        (name,) = names
        client = self.clients[name]
        if "owned" in options:
            client.owned = dict(owned_rows(options["owned"]))
        rows = [TopicPartitions(topic, indexes) for topic, indexes in client.owned.items()]
        self.heartbeat(name, "beat", self.request(name, options, topic_partitions=rows))

    def do_ping(self, names: list[str], options: dict[str, str]) -> None:
        (name,) = names
        self.heartbeat(name, "ping", self.request(name, options))

    def do_leave(self, names: list[str], options: dict[str, str]) -> None:
        (name,) = names
        self.heartbeat(name, "leave", self.request(name, {"epoch": "-1", **options}))

    def do_commit(self, names: list[str], options: dict[str, str]) -> None:
        (name,) = names
        client = self.clients[name]
        request = OffsetCommitRequest(GROUP, int(options.pop("epoch", client.epoch)), name)
        version = int(options.pop("version", "9"))
        for place, offset in options.items():
            topic, _, index = place.partition("-")
            row = OffsetCommitRequestPartition(int(index), int(offset), -1, "")
            request.topics.append(OffsetCommitRequestTopic(topic, partitions=[row]))
        answer = self.ask(Shard.offset_commit, request, version)
        codes = {error_name(row.error_code) for t in answer.topics for row in t.partitions}
        self.show(f"{name} commit {' '.join(codes)}")

    def do_fetch(self, names: list[str], options: dict[str, str]) -> None:
        name, *places = names
        epoch = int(options.get("epoch", self.clients[name].epoch))
        topics = [
            OffsetFetchRequestTopics(place.split("-")[0], partition_indexes=[int(place[-1])])
            for place in places
        ]
        group = OffsetFetchRequestGroup(GROUP, name, epoch, topics)
        answer = self.ask(Shard.offset_fetch, OffsetFetchRequest(groups=[group]), 9)
        rows = [
            f"{topic.name}-{row.partition_index}={row.committed_offset}"
            for topic in answer.topics
            for row in topic.partitions
        ]
        self.show(" ".join([f"{name} fetch {error_name(answer.error_code)}", *rows]))

    def do_describe(self, names: list[str], options: dict[str, str]) -> None:
        group = self.ask(Shard.consumer_group_describe, GROUP, 1)
        self.show(
            f"describe {error_name(group.error_code)} state={group.group_state or '-'}"
            f" group={group.group_epoch} assignment={group.assignment_epoch}"
            f" assignor={group.assignor_name or '-'}"
        )
        for m in group.members:
            has, shall = m.assignment.topic_partitions, m.target_assignment.topic_partitions
            self.show(
                f"  {m.member_id} epoch={m.member_epoch} instance={m.instance_id or '-'}"
                f" topics={','.join(m.subscribed_topic_names) or '-'}"
                f" regex={m.subscribed_topic_regex or '-'}"
                f" has={self.parts(has)} shall={self.parts(shall)}"
            )

    def do_list(self, names: list[str], options: dict[str, str]) -> None:
        rows = self.ask(Shard.list_groups, ListGroupsRequest(), 5)
        text = [f"{row.group_id}:{row.group_type}:{row.group_state}" for row in rows]
        self.show(f"list {' '.join(text) or '-'}")

    def do_delete(self, names: list[str], options: dict[str, str]) -> None:
        (row,) = self.ask(Shard.delete_groups, [GROUP], 2)
        self.show(f"delete {error_name(row.error_code)}")

    def do_advance(self, names: list[str], options: dict[str, str]) -> None:
        self.clock.advance(milliseconds(names[0]))

    def do_restart(self, names: list[str], options: dict[str, str]) -> None:
        self.epoch += 1
        self.coordinator().load(0, self.epoch, self.log)

    # -- asking --------------------------------------------------------------------------------

    def request(
        self, name: str, options: dict[str, str], **more: Any
    ) -> ConsumerGroupHeartbeatRequest:
        client = self.clients[name]
        topics = options.get("topics")
        return ConsumerGroupHeartbeatRequest(
            GROUP,
            name,
            int(options.get("epoch", client.epoch)),
            client.instance_id,
            options.get("rack"),
            subscribed_topic_names=None if topics is None else [t for t in topics.split(",") if t],
            subscribed_topic_regex=options.get("regex"),
            server_assignor=options.get("assignor"),
            **more,
        )

    def heartbeat(self, name: str, verb: str, request: ConsumerGroupHeartbeatRequest) -> None:
        answer = self.ask(Shard.consumer_group_heartbeat, request, 1)
        if answer.error_code:
            self.show(f"{name} {verb} {error_name(answer.error_code)}")
            return
        client = self.clients[name]
        client.epoch = answer.member_epoch
        text = f"{name} {verb} NONE epoch={answer.member_epoch}"
        if answer.assignment is not None:
            rows = answer.assignment.topic_partitions
            client.owned = {row.topic_id: row.partitions for row in rows}
            text += f" assignment={self.parts(rows)}"
        if answer.heartbeat_interval_ms:
            text += f" in={answer.heartbeat_interval_ms}ms"
        self.show(text)

    def ask(self, method: Any, request: Any, version: int) -> Any:
        answers: list[Any] = []
        info = RequestInfo(version, "client", "/127.0.0.1")
        self.coordinator().request(0, method, info, request, answers.append)
        (answer,) = answers
        return answer

    def coordinator(self) -> CoordinatorRuntime[Shard]:
        if self.runtime is None:
            self.runtime = CoordinatorRuntime(
                "__consumer_offsets",
                clock=self.clock,
                new_machine=lambda: Shard(GroupConfig(), str, self.config, self.cluster),
                codec=records,
            )
            self.runtime.load(0, self.epoch, self.log)
        return self.runtime

    def change(
        self,
        cluster: FixedCluster,
        topics: frozenset[str] = frozenset(),
        created: frozenset[str] = frozenset(),
    ) -> None:
        self.cluster = replace(cluster, version=self.cluster.version + 1)
        change = ClusterChange(self.cluster, topics, created)
        self.coordinator().tell(0, Shard.on_cluster, change)

    # -- showing -------------------------------------------------------------------------------

    def show(self, text: str) -> None:
        self.lines.append("    " + text)

    def parts(self, rows: list[Any]) -> str:
        texts = [
            f"{row.topic_id.rstrip(bytes(1)).decode()}-{'.'.join(map(str, row.partitions))}"
            for row in rows
        ]
        return ",".join(sorted(texts)) or "-"

    def record_text(self, record: Any) -> str:
        key, value = record.key, record.value
        name = type(key).__name__.removeprefix("ConsumerGroup").removesuffix("Key")
        who = getattr(key, "member_id", getattr(key, "regular_expression", ""))
        text = f"{name} {who}".strip()
        if value is None:
            return f"{text} tombstone"
        fields = getattr(value, "__slots__", ())
        shown = []
        for field in fields:
            content = getattr(value, field)
            if field in ("assigned_partitions", "partitions_pending_revocation"):
                shown.append(f"{field}={self.parts(content)}")
                epochs = [str(e) for row in content for e in row.assignment_epochs or []]
                shown += [f"since={'.'.join(epochs)}"] if epochs else []
            elif field == "topic_partitions":
                shown.append(f"{field}={self.parts(content)}")
            elif field == "metadata_hash":
                shown.append("hash=0" if content == 0 else "hash")
            elif field not in QUIET:
                shown.append(f"{field}={content}")
        return " ".join([text, *shown])


QUIET = {
    "assignment_timestamp",
    "classic_member_metadata",
    "client_host",
    "client_id",
    "commit_timestamp",
    "expire_timestamp",
    "leader_epoch",
    "metadata",
    "timestamp",
    "topic_id",
}


def topic_id(name: str) -> bytes:
    return name.encode().ljust(16, b"\0")


def owned_rows(text: str) -> Iterator[tuple[bytes, list[int]]]:
    """From "a-0.1,b-0"; "-" is nothing."""
    for row in filter(None, text.strip("-").split(",")):
        name, _, indexes = row.partition("-")
        yield topic_id(name), [int(index) for index in indexes.split(".")]


def error_name(code: int) -> str:
    return ErrorCode(code).name


@pytest.mark.parametrize("path", of_folder("consumer_group"), ids=lambda path: path.stem)
def test_script_gives_its_transcript(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    assert transcript(path, Scenario()) == script
