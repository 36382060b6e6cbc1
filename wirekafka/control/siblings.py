"""/namespaces and /forks: brokers beside this one, empty or with its state, each on ports of its
own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.control.errors import ControlError
from wirekafka.control.routes import Answer, Body, Params, Route
from wirekafka.control.snapshots import Gone, refused
from wirekafka.siblings import NoSuchSibling, Sibling, SiblingError
from wirekafka.snapshots import SnapshotError

if TYPE_CHECKING:
    from wirekafka.broker import Broker


class Namespace(Body):
    """`name`: left out, it gets one."""

    name: str | None = None


class Fork(Body):
    """`snapshot`: where it begins; left out, with the state as of now."""

    name: str | None = None
    snapshot: str | None = None


class Beside(Answer):
    """A broker beside this one: where clients find it, and its own control port."""

    name: str
    bootstrap: str
    control: str


class All(Answer):
    """Those that run, oldest first."""

    brokers: list[Beside]


async def start_namespace(broker: Broker, body: Namespace, params: Params) -> Beside:
    try:
        return _beside(await broker.siblings.start_empty(body.name))
    except SiblingError as error:
        raise ControlError(409, str(error), field="name") from None


async def start_fork(broker: Broker, body: Fork, params: Params) -> Beside:
    try:
        return _beside(await broker.siblings.start_fork(body.name, snapshot=body.snapshot))
    except SiblingError as error:
        raise ControlError(409, str(error), field="name") from None
    except SnapshotError as error:
        raise refused(error, "snapshot") from None


async def list_all(broker: Broker, body: None, params: Params) -> All:
    return All(brokers=[_beside(one) for one in broker.siblings.all()])


async def stop(broker: Broker, body: None, params: Params) -> Gone:
    try:
        await broker.siblings.stop(params["name"])
    except NoSuchSibling as error:
        hint = "GET /namespaces lists them"
        raise ControlError(404, str(error), field="name", hint=hint) from None
    return Gone(removed=params["name"])


def _beside(sibling: Sibling) -> Beside:
    return Beside(name=sibling.name, bootstrap=sibling.bootstrap, control=sibling.control.url)


ROUTES = (
    Route(
        "POST",
        "/namespaces",
        "Start an empty broker beside this one, for names of its own.",
        Namespace,
        Beside,
        start_namespace,
    ),
    Route("POST", "/forks", "Start a broker with this one's state.", Fork, Beside, start_fork),
    Route("GET", "/namespaces", "The brokers beside this one, forks as well.", None, All, list_all),
    Route("DELETE", "/namespaces/{name}", "End one, or a fork.", None, Gone, stop),
)
