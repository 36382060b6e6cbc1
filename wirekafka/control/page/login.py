"""How a browser shows the token of the control port: once, in a form; then by a cookie.

The cookie does not hold the token but a secret of this process, so it ends with the broker. It is
HttpOnly, no script reads it, and SameSite=Strict, no other site's page makes a browser send it.
Pages of other ports of this host count as the same site, so a request with the cookie must also
come from our own origin: one that names another is refused, and one that changes something must
name ours (browsers do, with anything but GET and HEAD).

Cookies do not know ports either; the name has ours, so that two brokers do not disturb each other.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

LOGIN_PATH = "/ui/login"
HOME_PATH = "/ui"

MAX_FORM_BYTES = 8192
"""A token and a path; tokens are short."""

_SAFE_METHODS = frozenset({"GET", "HEAD"})


class Login:
    """Of one control port, whose token is `token`."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._secret = secrets.token_urlsafe(32)

    def admits(self, request: Request) -> bool:
        """Whether the request has our cookie and is made by our own page."""
        shown = request.cookies.get(_cookie_name(request), "")
        if not secrets.compare_digest(shown.encode(), self._secret.encode()):
            return False
        return _is_our_own(request)

    def is_right(self, token: str) -> bool:
        """Whether this is the token."""
        return secrets.compare_digest(token.encode(), self._token.encode())

    def let_in(self, request: Request, response: Response) -> None:
        """Have the browser remember that it showed the token."""
        name = _cookie_name(request)
        response.set_cookie(name, self._secret, path="/", httponly=True, samesite="strict")

    def let_out(self, request: Request, response: Response) -> None:
        """Have it forget that."""
        name = _cookie_name(request)
        response.delete_cookie(name, path="/", httponly=True, samesite="strict")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form, empty when it is too large or none."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MAX_FORM_BYTES:
            return {}
    fields = parse_qs(data.decode("utf-8", "replace"))
    return {name: values[0] for name, values in fields.items()}


def place_after_login(wanted: str) -> str:
    """Where to go: a page of ours, never another host."""
    is_ours = wanted.startswith((f"{HOME_PATH}/", f"{HOME_PATH}?"))
    return wanted if is_ours and wanted.isprintable() and "\\" not in wanted else HOME_PATH


def is_from_elsewhere(request: Request) -> bool:
    """Whether a page of another origin makes the request."""
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")


def _is_our_own(request: Request) -> bool:
    if request.method not in _SAFE_METHODS and "origin" not in request.headers:
        return False
    return not is_from_elsewhere(request)


def _cookie_name(request: Request) -> str:
    port = request.headers.get("host", "").rpartition(":")[2]
    return f"wirekafka-{port}" if port.isascii() and port.isdigit() else "wirekafka"
