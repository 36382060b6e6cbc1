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
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute
from wirekafka_protocol.errors import ApiError

from wirekafka.control.bodies import MAX_BODY_BYTES, read_body, read_query
from wirekafka.control.errors import ControlError, nearest
from wirekafka.control.openapi import document
from wirekafka.control.page.door import Door
from wirekafka.control.page.login import Login
from wirekafka.control.routes import QUERY_METHODS, Content, Route, all_routes

if TYPE_CHECKING:
    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka.control")

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
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
        path = request.url.path
        if error.status_code != 404:
            text, hint = f"{request.method} is not a method of {path}", None
        else:
            text, hint = f"nothing is at {path}", nearest(path, [route.path for route in table])
        hint = hint or "GET /openapi.json lists all routes"
        return _problem(ControlError(error.status_code, text, field="path", hint=hint))

    served.append(StarletteRoute("/openapi.json", openapi, methods=["GET"]))
    served += Door(broker, login, gate.refusal, is_started).routes()
    return Starlette(routes=served, exception_handlers={404: no_route, 405: no_route})


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
        if _host_name(f"//{host}") not in _LOOPBACK_NAMES:
            hint = "call it localhost, or set --control-token"
            return _problem(ControlError(403, f"{host} is not loopback", field="host", hint=hint))
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return _problem(ControlError(403, f"{origin} may not ask", field="origin"))
        return None

    async def _answer(self, route: Route, request: Request) -> Response:
        if not route.while_starting and not self._is_started():
            raise ControlError(503, "the broker is starting")
        body = None
        if route.body is not None and route.method in QUERY_METHODS:
            body = read_query(route.body, request.query_params.multi_items())
        elif route.body is not None:
            data = await _whole_body(request)
            body = read_body(route.body, data, request.headers.get("content-type", ""))
        answer = await route.handle(self._broker, body, request.path_params)
        if isinstance(answer, Content):
            return _content(answer)
        return Response(_encode(answer) + b"\n", media_type="application/json")


async def _whole_body(request: Request) -> bytes:
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MAX_BODY_BYTES:
            raise ControlError(413, f"the body is larger than {MAX_BODY_BYTES} bytes")
    return bytes(data)


def _content(answer: Content) -> Response:
    headers = {}
    if answer.file_name is not None:
        headers["content-disposition"] = f"attachment; filename={json.dumps(answer.file_name)}"
    return Response(answer.data, media_type=answer.media_type, headers=headers)


def _problem(error: ControlError) -> Response:
    content = _encode({"error": error.error, "field": error.field, "hint": error.hint})
    return Response(content + b"\n", status_code=error.status, media_type="application/json")


def _host_name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
