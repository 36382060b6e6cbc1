"""The client of the control port has what the route table has, by name and by field."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from wirekafka.control.openapi import document
from wirekafka.control.routes import QUERY_METHODS, Route, all_routes
from wirekafka.testing.control import ControlClient
from wirekafka.testing.control_connection import ControlConnection

LISTS = ("records", "evicted", "faults", "snapshots", "brokers")
"""The lists that methods take out of an answer; /groups is one itself."""

SAMPLES: Mapping[str, Any] = {
    "str": "a/b",
    "str | None": "a/b",
    "int": 7,
    "int | None": 7,
    "float": 7.0,
    "float | None": 0.5,
    "bool": True,
    "Json": {"port": 9},
    "Mapping[str, Json] | None": {"port": 9},
    "Mapping[str, Mapping[str, Json] | None] | None": {"PLAINTEXT": None},
    "Sequence[Mapping[str, Json]]": [],
}


class Listening(ControlClient):
    """Keeps the requests, as they would be sent."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1")
        self.sent: list[tuple[str, str, bytes | None]] = []

    def _exchange(
        self, method: str, target: str, data: bytes | None, headers: dict[str, str], wait: float
    ) -> Any:
        self.sent.append((method, target, data))
        answer: dict[str, Any] = {name: [] for name in LISTS}
        return _Answered(), json.dumps({**answer, "count": 0}).encode()


class _Answered:
    status = 200


def methods() -> dict[str, Callable[..., Any]]:
    own = set(vars(ControlConnection))
    return {
        name: method
        for name, method in vars(ControlClient).items()
        if not name.startswith("_") and name not in own
    }


def call(name: str) -> tuple[str, str, dict[str, Any]]:
    """Method, path and what was sent with it, when all parameters are given."""
    client = Listening()
    method = getattr(client, name)
    parameters = inspect.signature(method).parameters.values()
    positional = [SAMPLES[p.annotation] for p in parameters if p.kind is not p.KEYWORD_ONLY]
    named = {p.name: SAMPLES[p.annotation] for p in parameters if p.kind is p.KEYWORD_ONLY}
    method(*positional, **named)
    ((verb, target, data),) = client.sent
    parts = urlsplit(target)
    body = json.loads(data) if data is not None else dict(parse_qs(parts.query))
    return verb, parts.path, body


def documented(method: Callable[..., Any]) -> tuple[str, str]:
    found = re.match(r"(GET|POST|PUT|DELETE) (/[^\s:]*?)[:.]?(\s|$)", method.__doc__ or "")
    assert found, f"{method.__name__} does not name its route"
    return found[1], found[2]


def route_of(verb: str, path: str) -> Route | None:
    return next((r for r in all_routes() if (r.method, r.path) == (verb, path)), None)


def test_each_route_has_one_method_and_each_method_a_route() -> None:
    described = document(all_routes(), needs_token=False)["paths"]
    routes = {(verb.upper(), path) for path, verbs in described.items() for verb in verbs}
    named = [documented(method) for method in methods().values()]
    assert sorted(named) == sorted({*routes, ("GET", "/openapi.json")})


@pytest.mark.parametrize("name", methods())
def test_a_method_asks_for_the_route_that_it_names(name: str) -> None:
    wanted = documented(methods()[name])
    verb, path, sent = call(name)
    pattern = re.sub(r"{\w+}", "a%2Fb", wanted[1])
    assert (verb, path) == (wanted[0], pattern)
    route = route_of(*wanted)
    fields = set()
    if route is not None and route.body is not None:
        fields = {field.encode_name for field in msgspec.structs.fields(route.body)}
    assert set(sent) == fields
    if route is not None and route.method not in QUERY_METHODS:
        assert (route.body is None) == (not sent)


@pytest.mark.parametrize("name", methods())
def test_what_is_left_out_is_what_the_route_takes_for_left_out(name: str) -> None:
    """The bodies that a call with nothing but what it needs sends are valid ones."""
    client = Listening()
    method = getattr(client, name)
    parameters = inspect.signature(method).parameters.values()
    method(*[SAMPLES[p.annotation] for p in parameters if p.default is p.empty])
    ((verb, _, data),) = client.sent
    route = route_of(*documented(methods()[name]))
    if data is not None:
        assert route is not None
        assert verb == route.method
        assert msgspec.json.decode(data, type=route.body)
