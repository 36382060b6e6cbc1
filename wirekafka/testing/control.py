"""A client of the control port: one method for each route, standard library only, synchronous.

    control = ControlClient("http://127.0.0.1:40123")
    control.wait_for_group("app", members=2, assigned=True)
    assert [r["value"] for r in control.records("orders", wait_for=3)] == ["a", "b", "c"]
    control.reset()

Answers are what the route answers in JSON: dicts and lists; see /openapi.json. A refusal raises
ControlRefused with the status and the three texts of the answer. A method waits for its answer for
as long as the request asks the broker to wait, and `timeout_s` beyond that.

One connection is kept open per client; a client is for one thread.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

Json = Any
"""What the control port answers, parsed."""


class ControlRefused(Exception):
    """The control port said no; `field` and `hint` are None where it named none."""

    def __init__(self, status: int, error: str, field: str | None, hint: str | None) -> None:
        place = f"{field}: " if field else ""
        super().__init__(f"{status}: {place}{error}" + (f" ({hint})" if hint else ""))
        self.status = status
        self.error = error
        self.field = field
        self.hint = hint


class ControlClient:
    """See the module. `url` is what `wirekafka serve --control` prints."""

    def __init__(self, url: str, *, token: str | None = None, timeout_s: float = 10.0) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname is None or parts.port is None:
            raise ValueError(f"{url!r} is not http://HOST:PORT")
        self.url = url
        self._address = parts.hostname, parts.port
        self._timeout_s = timeout_s
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> ControlClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # -- ready, metrics ---------------------------------------------------------------------------

    def live(self) -> Json:
        """GET /live."""
        return self.request("GET", "/live")

    def ready(self) -> Json:
        """GET /ready. Raises ControlRefused (503) until the broker is."""
        return self.request("GET", "/ready")

    def metrics(self) -> str:
        """GET /metrics: the text that Prometheus reads."""
        return self.content("GET", "/metrics").decode()

    def openapi(self) -> Json:
        """GET /openapi.json."""
        return self.request("GET", "/openapi.json")

    # -- reset, seed ------------------------------------------------------------------------------

    def reset(self, scope: str = "all", *, prefix: str = "") -> Json:
        """POST /reset: "all", "topics" or "groups"; with `prefix` what begins with it."""
        return self.request("POST", "/reset", {"scope": scope, "prefix": prefix})

    def seed(
        self,
        *,
        topics: Sequence[Mapping[str, Json]] = (),
        records: Sequence[Mapping[str, Json]] = (),
        offsets: Sequence[Mapping[str, Json]] = (),
    ) -> Json:
        """POST /seed."""
        body = {"topics": list(topics), "records": list(records), "offsets": list(offsets)}
        return self.request("POST", "/seed", body)

    # -- records ----------------------------------------------------------------------------------

    def records(
        self,
        topic: str,
        *,
        partition: int | None = None,
        start: int | None = None,
        end: int | None = None,
        last: int | None = None,
        limit: int | None = None,
        wait_for: int | None = None,
        timeout: float = 5.0,
        committed: bool = False,
        render: str = "text",
    ) -> list[dict[str, Json]]:
        """GET /records/{topic}: the records alone. ControlRefused (408) when `wait_for` committed
        ones do not come within `timeout` seconds."""
        query = {
            "partition": partition,
            "start": start,
            "end": end,
            "last": last,
            "limit": limit,
            "wait_for": wait_for,
            "timeout": timeout,
            "committed": committed or None,
            "render": render,
        }
        waiting_s = timeout if wait_for is not None else 0.0
        path = f"/records/{quote(topic, safe='')}"
        answer = self.request("GET", path, query=query, waiting_s=waiting_s)
        found: list[dict[str, Json]] = answer["records"]
        return found

    # -- groups -----------------------------------------------------------------------------------

    def groups(self) -> list[dict[str, Json]]:
        """GET /groups."""
        found: list[dict[str, Json]] = self.request("GET", "/groups")
        return found

    def group(self, group_id: str) -> Json:
        """GET /groups/{group}."""
        return self.request("GET", _group_path(group_id))

    def wait_for_group(
        self,
        group_id: str,
        *,
        members: int | None = None,
        stable: bool = False,
        assigned: bool = False,
        caught_up: bool = False,
        timeout: float = 30.0,
    ) -> Json:
        """POST /groups/{group}/wait: the group, once all conditions hold. ControlRefused (408)
        says what is missing after `timeout` seconds."""
        body = {
            "members": members,
            "stable": stable,
            "assigned": "all" if assigned else None,
            "caught_up": caught_up,
            "timeout": timeout,
        }
        return self.request("POST", _group_path(group_id, "wait"), body, waiting_s=timeout)

    def evict(
        self,
        group_id: str,
        *,
        member_id: str | None = None,
        instance_id: str | None = None,
        client_id: str | None = None,
    ) -> list[str]:
        """POST /groups/{group}/evict: the ids of the members that are gone."""
        chosen = {"member_id": member_id, "instance_id": instance_id, "client_id": client_id}
        answer = self.request("POST", _group_path(group_id, "evict"), chosen)
        evicted: list[str] = answer["evicted"]
        return evicted

    def rebalance(self, group_id: str) -> Json:
        """POST /groups/{group}/rebalance."""
        return self.request("POST", _group_path(group_id, "rebalance"))

    # -- any route --------------------------------------------------------------------------------

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
            self._connection = http.client.HTTPConnection(*self._address, timeout=self._timeout_s)
            self._connection.connect()
        self._connection.sock.settimeout(self._timeout_s + waiting_s)
        self._connection.request(method, target, data, headers)
        answer = self._connection.getresponse()
        return answer, answer.read()


def _group_path(group_id: str, verb: str = "") -> str:
    path = f"/groups/{quote(group_id, safe='')}"
    return f"{path}/{verb}" if verb else path


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
