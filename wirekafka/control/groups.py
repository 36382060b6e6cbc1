"""Groups: listed with lag, waited for, evicted from, rebalanced.

curl localhost:PORT/groups
curl localhost:PORT/groups/app
curl -X POST localhost:PORT/groups/app/wait -d '{"members": 2, "assigned": "all"}'
curl -X POST localhost:PORT/groups/app/evict -d '{"client_id": "worker-1"}'
curl -X POST localhost:PORT/groups/app/rebalance
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from wirekafka_protocol.errors import ErrorCode

from wirekafka.control.errors import ControlError, bad_request, unknown
from wirekafka.control.pieces import Pieces, Rows, encode
from wirekafka.control.routes import Answer, Body, Content, Params, Route
from wirekafka.instrument import group_commands
from wirekafka.instrument.group_views import (
    GroupView,
    MemberView,
    OffsetView,
    each_group,
    glance,
    group_ids,
    view_group,
)
from wirekafka.instrument.group_waits import GroupWaitTimeout, Wanted, wait_for_group
from wirekafka.instrument.turns import Turns

if TYPE_CHECKING:
    from wirekafka.broker import Broker

MAX_WAIT_S = 600.0

Seconds = Annotated[float, msgspec.Meta(ge=0, le=MAX_WAIT_S)]


class Partition(Answer):
    """One partition of a group; null where nothing is committed or the partition is gone."""

    topic: str
    partition: int
    committed: int | None
    log_end: int | None
    lag: int | None


class Member(Answer):
    """One member and its partitions, as [topic, partition] pairs."""

    member_id: str
    instance_id: str | None
    client_id: str
    host: str
    partitions: list[tuple[str, int]]


class Group(Answer):
    """`type` is classic or consumer, `epoch` the generation or the group epoch, `state` Kafka's
    name for it."""

    group_id: str
    type: str
    state: str
    epoch: int
    lag: int
    members: list[Member]
    partitions: list[Partition]


class Wait(Body):
    """Conditions that must hold at the same moment. `assigned: "all"`: the group is stable, every
    partition of its topics has an owner, and every owner has begun to fetch. `caught_up`: nothing
    is behind a committed offset."""

    stable: bool = False
    members: Annotated[int, msgspec.Meta(ge=0)] | None = None
    assigned: Literal["all"] | None = None
    caught_up: bool = False
    timeout: Seconds = 30.0


class Evict(Body):
    """Whom: one of the three. Without any, every member."""

    member_id: str | None = None
    instance_id: str | None = None
    client_id: str | None = None


class Evicted(Answer):
    """The member ids that are members no more."""

    evicted: list[str]


async def list_groups(broker: Broker, body: None, params: Params) -> Content:
    turns = Turns()
    pieces = Pieces(turns)
    groups = Rows(pieces)
    pieces.add(b"[")
    async for view, offsets in each_group(broker, turns):
        groups.begin()
        await _add(pieces, view, offsets)
    pieces.add(b"]\n")
    return Content(pieces.done())


async def get_group(broker: Broker, body: None, params: Params) -> Content:
    return await _whole(broker, params["group"])


async def wait(broker: Broker, body: Wait, params: Params) -> Content:
    wanted = Wanted(body.stable, body.members, body.assigned == "all", body.caught_up)
    if wanted == Wanted():
        hint = 'for instance {"members": 2, "assigned": "all"}'
        raise bad_request("no condition to wait for", "body", hint)
    try:
        found = await wait_for_group(broker, params["group"], wanted, body.timeout)
    except GroupWaitTimeout as error:
        raise ControlError(408, str(error), field="timeout") from None
    return await _answer(found)


async def evict(broker: Broker, body: Evict, params: Params) -> Evicted:
    group = _existing(broker, params["group"])
    chosen = [(name, value) for name, value in _choices(body) if value is not None]
    if len(chosen) > 1:
        raise bad_request(f"{chosen[0][0]} and {chosen[1][0]} exclude each other", chosen[1][0])
    members = list(group.members)
    for name, value in chosen:
        known = [getattr(member, name) for member in group.members]
        members = [member for member in members if getattr(member, name) == value]
        if not members:
            raise unknown(
                f"{name} in group {group.group_id!r}:", value or "", name, filter(None, known)
            )
    done = await group_commands.evict_members(
        broker, group.group_id, [member.member_id for member in members]
    )
    return Evicted(evicted=[name for name, code in done.items() if code is ErrorCode.NONE])


async def rebalance(broker: Broker, body: None, params: Params) -> Content:
    _existing(broker, params["group"])
    await group_commands.force_rebalance(broker, params["group"])
    return await _whole(broker, params["group"])


def _choices(body: Evict) -> list[tuple[str, str | None]]:
    return [
        ("member_id", body.member_id),
        ("instance_id", body.instance_id),
        ("client_id", body.client_id),
    ]


def _existing(broker: Broker, group_id: str) -> GroupView:
    view = glance(broker, group_id)
    if view is None:
        raise unknown("group", group_id, "group", group_ids(broker))
    return view


async def _whole(broker: Broker, group_id: str) -> Content:
    """With its offsets."""
    view = await view_group(broker, group_id)
    if view is None:
        raise unknown("group", group_id, "group", group_ids(broker))
    return await _answer(view)


async def _answer(view: GroupView) -> Content:
    pieces = Pieces(Turns())
    await _add(pieces, view, view.offsets)
    pieces.add(b"\n")
    return Content(pieces.done())


async def _add(pieces: Pieces, view: GroupView, offsets: Iterable[OffsetView]) -> None:
    """A Group; of its last field, which may be long, the rows are made first, for their sum."""
    rows: list[bytes] = []
    lag = 0
    for row in offsets:
        lag += row.lag or 0
        rows.append(encode(_partition(row)))
        await pieces.breathe()
    group = Group(
        group_id=view.group_id,
        type=view.type,
        state=view.state,
        epoch=view.epoch,
        lag=lag,
        members=[_member(member) for member in view.members],
        partitions=[],
    )
    pieces.add(encode(group).removesuffix(b"]}"))
    pieces.add(b",".join(rows))
    pieces.add(b"]}")


def _partition(row: OffsetView) -> Partition:
    return Partition(
        topic=row.topic,
        partition=row.partition,
        committed=row.committed,
        log_end=row.log_end,
        lag=row.lag,
    )


def _member(member: MemberView) -> Member:
    return Member(
        member_id=member.member_id,
        instance_id=member.instance_id,
        client_id=member.client_id,
        host=member.client_host,
        partitions=sorted(member.assignment),
    )


ROUTES = (
    Route("GET", "/groups", "All groups with their lag.", None, list[Group], list_groups),
    Route("GET", "/groups/{group}", "One group.", None, Group, get_group),
    Route(
        "POST",
        "/groups/{group}/wait",
        "Wait until it is so; 408 if not.",
        Wait,
        Group,
        wait,
        waits=True,
    ),
    Route("POST", "/groups/{group}/evict", "Have members leave.", Evict, Evicted, evict),
    Route("POST", "/groups/{group}/rebalance", "Force a rebalance.", None, Group, rebalance),
)
