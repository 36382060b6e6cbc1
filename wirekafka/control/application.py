"""The control port as an ASGI application: from an HTTP request to a handler and back.

Who may ask is looked at first: with a token only who shows it, a browser by the cookie that it got
for it (`page/login.py`); without one, which is allowed on loopback only, only who calls us by a
loopback name and no page of another origin, because any web page that a developer looks at can
reach loopback, too.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.routing import Route as StarletteRoute
from wirekafka_protocol.errors import ApiError

from wirekafka.control.bodies import (
    is_yaml,
    read_body,
    read_long_json,
    read_query,
    refuse_body,
    refuse_query,
)
from wirekafka.control.errors import ControlError, nearest
from wirekafka.control.openapi import document
from wirekafka.control.page.door import Door
from wirekafka.control.page.login import Login
from wirekafka.control.pieces import PiecedResponse
from wirekafka.control.routes import QUERY_METHODS, Body, Content, Route, all_routes

if TYPE_CHECKING:
    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka.control")

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(?:\[(?P<v6>[0-9a-fA-F:]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::[0-9]{1,5})?")
_ORIGIN = re.compile(r"https?://(?P<host>.*)")

MAX_BODIES_BYTES = 128 * 1024 * 1024
"""Of all requests that are being read: the broker's memory is not theirs to fill together."""

_ALLOWED_EMPTY = 64
"""Bytes that a body may have where none is read: `{}` and some space."""

_encode = msgspec.json.Encoder().encode


def application(
    broker: Broker,
    *,
    token: str | None,
    is_started: Callable[[], bool],
    routes: Sequence[Route] | None = None,
) -> Starlette:
    """Serves `routes`, by default all there are, /openapi.json and the page for browsers."""
    table = all_routes() if routes is None else tuple(routes)
    login = None if token is None else Login(token)
    gate = _Gate(broker, token, login, is_started)
    served = [
        StarletteRoute(_pattern(route.path), gate.endpoint(route), methods=[route.method])
        for route in table
    ]
    described = _encode(document(table, needs_token=token is not None))

    async def openapi(request: Request) -> Response:
        return gate.refusal(request) or Response(described, media_type="application/json")

    async def no_route(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        refusal = gate.refusal(request)
        if refusal is not None:
            return refusal
        # Not request.url, which also has what the client calls us, and that may be anything.
        path = request.scope["path"]
        if error.status_code != 404:
            text, hint = f"{request.method} is not a method of {path}", None
        else:
            text, hint = f"nothing is at {path}", nearest(path, [route.path for route in table])
        hint = hint or "GET /openapi.json lists all routes"
        problem = _problem(ControlError(error.status_code, text, field="path", hint=hint))
        if error.status_code == 405:
            problem.headers["allow"] = ", ".join(_methods_at(served, request))
        return problem

    served.append(StarletteRoute("/openapi.json", openapi, methods=["GET"]))
    served += Door(broker, login, gate.refusal, is_started).routes()
    made = Starlette(routes=served, exception_handlers={404: no_route, 405: no_route})
    made.router.redirect_slashes = False  # it would answer who may not ask
    return made


def _methods_at(served: Sequence[StarletteRoute], request: Request) -> list[str]:
    """The methods of the request's path."""
    found: set[str] = set()
    for route in served:
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return sorted(found)


def _pattern(path: str) -> str:
    """Names of groups and faults may have slashes; they are escaped in the address, but routing
    sees them decoded."""
    return re.sub(r"\{(group|name)\}", r"{\1:path}", path)


class _Gate:
    """Between the routes and their handlers."""

    def __init__(
        self,
        broker: Broker,
        token: str | None,
        login: Login | None,
        is_started: Callable[[], bool],
    ) -> None:
        self._broker = broker
        self._token = token
        self._login = login
        self._is_started = is_started
        self._bodies_bytes = 0
        self._reading_yaml = asyncio.Lock()

    def endpoint(self, route: Route) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            refusal = self.refusal(request)
            if refusal is not None:
                return refusal
            try:
                return await self._answer(route, request)
            except ControlError as error:
                return _problem(error)
            except ApiError as error:
                text = str(error)
                return _problem(ControlError(409, text))
            except asyncio.CancelledError:
                # Whoever cancels us closes the port, and awaits the end of this task.
                return _problem(ControlError(503, "the broker stops"))
            except ClientDisconnect:
                return Response(status_code=400)  # nobody reads it
            except Exception:
                logger.exception("bug in %s %s", route.method, route.path)
                return _problem(ControlError(500, "a bug of the broker; its log says more"))

        return answer

    def refusal(self, request: Request) -> Response | None:
        """None for who may ask."""
        headers = request.headers
        if self._token is not None:
            shown = headers.get("authorization", "")
            if secrets.compare_digest(shown.encode(), f"Bearer {self._token}".encode()):
                return None
            if self._login is not None and self._login.admits(request):
                return None
            hint = "send the header Authorization: Bearer <--control-token>"
            return _problem(
                ControlError(401, "the token is missing or wrong", field="authorization", hint=hint)
            )
        host = headers.get("host", "localhost")
        if _host_name(host) not in _LOOPBACK_NAMES:
            hint = "call it localhost, or set --control-token"
            return _problem(ControlError(403, f"{host} is not loopback", field="host", hint=hint))
        origin = headers.get("origin")
        if origin is not None and not _is_page_of(origin, host):
            return _problem(ControlError(403, f"{origin} may not ask", field="origin"))
        return None

    async def _answer(self, route: Route, request: Request) -> Response:
        if not route.while_starting and not self._is_started():
            raise ControlError(503, "the broker is starting")
        body = await self._read(route, request)
        answering = route.handle(self._broker, body, request.path_params)
        answer = await (_while_connected(request, answering) if route.waits else answering)
        if isinstance(answer, Content):
            return _content(answer)
        return Response(_encode(answer) + b"\n", media_type="application/json")

    async def _read(self, route: Route, request: Request) -> Body | None:
        """What the request brings for the route. ControlError for what has no place there."""
        query = request.query_params.multi_items()
        if route.body is None or route.method in QUERY_METHODS:
            refuse_body(await self._whole_body(request, _ALLOWED_EMPTY))
            if route.body is not None:
                return read_query(route.body, query)
            refuse_query(query)
            return None
        refuse_query(query, "send it in the body, as JSON")
        data = await self._whole_body(request, route.body.MAX_BYTES)
        content_type = request.headers.get("content-type", "")
        if not is_yaml(content_type):
            return await read_long_json(route.body, data)
        async with self._reading_yaml:  # one after another: they compute in a thread
            return await asyncio.to_thread(read_body, route.body, data, content_type)

    async def _whole_body(self, request: Request, most: int) -> bytearray:
        """ControlError when it is larger than `most`, or than what others leave."""
        data = bytearray()
        try:
            async for part in request.stream():
                data += part
                self._bodies_bytes += len(part)
                if len(data) > most:
                    text = f"the body is larger than {most} bytes"
                    raise ControlError(413, text, field="body")
                if self._bodies_bytes > MAX_BODIES_BYTES:
                    text = "too many large requests at a time"
                    raise ControlError(503, text, field="body", hint="try again")
            return data
        finally:
            self._bodies_bytes -= len(data)


async def _while_connected(request: Request, answering: Awaitable[Any]) -> Any:
    """What it answers, unless the client goes away first. Raises ClientDisconnect."""
    answer = asyncio.ensure_future(answering)
    gone = asyncio.ensure_future(request.receive())  # the body was read: nothing else is to come
    try:
        await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise ClientDisconnect
        return await answer
    finally:
        gone.cancel()
        answer.cancel()
        await asyncio.wait((answer, gone))


def _content(answer: Content) -> Response:
    headers = {}
    if answer.file_name is not None:
        headers["content-disposition"] = f"attachment; filename={json.dumps(answer.file_name)}"
    return PiecedResponse(answer.pieces, answer.media_type, headers)


def _problem(error: ControlError) -> Response:
    content = _encode({"error": error.error, "field": error.field, "hint": error.hint})
    return Response(content + b"\n", status_code=error.status, media_type="application/json")


def _host_name(host: str) -> str | None:
    """The name in a Host header; None when there is none, or more than a name and a port."""
    found = _HOST.fullmatch(host)
    return None if found is None else (found["v6"] or found["name"]).lower()


def _is_page_of(origin: str, host: str) -> bool:
    """Whether a page of this origin is one that this host has sent."""
    found = _ORIGIN.fullmatch(origin)
    return found is not None and found["host"] == host
