"""Who may ask, what is not there, and what is no request at all."""

from __future__ import annotations

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

from wirekafka.testing.control import ControlClient, ControlRefused


def ask(controlled, method: str, path: str, body: bytes | None = None, **headers: str):
    parts = urlsplit(controlled.port.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content)


def test_an_unknown_path_is_404_with_the_nearest_one(shared):
    status, problem = ask(shared, "GET", "/redy")
    assert status == 404
    assert problem["hint"] == "did you mean '/ready'?"


def test_another_method_is_405(shared):
    assert ask(shared, "DELETE", "/reset")[0] == 405


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[1]", b"1", b'"x"', b"null", b"{}x"])
def test_what_is_no_json_object_is_400(shared, body):
    status, problem = ask(shared, "POST", "/seed", body)
    assert status == 400
    assert problem["error"]
    assert shared.control.ready()["ready"]


def test_deeply_nested_json_is_refused_and_the_broker_goes_on(shared):
    body = b'{"records": [{"topic": "t", "value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]}"
    assert ask(shared, "POST", "/seed", body)[0] == 400
    assert shared.control.ready()["ready"]


def test_a_body_may_be_left_out_where_nothing_in_it_is_required(shared):
    assert ask(shared, "POST", "/reset")[0] == 200


def test_a_body_that_is_too_large_is_413(shared, monkeypatch):
    monkeypatch.setattr("wirekafka.control.seed.SeedBody.MAX_BYTES", 100)
    assert ask(shared, "POST", "/seed", b" " * 101)[0] == 413


def test_a_body_of_names_and_numbers_is_bounded_more_tightly_than_a_seed(shared):
    large = b'{"prefix": "' + b"x" * 70_000 + b'"}'
    assert ask(shared, "POST", "/reset", large)[0] == 413
    many = (
        b'{"topics": [' + b"  , ".join([b'{"name": "t"}']) + b" " * 60_000 + b"]}" + b" " * 60_000
    )
    assert ask(shared, "POST", "/seed", many)[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "169.254.0.1", "[::2]:1", "["])
def test_a_name_that_is_not_loopback_is_refused(shared, host):
    """A page whose name was made to lead to loopback (DNS rebinding) calls us by that name."""
    status, problem = ask(shared, "GET", "/ready", Host=host)
    assert (status, problem["field"]) == (403, "host")


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:7"])
def test_loopback_has_several_names(shared, host):
    assert ask(shared, "GET", "/ready", Host=host)[0] == 200


def test_a_page_of_another_origin_is_refused(shared):
    status, problem = ask(shared, "POST", "/reset", b"{}", Origin="http://evil.example")
    assert (status, problem["field"]) == (403, "origin")
    own = urlsplit(shared.port.url)
    assert ask(shared, "POST", "/reset", b"{}", Origin=f"http://{own.netloc}")[0] == 200


def test_with_a_token_only_who_shows_it_is_served(start_controlled):
    controlled = start_controlled(token="secret")
    assert controlled.control.ready()["ready"]
    for token in ("wrong", "", None, "sécret"):
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        for path in ("/ready", "/openapi.json", "/metrics"):
            status, problem = ask(controlled, "GET", path, **headers)
            assert (status, problem["field"]) == (401, "authorization")
    with ControlClient(controlled.port.url) as nobody, pytest.raises(ControlRefused, match="401"):
        nobody.reset()
    assert ask(controlled, "GET", "/ready", Host="any", Authorization="Bearer secret")[0] == 200


def test_what_is_no_http_is_400_and_the_broker_goes_on(shared):
    parts = urlsplit(shared.port.url)
    with socket.create_connection((parts.hostname, parts.port), 20) as stranger:
        stranger.sendall(b"\x00\x00\x00\x10\x00\x12\x00\x00 not http \r\n\r\n")
        assert stranger.recv(100).startswith(b"HTTP/1.1 400")
    assert shared.control.ready()["ready"]


def test_a_bug_of_a_handler_is_500_and_logged(shared, monkeypatch, caplog):
    async def fail(*args: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("wirekafka.control.reset.reset_broker", fail)
    status, problem = ask(shared, "POST", "/reset")
    assert status == 500
    assert "secret detail" not in json.dumps(problem)
    assert "secret detail" in caplog.text


def test_the_openapi_document_has_every_route(shared):
    from wirekafka.control.routes import all_routes

    document = shared.control.openapi()
    assert document["openapi"].startswith("3.1")
    for route in all_routes():
        operation = document["paths"][route.path][route.method.lower()]
        assert operation["summary"]
        named = {parameter["name"] for parameter in operation.get("parameters", ())}
        assert all(part.strip("{}") in named for part in route.path.split("/") if "{" in part)
    names = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
    ]
    assert len(names) == len(set(names))
    refs = set(json.dumps(document).split('"#/components/schemas/')[1:])
    assert {ref.partition('"')[0] for ref in refs} <= set(document["components"]["schemas"])


@pytest.mark.parametrize("host", ["evil\\@localhost", "localhost@evil", "[::1", "localhost:", ""])
def test_a_host_that_is_more_than_a_name_and_a_port_is_refused(shared, host):
    assert ask(shared, "GET", "/live", Host=host)[0] == 403


def test_a_stranger_hears_nothing_of_what_is_where(start_controlled):
    """Not even by a redirect to where a route is, or by a 405."""
    controlled = start_controlled(token="secret")
    for method, path in (("GET", "/nothing"), ("GET", "/live/"), ("DELETE", "/reset")):
        assert ask(controlled, method, path)[0] == 401
        assert ask(controlled, method, path, Authorization="Bearer secret")[0] in (404, 405)


def test_a_method_that_is_not_there_is_told_those_that_are(shared):
    parts = urlsplit(shared.port.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request("PUT", "/faults")
    assert connection.getresponse().headers["allow"] == "DELETE, GET, HEAD, POST"
    connection.close()


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("DELETE", "/faults?name=one", b"", "name"),
        ("DELETE", "/faults", b'{"name": "one"}', "body"),
        ("POST", "/reset?prefix=mine", b"", "prefix"),
        ("POST", "/clock/freeze", b'{"until": 1}', "body"),
        ("GET", "/live?x=1", b"", "x"),
    ],
)
def test_what_would_be_ignored_is_refused(shared, method, path, body, field):
    """Who asks to remove one fault in the wrong way must not remove all."""
    shared.control.add_fault("drop_before", name="one", client_id="nobody")
    try:
        status, problem = ask(shared, method, path, body)
        assert (status, problem["field"]) == (400, field)
        assert [fault["name"] for fault in shared.control.faults()] == ["one"]
    finally:
        shared.control.clear_faults()


@pytest.mark.parametrize(
    "value",
    [
        "2026-99-99",
        "!!int foo",
        "!!timestamp foo",
        "&a [*a]",
        ".nan",
        '"\\ud800"',
        "{? [1, 2] : 3}",
        "9" * 5000,
        "[" * 100_000,
    ],
)
def test_yaml_that_json_cannot_say_is_400(shared, value):
    pytest.importorskip("yaml")
    body = f"records: [{{topic: t, value: {value}}}]".encode()
    status, problem = ask(shared, "POST", "/seed", body, **{"content-type": "application/yaml"})
    assert (status, problem["field"]) == (400, "body")


def test_aliases_do_not_make_a_small_document_large(shared):
    pytest.importorskip("yaml")
    lines = ["records: [{topic: t, value: &a0 [x, x, x, x, x, x, x, x, x]}]"]
    lines += [f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    body = "\n".join(lines).encode()
    status, problem = ask(shared, "POST", "/seed", body, **{"content-type": "application/yaml"})
    assert (status, problem["field"]) == (400, "body")
    assert "aliases" in problem["error"]


def test_all_bodies_together_have_a_bound(shared, monkeypatch):
    monkeypatch.setattr("wirekafka.control.application.MAX_BODIES_BYTES", 100)
    assert ask(shared, "POST", "/seed", b" " * 101)[0] == 503
    assert ask(shared, "POST", "/seed", b"{}")[0] == 200
