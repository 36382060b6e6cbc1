"""Requests that nobody would make, for every route there is: refused by name, and nothing breaks.

The routes and the fields come from the port's own OpenAPI document. What is drawn for a field is
mostly of another type or far outside; a request that is accepted all the same does what it says.
"""

from __future__ import annotations

import http.client
import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wirekafka.control.openapi import document
from wirekafka.control.routes import QUERY_METHODS, Route, all_routes

PATIENCE = frozenset({"timeout"})
"""Fields by which a request would wait: then it does not."""

STARTS_BROKERS = frozenset({"/namespaces", "/forks"})
ROUTES = [route for route in all_routes() if route.path not in STARTS_BROKERS]
SCHEMAS: dict[str, Any] = document(all_routes(), needs_token=False)["components"]["schemas"]

NAMES = st.sampled_from(["t", "g", "", "..", "../x", "a/b", "\0", "é", "*[", "x" * 9_000])
NUMBERS = st.sampled_from([0, 1, -1, 1 << 31, 1 << 53, 1 << 63, -(1 << 63), 10**30, 10**400])
JUNK = st.one_of(
    NAMES,
    NUMBERS,
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def fields(route: Route) -> list[str]:
    return [] if route.body is None else list(SCHEMAS[route.body.__name__]["properties"])


@st.composite
def bodies(draw: st.DrawFn, route: Route) -> dict[str, Any]:
    """Some of the route's fields, and perhaps one that it has not."""
    names = st.sampled_from([*fields(route), "unknown"])
    body = draw(st.dictionaries(names, JUNK, max_size=4))
    return {name: 0 if name in PATIENCE else value for name, value in body.items()}


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, bytes, str]:
    """Method, path, body and content type."""
    route = draw(st.sampled_from(ROUTES))
    path = route.path
    for part in ("topic", "group", "name"):
        path = path.replace(f"{{{part}}}", quote(draw(NAMES), safe=""))
    body = draw(bodies(route))
    kind = draw(st.sampled_from(["application/json", "application/yaml", "text/plain", "é"]))
    method = draw(st.sampled_from([route.method] * 9 + ["GET", "POST", "PUT", "DELETE", "PATCH"]))
    if draw(st.booleans()) and body:
        return method, f"{path}?{urlencode(body, doseq=True)}", b"", kind
    data = draw(
        st.one_of(
            st.just(json.dumps(body).encode()),
            st.just(json.dumps(body).encode()[:-1]),
            st.binary(max_size=16),
        )
    )
    return method, path, data, kind


@pytest.fixture(scope="module")
def connection(shared: Any) -> Iterator[http.client.HTTPConnection]:
    parts = urlsplit(shared.port.url)
    made = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    yield made
    made.close()


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes, kind: str
) -> None:
    """Whatever is asked is answered in JSON, and a refusal names the field."""
    connection.request(method, path, body, {"content-type": kind.encode("latin-1")})
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status < 500, content
    if answer.status >= 400:
        problem = json.loads(content)
        assert problem["error"]
        assert problem["field"], problem


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(request=requests())
def test_whatever_is_asked_is_answered_and_is_no_bug(
    connection: http.client.HTTPConnection,
    caplog: pytest.LogCaptureFixture,
    request: tuple[str, str, bytes, str],
) -> None:
    ask(connection, *request)
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]


HOSTILE = (None, True, -1, 10**18, 10**400, 1.5, "", "\0", "9" * 400 + "s", "x" * 9_000, [], {})


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_value_of_any_field_is_a_bug(
    connection: http.client.HTTPConnection, caplog: pytest.LogCaptureFixture, route: Route
) -> None:
    path = route.path.format(topic="t", group="g", name="n")
    for field in set(fields(route)) - PATIENCE:
        for value in HOSTILE:
            if route.method in QUERY_METHODS:
                asked = f"{path}?{urlencode({field: value, 'timeout': 0})}"
                if "timeout" not in fields(route):
                    asked = f"{path}?{urlencode({field: value})}"
                ask(connection, route.method, asked, b"", "")
                continue
            body = {field: value, "timeout": 0} if "timeout" in fields(route) else {field: value}
            for kind in ("application/json", "application/yaml"):
                ask(connection, route.method, path, json.dumps(body).encode(), kind)
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]


def test_behind_all_that_the_broker_serves(shared: Any) -> None:
    assert shared.control.ready()["ready"]
