"""A connection to the control port: requests in JSON, answers in JSON, refusals as exceptions.

One connection is kept open, and made anew when it was closed while it was idle. Standard library
only, synchronous, for one thread. The port is at http://HOST:PORT, or at unix:PATH in the file
system.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

Json = Any
"""What the control port answers, parsed."""


UNIX = "unix:"


class ControlRefused(Exception):
    """The control port said no; `field` and `hint` are None where it named none."""

    def __init__(self, status: int, error: str, field: str | None, hint: str | None) -> None:
        place = f"{field}: " if field else ""
        super().__init__(f"{status}: {place}{error}" + (f" ({hint})" if hint else ""))
        self.status = status
        self.error = error
        self.field = field
        self.hint = hint


class LocalConnection(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        """Open it."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(self._path)
        except OSError:
            self.close()
            raise


class ControlConnection:
    """See the module. `url` is what `wirekafka serve --control` prints."""

    def __init__(self, url: str, *, token: str | None = None, timeout_s: float = 10.0) -> None:
        self.url = url
        self._address = _address(url)
        self._timeout_s = timeout_s
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def request(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        query: Mapping[str, Json] | None = None,
        waiting_s: float = 0.0,
    ) -> Json:
        """The JSON that any route answers. Parameters of the query that are None are left out; a
        list stands for its name many times. Raises ControlRefused, OSError."""
        return json.loads(self.content(method, path, body, query=query, waiting_s=waiting_s))

    def content(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        query: Mapping[str, Json] | None = None,
        waiting_s: float = 0.0,
    ) -> bytes:
        """As `request`, for what is not JSON."""
        given = {name: _query_text(value) for name, value in (query or {}).items()}
        given = {name: value for name, value in given.items() if value is not None}
        target = f"{path}?{urlencode(given, doseq=True)}" if given else path
        data = None if body is None else json.dumps(body).encode()
        headers = dict(self._headers)
        if data is not None:
            headers["Content-Type"] = "application/json"
        answer, content = self._exchange(method, target, data, headers, waiting_s)
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            raise _refusal(answer.status, content)
        return content

    def _exchange(
        self,
        method: str,
        target: str,
        data: bytes | None,
        headers: dict[str, str],
        waiting_s: float,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Once more on a new connection when the kept one was closed while it was idle."""
        is_kept = self._connection is not None
        try:
            return self._exchange_once(method, target, data, headers, waiting_s)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.close()
            if not is_kept:
                raise
            return self._exchange_once(method, target, data, headers, waiting_s)
        except BaseException:
            self.close()  # the answer to this request must not be taken for the next one's
            raise

    def _exchange_once(
        self,
        method: str,
        target: str,
        data: bytes | None,
        headers: dict[str, str],
        waiting_s: float,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = self._connected()
        self._connection.sock.settimeout(self._timeout_s + waiting_s)
        self._connection.request(method, target, data, headers)
        answer = self._connection.getresponse()
        return answer, answer.read()

    def _connected(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection
        if isinstance(self._address, str):
            connection = LocalConnection(self._address, self._timeout_s)
        else:
            connection = http.client.HTTPConnection(*self._address, timeout=self._timeout_s)
        connection.connect()
        return connection


def _address(url: str) -> tuple[str, int] | str:
    """Host and port, or the path of a socket. ValueError."""
    path = url.removeprefix(UNIX)
    if path != url and path:
        return path
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname is None or parts.port is None:
        raise ValueError(f"{url!r} is neither http://HOST:PORT nor unix:PATH")
    return parts.hostname, parts.port


def _query_text(value: Json) -> Json:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _refusal(status: int, content: bytes) -> ControlRefused:
    try:
        told = json.loads(content)
        return ControlRefused(status, told["error"], told["field"], told["hint"])
    except (ValueError, KeyError, TypeError):
        return ControlRefused(status, content.decode("utf-8", "replace"), None, None)
