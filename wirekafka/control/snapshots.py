"""/snapshots: keep the broker's whole state under a name, and go back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.control.errors import ControlError
from wirekafka.control.routes import Answer, Body, Params, Route
from wirekafka.snapshots import NoSuchSnapshot, Snapshot, SnapshotError, SnapshotExists

if TYPE_CHECKING:
    from wirekafka.broker import Broker


class Taking(Body):
    """`name` is made of letters, digits, dots, dashes and underlines."""

    name: str


class Taken(Answer):
    """A snapshot; `taken_ms` by the broker's clock, `duration_ms` of taking it."""

    name: str
    taken_ms: int
    topics: int
    duration_ms: float


class All(Answer):
    """Those that are kept, oldest first."""

    snapshots: list[Taken]


class Gone(Answer):
    """What was removed."""

    removed: str


class Restored(Answer):
    """The broker's state is the snapshot's; `closed_connections` were there before."""

    restored: str
    closed_connections: int


async def take(broker: Broker, body: Taking, params: Params) -> Taken:
    try:
        return _taken(await broker.siblings.snapshots.take(body.name))
    except SnapshotError as error:
        raise refused(error, "name") from None


async def list_all(broker: Broker, body: None, params: Params) -> All:
    return All(snapshots=[_taken(one) for one in broker.siblings.snapshots.all()])


async def restore(broker: Broker, body: None, params: Params) -> Restored:
    closed = len(broker.server.connections)
    try:
        await broker.siblings.snapshots.restore(params["name"])
    except SnapshotError as error:
        raise refused(error, "name") from None
    return Restored(restored=params["name"], closed_connections=closed)


async def remove(broker: Broker, body: None, params: Params) -> Gone:
    try:
        await broker.siblings.snapshots.remove(params["name"])
    except SnapshotError as error:
        raise refused(error, "name") from None
    return Gone(removed=params["name"])


def refused(error: SnapshotError, field: str) -> ControlError:
    """As the client hears it."""
    if isinstance(error, NoSuchSnapshot):
        return ControlError(404, str(error), field=field, hint="GET /snapshots lists them")
    if isinstance(error, SnapshotExists):
        hint = "remove it first: DELETE /snapshots/{name}"
        return ControlError(409, str(error), field=field, hint=hint)
    return ControlError(400, str(error), field=field)


def _taken(snapshot: Snapshot) -> Taken:
    return Taken(
        name=snapshot.name,
        taken_ms=snapshot.taken_ms,
        topics=snapshot.topics,
        duration_ms=snapshot.duration_ms,
    )


ROUTES = (
    Route("POST", "/snapshots", "Keep the whole state under a name.", Taking, Taken, take),
    Route("GET", "/snapshots", "What was kept.", None, All, list_all),
    Route(
        "POST",
        "/snapshots/{name}/restore",
        "Go back to it: all connections are closed.",
        None,
        Restored,
        restore,
    ),
    Route("DELETE", "/snapshots/{name}", "Forget it.", None, Gone, remove),
)
