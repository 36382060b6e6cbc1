"""Conversations with the group coordinator: text scripts that carry their own golden transcript.

A script in group/*.txt is a list of commands, one per line, each followed by what it led to,
indented: the records written and the answers given, in order. The runner executes the commands
against a coordinator (runtime and machine, a manual clock, a log in memory) and compares the whole
text. To write the transcripts anew, after reading the commands below:

    WIREKAFKA_REWRITE_SCENARIOS=1 pytest tests/scenarios

and read the diff.

Commands. NAME is a client, which remembers its member id and generation:

    config KEY=VALUE ...            GroupConfig; first line only
    join NAME [version= instance= session= rebalance= type= protocols=range:meta,... member=]
    sync NAME [version= assign=NAME:text,... generation= protocol= type= instance=]
    beat NAME [generation= instance= member=]
    leave NAME ... [version= instance=]
    commit NAME topic-partition=offset ... [version= generation= metadata= retention=]
    fetch [topic-partition ...] [stable]
    forget topic-partition ...      OffsetDelete
    describe [version=] / list [states=a,b types=a,b] / delete
    advance 3s                      also ms, m, h, d
    restart                         load again from the log, as after a crash
    refuse ERROR / hold / release   the log refuses appends; holds back the commit; goes on
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from scripts import ShownLog, milliseconds, of_folder, transcript
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from wirekafka_protocol.messages.list_groups import ListGroupsRequest
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from wirekafka_protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
)
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
)
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment

from wirekafka.clock import ManualClock
from wirekafka.coordinator.group import records
from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.shard import GroupCoordinatorShard as Shard
from wirekafka.coordinator.machine import RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime

GROUP = "g"


class Client:
    """What a client remembers between its requests."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.member_id = ""
        self.generation_id = -1
        self.instance_id: str | None = None


class Scenario:
    """Runs one script; `lines` is the transcript so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.clock = ManualClock()
        self.log = ShownLog(self.show, record_text)
        self.config = GroupConfig()
        self.ids = count(1)
        self.clients: dict[str, Client] = {}
        self.runtime = self._new_runtime()
        self.epoch = 0
        self.runtime.load(0, self.epoch, self.log)

    def show(self, text: str) -> None:
        self.lines.append(f"    {text}")

    # -- members -----------------------------------------------------------------------------

    def do_join(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0])
        client.instance_id = options.get("instance", client.instance_id)
        protocols = [row.partition(":") for row in options.get("protocols", "range:m").split(",")]
        request = JoinGroupRequest(
            GROUP,
            milliseconds(options.get("session", "10s")),
            milliseconds(options.get("rebalance", "60s")),
            options.get("member", client.member_id),
            client.instance_id,
            options.get("type", "consumer"),
            [JoinGroupRequestProtocol(name, data.encode()) for name, _, data in protocols if name],
        )

        def joined(response: Any) -> str:
            if response.error_code in (ErrorCode.NONE, ErrorCode.MEMBER_ID_REQUIRED):
                client.member_id = response.member_id
                client.generation_id = response.generation_id
            if response.error_code:
                return f"member={response.member_id or '-'}"
            roster = ",".join(f"{m.member_id}:{m.metadata.decode()}" for m in response.members)
            skip = " skip" if response.skip_assignment else ""
            return (
                f"generation={response.generation_id} protocol={response.protocol_name}"
                f" leader={response.leader} member={response.member_id} members=[{roster}]{skip}"
            )

        self.ask(client, "join", Shard.join_group, options.get("version", "9"), request, joined)

    def do_sync(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0])
        rows = [row.split(":") for row in options.get("assign", "").split(",") if row]
        version = options.get("version", "5")
        names_protocol = int(version) >= 5
        request = SyncGroupRequest(
            GROUP,
            int(options.get("generation", client.generation_id)),
            client.member_id,
            client.instance_id,
            options.get("type", "consumer") if names_protocol else None,
            options.get("protocol", "range") if names_protocol else None,
            [
                SyncGroupRequestAssignment(self.client(name).member_id, text.encode())
                for name, text in rows
            ],
        )

        def synced(response: Any) -> str:
            return f"assignment={response.assignment.decode()}"

        self.ask(client, "sync", Shard.sync_group, version, request, synced)

    def do_beat(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0])
        request = HeartbeatRequest(
            GROUP,
            int(options.get("generation", client.generation_id)),
            options.get("member", client.member_id),
            options.get("instance", client.instance_id),
        )
        self.ask(client, "beat", Shard.heartbeat, "4", request)

    def do_leave(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0])
        version = options.get("version", "5")
        if int(version) < 3:
            request = LeaveGroupRequest(GROUP, client.member_id)
        elif "instance" in options:
            request = LeaveGroupRequest(GROUP, "", [MemberIdentity("", options["instance"])])
        else:
            rows = [MemberIdentity(self.client(n).member_id) for n in names]
            request = LeaveGroupRequest(GROUP, "", rows)

        def left(response: Any) -> str:
            return " ".join(f"{m.member_id or '-'}:{m.error_code}" for m in response.members)

        self.ask(client, "leave", Shard.leave_group, version, request, left)

    # -- offsets -----------------------------------------------------------------------------

    def do_commit(self, names: list[str], options: dict[str, str]) -> None:
        client = self.client(names[0])
        topics = []
        for place, offset in options.items():
            topic, _, partition = place.rpartition("-")
            if topic:
                row = OffsetCommitRequestPartition(
                    int(partition), int(offset), -1, options.get("metadata", "")
                )
                topics.append(OffsetCommitRequestTopic(topic, partitions=[row]))
        retention = options.get("retention")
        request = OffsetCommitRequest(
            GROUP,
            int(options.get("generation", client.generation_id)),
            client.member_id,
            client.instance_id,
            -1 if retention is None else milliseconds(retention),
            topics,
        )

        def committed(response: Any) -> str:
            return " ".join(
                f"{t.name}-{p.partition_index}:{p.error_code}"
                for t in response.topics
                for p in t.partitions
            )

        version = options.get("version", "8")
        self.ask(client, "commit", Shard.offset_commit, version, request, committed)

    def do_fetch(self, names: list[str], options: dict[str, str]) -> None:
        topics = []
        for place in names:
            topic, _, partition = place.rpartition("-")
            if topic:
                topics.append(OffsetFetchRequestTopics(topic, partition_indexes=[int(partition)]))
        group = OffsetFetchRequestGroup(GROUP, topics=topics or None)
        request = OffsetFetchRequest(groups=[group], require_stable="stable" in names)

        def fetched(response: Any) -> str:
            return " ".join(
                f"{t.name}-{p.partition_index}={p.committed_offset}"
                for t in response.topics
                for p in t.partitions
            )

        self.ask(Client("-"), "fetch", Shard.offset_fetch, "9", request, fetched)

    def do_forget(self, names: list[str], options: dict[str, str]) -> None:
        topics = []
        for place in names:
            topic, _, partition = place.rpartition("-")
            row = OffsetDeleteRequestPartition(int(partition))
            topics.append(OffsetDeleteRequestTopic(topic, [row]))

        def forgot(response: Any) -> str:
            return " ".join(
                f"{t.name}-{p.partition_index}:{p.error_code}"
                for t in response.topics
                for p in t.partitions
            )

        request = OffsetDeleteRequest(GROUP, topics)
        self.ask(Client("-"), "forget", Shard.offset_delete, "0", request, forgot)

    # -- administration ----------------------------------------------------------------------

    def do_describe(self, names: list[str], options: dict[str, str]) -> None:
        def described(response: Any) -> str:
            members = ",".join(
                f"{m.member_id}:{m.member_assignment.decode()}" for m in response.members
            )
            return (
                f"state={response.group_state} type={response.protocol_type or '-'}"
                f" protocol={response.protocol_data or '-'} members=[{members}]"
            )

        version = options.get("version", "6")
        self.ask(Client("-"), "describe", Shard.describe_group, version, GROUP, described)

    def do_list(self, names: list[str], options: dict[str, str]) -> None:
        request = ListGroupsRequest(
            [s for s in options.get("states", "").split(",") if s],
            [t for t in options.get("types", "").split(",") if t],
        )

        def listed(response: Any) -> str:
            return " ".join(f"{g.group_id}:{g.protocol_type}:{g.group_state}" for g in response)

        self.ask(Client("-"), "list", Shard.list_groups, "5", request, listed)

    def do_delete(self, names: list[str], options: dict[str, str]) -> None:
        def deleted(response: Any) -> str:
            return " ".join(f"{row.group_id}:{row.error_code}" for row in response)

        self.ask(Client("-"), "delete", Shard.delete_groups, "2", [GROUP], deleted)

    # -- the world ---------------------------------------------------------------------------

    def do_config(self, names: list[str], options: dict[str, str]) -> None:
        values: dict[str, Any] = {key: int(value) for key, value in options.items()}
        self.config = replace(self.config, **values)
        self.do_restart([], {})

    def do_advance(self, names: list[str], options: dict[str, str]) -> None:
        self.clock.advance(milliseconds(names[0]))

    def do_restart(self, names: list[str], options: dict[str, str]) -> None:
        self.epoch += 1
        self.runtime.close()
        self.runtime = self._new_runtime()
        self.runtime.load(0, self.epoch, self.log)

    def do_refuse(self, names: list[str], options: dict[str, str]) -> None:
        self.log.failure = ApiError(ErrorCode[names[0]])

    def do_hold(self, names: list[str], options: dict[str, str]) -> None:
        self.log.is_held = True

    def do_release(self, names: list[str], options: dict[str, str]) -> None:
        self.log.failure = None
        self.log.release()

    # -- internals ---------------------------------------------------------------------------

    def _new_runtime(self) -> CoordinatorRuntime[Shard]:
        return CoordinatorRuntime(
            "__consumer_offsets",
            clock=self.clock,
            new_machine=lambda: Shard(self.config, lambda: str(next(self.ids))),
            codec=records,
        )

    def client(self, name: str) -> Client:
        return self.clients.setdefault(name, Client(name))

    def ask(
        self,
        client: Client,
        verb: str,
        method: Any,
        version: str,
        request: Any,
        text: Callable[[Any], str] = lambda response: "",
    ) -> None:
        def answered(response: Any) -> None:
            if isinstance(response, ApiError):
                error, rest = response.code.name, ""
            else:
                code = getattr(response, "error_code", ErrorCode.NONE)
                error, rest = ErrorCode(code).name, text(response)
            words = [client.name, verb, "ok" if error == "NONE" else error, rest]
            self.show(" ".join(word for word in words if word))

        info = RequestInfo(int(version), client.name, "/127.0.0.1")
        self.runtime.request(0, method, info, request, answered)


def record_text(record: Any) -> str:
    key, value = record.key, record.value
    if record.key_version == records.OFFSET_COMMIT:
        what = "tombstone" if value is None else f"= {value.offset} v{record.value_version}"
        return f"offset {key.group} {key.topic}-{key.partition} {what}"
    if value is None:
        return f"group {key.group} tombstone"
    members = ",".join(f"{m.member_id}:{m.assignment.decode()}" for m in value.members)
    return (
        f"group {key.group} generation={value.generation} type={value.protocol_type or '-'}"
        f" protocol={value.protocol or '-'} leader={value.leader or '-'} members=[{members}]"
    )


@pytest.mark.parametrize("path", of_folder("group"), ids=lambda path: path.stem)
def test_scenario_leads_to_its_transcript(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    assert transcript(path, Scenario()) == script
