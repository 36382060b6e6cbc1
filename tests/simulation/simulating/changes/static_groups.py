"""Classic groups of two static members (KIP-345): formed, rebalanced, left, and their members
replaced by others of the same instance, which fences who was there before."""

from __future__ import annotations

import random
import time
from collections.abc import Hashable
from dataclasses import dataclass, field

from simulating.changes.asking import ask, connected, receive
from simulating.changes.register import Registers

from compat.wire import Connection, Message, commit
from compat.wire.coordinators import sync

INSTANCES = ("one", "two")
GROUPS = [f"static-{number}" for number in range(4)]
TOPIC = "committed"
PARTITIONS = 8
REBALANCE_LIMIT_S = 60.0
_FENCED, _REBALANCING = 82, 27


@dataclass(slots=True)
class Group:
    """A stable group as it was acknowledged; without members: as it was left."""

    group_id: str
    generation: int = 0
    members: dict[str, str] = field(default_factory=dict)
    """Instance id -> member id."""
    assigned: dict[str, bytes] = field(default_factory=dict)
    """By instance id."""
    fenced: tuple[str, str] | None = None
    """An instance id, and the member id that it had before."""
    is_in_doubt: bool = True
    """Something was asked for, or nobody knows anything of it yet."""


class StaticGroups:
    def __init__(self) -> None:
        self.registers = Registers("offset")
        self.formed = 0
        self._groups = {group_id: Group(group_id) for group_id in GROUPS}

    @property
    def acknowledged(self) -> int:
        return self.registers.acknowledged + self.formed

    def step(self, rng: random.Random, connection: Connection) -> None:
        group = self._groups[rng.choice(GROUPS)]
        how = rng.random()
        if group.is_in_doubt or not group.members:
            self._form(rng, connection, group)
        elif how < 0.6:
            self._commit(rng, connection, group)
        elif how < 0.8:
            self._replace(rng.choice(INSTANCES), connection, group)
        elif how < 0.92:
            self._rebalance(rng, connection, group)
        else:
            _leave(connection, group)

    def check(self, connection: Connection) -> list[str]:
        problems = []
        found: dict[Hashable, object] = {}
        for group in self._groups.values():
            if not group.is_in_doubt:
                problems += _check(connection, group)
            rows = [{"name": TOPIC, "partition_indexes": list(range(PARTITIONS))}]
            asked = [{"group_id": group.group_id, "topics": rows}]
            (row,) = ask(connection, "OffsetFetch", 8, groups=asked)["groups"]
            for place in row["topics"][0]["partitions"]:
                if place["committed_offset"] >= 0:
                    key = group.group_id, place["partition_index"]
                    found[key] = place["committed_offset"]
        return problems + self.registers.check(found)

    def _form(self, rng: random.Random, connection: Connection, group: Group) -> None:
        """Begin anew, whoever may be in the group."""
        _leave(connection, group)
        group.is_in_doubt = True
        first = ask(connection, "JoinGroup", 9, **_join(group, "one"))
        assert first["error_code"] == 0, first
        group.members["one"] = first["member_id"]
        group.generation = first["generation_id"]
        answer = ask(connection, "SyncGroup", 5, **_sync(group, "one", b"all"))
        assert answer["error_code"] == 0, answer
        self._meet(rng, connection, group, "two")

    def _rebalance(self, rng: random.Random, connection: Connection, group: Group) -> None:
        """Because one of them joins again: the one that leads."""
        group.is_in_doubt = True
        self._meet(rng, connection, group, "one")

    def _meet(self, rng: random.Random, connection: Connection, group: Group, first: str) -> None:
        """A new generation: this one joins, the other one hears of it and joins, too."""
        (second,) = set(INSTANCES) - {first}
        with connected("{}:{}".format(*connection.socket.getpeername())) as other:
            joining = other.send("JoinGroup", 9, **_join(group, first))
            limit = time.monotonic() + REBALANCE_LIMIT_S
            while _beat(connection, group, second) != _REBALANCING:
                assert time.monotonic() < limit, f"{group} never rebalances"
            joined = {second: ask(connection, "JoinGroup", 9, **_join(group, second))}
            joined[first] = receive(other, joining)
        for instance_id, answer in joined.items():
            assert answer["error_code"] == 0, answer
            group.members[instance_id] = answer["member_id"]
            group.generation = answer["generation_id"]
        (leader,) = (who for who, answer in joined.items() if answer["members"])
        shares = {who: rng.randbytes(8) for who in INSTANCES}
        rows = [(group.members[who], share) for who, share in shares.items()]
        answer = ask(connection, "SyncGroup", 5, **_sync(group, leader, None, *rows))
        assert (answer["error_code"], answer["assignment"]) == (0, shares[leader]), answer
        group.assigned, group.fenced, group.is_in_doubt = shares, None, False
        self.formed += 1

    def _replace(self, instance_id: str, connection: Connection, group: Group) -> None:
        """A process starts again: its member gets a new id, the group stays as it is."""
        group.is_in_doubt = True
        before = group.members.pop(instance_id)
        answer = ask(connection, "JoinGroup", 9, **_join(group, instance_id))
        got = answer["error_code"], answer["generation_id"]
        assert got == (0, group.generation), answer
        group.members[instance_id] = answer["member_id"]
        group.fenced = instance_id, before
        group.is_in_doubt = False
        self.formed += 1

    def _commit(self, rng: random.Random, connection: Connection, group: Group) -> None:
        instance_id, partition = rng.choice(INSTANCES), rng.randrange(PARTITIONS)
        offset = rng.randint(0, 10**9)
        body = commit(
            group.group_id,
            TOPIC,
            offset,
            member_id=group.members[instance_id],
            generation=group.generation,
            group_instance_id=instance_id,
        )
        body["topics"][0]["partitions"][0]["partition_index"] = partition
        key = group.group_id, partition
        self.registers.ask(key, offset)
        (topic,) = ask(connection, "OffsetCommit", 8, **body)["topics"]
        assert topic["partitions"][0]["error_code"] == 0, topic
        self.registers.acknowledge(key)


def _check(connection: Connection, group: Group) -> list[str]:
    """The group is as it was acknowledged, and goes on."""
    problems = []
    (row,) = ask(connection, "DescribeGroups", 5, groups=[group.group_id])["groups"]
    found = {one["group_instance_id"]: one["member_assignment"] for one in row["members"]}
    wanted = group.assigned if group.members else {}
    state = "Stable" if group.members else "Empty"
    if (row["group_state"], found) != (state, wanted):
        problems.append(f"{group.group_id} is {row}, acknowledged was {group}")
    for instance_id in group.members:
        if (code := _beat(connection, group, instance_id)) != 0:
            problems.append(f"{group}: a heartbeat of {instance_id} is {code}")
            continue
        answer = ask(connection, "SyncGroup", 5, **_sync(group, instance_id, None))
        if answer["assignment"] != wanted[instance_id]:
            problems.append(f"{group}: {instance_id} is assigned {answer}")
    if group.fenced is not None:
        instance_id, member_id = group.fenced
        code = _beat(connection, group, instance_id, member_id)
        if code != _FENCED:
            problems.append(f"{group}: who was replaced hears {code}")
    return problems


def _leave(connection: Connection, group: Group) -> None:
    """All at once; whoever is not there is not missed."""
    group.is_in_doubt = True
    group.fenced = None
    rows = [{"member_id": "", "group_instance_id": instance_id} for instance_id in INSTANCES]
    answer = ask(connection, "LeaveGroup", 5, group_id=group.group_id, members=rows)
    group.members.clear()
    group.is_in_doubt = any(row["error_code"] for row in answer["members"])


def _join(group: Group, instance_id: str) -> Message:
    return {
        "group_id": group.group_id,
        "session_timeout_ms": 300_000,
        "rebalance_timeout_ms": 300_000,
        "member_id": group.members.get(instance_id, ""),
        "group_instance_id": instance_id,
        "protocol_type": "consumer",
        "protocols": [{"name": "range", "metadata": b"metadata"}],
    }


def _sync(group: Group, instance_id: str, own: bytes | None, *others: tuple[str, bytes]) -> Message:
    """SyncGroup; with what it assigns itself or, as the leader, all of them."""
    member_id = group.members[instance_id]
    rows = [*others] if own is None else [(member_id, own)]
    return sync(group.group_id, member_id, group.generation, *rows, group_instance_id=instance_id)


def _beat(
    connection: Connection, group: Group, instance_id: str, member_id: str | None = None
) -> int:
    """The error code of a heartbeat."""
    answer = ask(
        connection,
        "Heartbeat",
        4,
        group_id=group.group_id,
        generation_id=group.generation,
        member_id=member_id or group.members[instance_id],
        group_instance_id=instance_id,
    )
    code: int = answer["error_code"]
    return code
