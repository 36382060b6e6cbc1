"""What stands in front of the page: its paths, who may enter, and the import at the first visit.

GET  /            a browser is sent to /ui, everybody else told what there is
GET  /ui/…        pages; with a token and without the cookie: the form that asks for it
POST /ui/login    the form; /ui/logout takes the cookie back
GET  /ui/static/… the style sheet, the script and the icon, for everybody
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import wirekafka
from wirekafka.control.page.login import (
    HOME_PATH,
    LOGIN_PATH,
    Login,
    is_from_elsewhere,
    place_after_login,
    read_form,
)

if TYPE_CHECKING:
    from wirekafka.broker import Broker
    from wirekafka.control.page.site import Site

logger = logging.getLogger("wirekafka.control")

Handler = Callable[[Request], Awaitable[Response]]

_SEE_OTHER = 303


class Door:
    """`refusal` says who may not ask; `login` is None where no token is needed."""

    def __init__(
        self,
        broker: Broker,
        login: Login | None,
        refusal: Callable[[Request], Response | None],
        is_started: Callable[[], bool],
    ) -> None:
        self._broker = broker
        self._login = login
        self._refusal = refusal
        self._is_started = is_started
        self._site: Site | None = None

    def routes(self) -> list[Route]:
        """All of them, to be put behind those of the control port."""
        table: tuple[tuple[str, str, Handler], ...] = (
            ("GET", "/", self._root),
            ("GET", "/ui/static/{name}", self._static),
            ("POST", LOGIN_PATH, self._log_in),
            ("POST", "/ui/logout", self._log_out),
            ("GET", "/ui", self._page),
            ("GET", "/ui/", self._home),
            ("GET", "/ui/{path:path}", self._page),
        )
        return [Route(path, self._endpoint(handle), methods=[m]) for m, path, handle in table]

    def _endpoint(self, handle: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except asyncio.CancelledError:
                # Whoever cancels us closes the port, and awaits the end of this task.
                return Response("the broker stops\n", 503, media_type="text/plain")
            except ClientDisconnect:
                return Response(status_code=400)  # nobody reads it
            except Exception:
                logger.exception("bug in the page %s", request.url.path)
                text = "A bug of the broker; its log says more.\n"
                return Response(text, 500, media_type="text/plain")

        return answer

    async def _root(self, request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(HOME_PATH, _SEE_OTHER)
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        found = {
            "name": "wirekafka",
            "version": wirekafka.__version__,
            "page": HOME_PATH,
            "openapi": "/openapi.json",
        }
        return Response(msgspec.json.encode(found) + b"\n", media_type="application/json")

    async def _home(self, request: Request) -> Response:
        return RedirectResponse(HOME_PATH, _SEE_OTHER)

    async def _static(self, request: Request) -> Response:
        site = await self._open_site()
        return site.static(request.path_params["name"])

    async def _page(self, request: Request) -> Response:
        refusal = self._refusal(request)
        if refusal is not None and self._login is None:
            return refusal
        site = await self._open_site()
        if refusal is not None:
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return site.login_form(place_after_login(wanted), None)
        if not self._is_started():
            return site.failure(503, "The broker is starting", "Try again in a moment.")
        return await site.page(request)

    async def _log_in(self, request: Request) -> Response:
        if self._login is None:
            return self._refusal(request) or RedirectResponse(HOME_PATH, _SEE_OTHER)
        site = await self._open_site()
        fields = await read_form(request)
        wanted = place_after_login(fields.get("next", HOME_PATH))
        if is_from_elsewhere(request):
            return site.login_form(wanted, "Another site's page may not log in.", 403)
        if not self._login.is_right(fields.get("token", "")):
            return site.login_form(wanted, "This is not the token.")
        response = RedirectResponse(wanted, _SEE_OTHER)
        self._login.let_in(request, response)
        return response

    async def _log_out(self, request: Request) -> Response:
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        response = RedirectResponse(HOME_PATH, _SEE_OTHER)
        if self._login is not None:
            self._login.let_out(request, response)
        return response

    async def _open_site(self) -> Site:
        """The templates' engine takes 50 ms to import, which the loop does not spend."""
        if self._site is None:
            await asyncio.to_thread(_import_site)
            from wirekafka.control.page.site import Site

            self._site = self._site or Site(self._broker, has_login=self._login is not None)
        return self._site


def _import_site() -> None:
    import wirekafka.control.page.site  # noqa: F401
