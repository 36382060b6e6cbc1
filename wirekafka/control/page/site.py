"""The pages: which address is which function and template, and how they become HTML.

Templates escape everything (autoescape); `{{ … }}` also shows control characters as escapes. The
answer's headers forbid scripts and styles that are not files of ours, other hosts, frames, and
forms that lead elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

import wirekafka
from wirekafka.control.errors import ControlError
from wirekafka.control.page import formats, groups, overview, requests, steering, topics
from wirekafka.control.page.bytes_shown import tokens, visible
from wirekafka.control.page.query import Params, Query

if TYPE_CHECKING:
    from wirekafka.broker import Broker

STATIC = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

_DIRECTORY = "wirekafka.control.page"
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    # Not no-referrer: browsers then send forms with "Origin: null", as a stranger's would be.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Page:
    """`section` is the entry of the navigation that it belongs to."""

    path: str
    section: str
    template: str
    context: Callable[[Broker, Query, Params], Awaitable[dict[str, Any]]]


PAGES = (
    Page("/ui", "overview", "overview.html", overview.overview),
    Page("/ui/topics", "topics", "topics.html", topics.topics),
    Page("/ui/topics/{topic}", "topics", "topic.html", topics.topic),
    Page("/ui/topics/{topic}/{partition}/{offset}", "topics", "record.html", topics.record),
    Page("/ui/groups", "groups", "groups.html", groups.groups),
    Page("/ui/groups/{group:path}", "groups", "group.html", groups.group),
    Page("/ui/requests", "requests", "requests.html", requests.requests),
    Page(
        "/ui/requests/{connection}/{correlation_id}", "requests", "request.html", requests.request
    ),
    Page("/ui/faults", "faults", "faults.html", steering.faults),
    Page("/ui/state", "state", "state.html", steering.state),
    Page("/ui/doctor", "doctor", "doctor.html", steering.doctor),
)


class Site:
    """Of one broker; `has_login` says that there is something to log out of."""

    def __init__(self, broker: Broker, *, has_login: bool) -> None:
        self._broker = broker
        self._has_login = has_login
        self._static = {name: _file(name) for name in STATIC}
        self._pages = [(Route(page.path, _nowhere), page) for page in PAGES]
        self._templates = _environment(self._static)

    async def page(self, request: Request) -> Response:
        """The page at the request's path."""
        for route, page in self._pages:
            match, found = route.matches(request.scope)
            if match is not Match.FULL:
                continue
            query = dict(request.query_params)
            try:
                context = await page.context(self._broker, query, found["path_params"])
            except ControlError as error:
                return self.problem(error.status, error.error, error.hint)
            shown = {"section": page.section, "query": query, **self._frame(), **context}
            return self._html(page.template, shown)
        return self.problem(404, f"Nothing is at {request.url.path}", None)

    def problem(self, status: int, text: str, hint: str | None) -> Response:
        """Why there is no page."""
        context = {"section": "", "text": text, "hint": hint, **self._frame()}
        return self._html("problem.html", context, status)

    def failure(self, status: int, text: str, hint: str | None) -> Response:
        """As `problem`, without a look at the broker: it may not be there, or be what failed."""
        context = {"section": "", "text": text, "hint": hint, "broker": None}
        return self._html("problem.html", context, status)

    def login_form(self, wanted: str, error: str | None, status: int = 401) -> Response:
        """Asks for the token; nothing of the broker is in it."""
        return self._html("login.html", {"wanted": wanted, "error": error}, status)

    def static(self, name: str) -> Response:
        """A file that pages use; its address has its hash, so it may be kept."""
        data = self._static.get(name)
        if data is None:
            return Response("no such file\n", 404, media_type="text/plain")
        headers = {"cache-control": "max-age=86400", "x-content-type-options": "nosniff"}
        return Response(data, media_type=STATIC[name], headers=headers)

    def _frame(self) -> dict[str, Any]:
        """What every page has."""
        broker = self._broker
        return {
            "broker": broker,
            "bootstrap": [f"{host}:{port}" for host, port in broker.addresses],
            "has_login": self._has_login,
            "clock": steering.clock(broker),
            "fault_count": sum(not fault.is_spent for fault in broker.dispatcher.injection.table),
        }

    def _html(self, template: str, context: Mapping[str, Any], status: int = 200) -> Response:
        text = self._templates.get_template(template).render(context)
        # A name may hold half of a surrogate pair, which UTF-8 has no bytes for.
        data = text.encode("utf-8", "backslashreplace")
        return Response(data, status, media_type="text/html; charset=utf-8", headers=_HEADERS)


def _environment(static: Mapping[str, bytes]) -> Environment:
    made = Environment(
        loader=PackageLoader(_DIRECTORY),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    hashes = {name: hashlib.sha256(data).hexdigest()[:12] for name, data in static.items()}
    made.globals["static"] = lambda name: f"/ui/static/{name}?{hashes[name]}"
    made.globals["version"] = wirekafka.__version__
    for function in (
        formats.count,
        formats.size,
        formats.moment,
        formats.clock_time,
        formats.iso,
        formats.duration,
    ):
        made.filters[function.__name__] = function
    made.filters["json_body"] = json.dumps
    made.filters["segment"] = lambda text: quote(text, safe="")
    made.filters["coloured"] = _coloured
    return made


def _finalize(value: object) -> object:
    """Markup has been through here already."""
    return visible(value) if type(value) is str else value


def _coloured(text: str) -> Markup:
    """JSON with its keys and values marked up."""
    parts = (
        Markup('<span class="j-{}">{}</span>').format(kind, part) if kind else Markup.escape(part)
        for kind, part in tokens(text)
    )
    return Markup("").join(parts)


def _file(name: str) -> bytes:
    return resources.files(_DIRECTORY).joinpath("static", name).read_bytes()


async def _nowhere(request: Request) -> Response:
    """Routes of ours only match paths."""
    raise AssertionError(request.url.path)
