"""The pages as a browser gets them: all there, all escaped, with nothing that a stranger wrote."""

from __future__ import annotations

import asyncio
import http.client
import re
import socket
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from confluent_kafka import Consumer, Producer

from wirekafka.broker import Broker
from wirekafka.config.parse import load
from wirekafka.control.application import application
from wirekafka.control.page.site import PAGES
from wirekafka.control.routes import all_routes
from wirekafka.testing.control import ControlRefused

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\u202e&amp;"
ALLOWED_URLS = re.compile(r"^(/ui|/openapi\.json|/metrics|/records/|/requests\.pcapng|\?|#)")


class Document(HTMLParser):
    """What the elements of a page are, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data) -> None:
        self.text += data

    def values(self, *names: str) -> list[str]:
        """Of attributes."""
        return [attrs[name] or "" for _, attrs in self.elements for name in names if name in attrs]


def get(controlled, path: str, **headers: str):
    parts = urlsplit(controlled.port.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request("GET", path, headers={"Accept": "text/html", **headers})
    answer = connection.getresponse()
    answer.body = answer.read().decode()
    connection.close()
    return answer


def page(controlled, path: str) -> Document:
    answer = get(controlled, path)
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Document(answer.body)


@pytest.fixture(scope="module")
def filled(shared):
    """Hostile names and data everywhere that the port and Kafka let them be."""
    control = shared.control
    seeded = {"topic": "hostile", "partition": 0}
    control.seed(
        topics=[{"name": "hostile", "partitions": 2}, {"name": "empty", "partitions": 1}],
        records=[
            {**seeded, "key": EVIL, "value": EVIL, "headers": {EVIL: EVIL, "null": None}},
            {**seeded, "key": None, "value": None},
            {**seeded, "key_base64": "//4=", "value_base64": "gIGC", "headers": {"n": 1}},
            {**seeded, "key": {"a": EVIL}, "value": {"b": [EVIL], "x\u2028": "\ud83d\ude00"}},
            {**seeded, "key": "large", "value": "x" * 900_000},
            {**seeded, "key": "", "value": ""},
        ],
        offsets=[{"group": f"seeded {EVIL}", "topic": "hostile", "offset": 1}],
    )
    settings = {"bootstrap.servers": shared.bootstrap, "client.id": EVIL[:200]}
    consumer = Consumer({**settings, "group.id": f"live {EVIL}", "group.instance.id": EVIL})
    consumer.subscribe(["hostile"])
    for _ in range(400):
        if consumer.assignment():
            break
        consumer.poll(0.05)
    control.request("POST", "/faults", {"name": EVIL, "topic": EVIL, "effect": "drop_before"})
    control.request("POST", "/snapshots", {"name": "first"})
    yield shared
    consumer.close()
    control.request("DELETE", "/faults")


def addresses(filled) -> list[str]:
    """Of every page, by following the links of every page."""
    seen, todo = {"/ui"}, ["/ui"]
    while todo and len(seen) < 300:
        here = todo.pop()
        for link in page(filled, here).values("href"):
            target = urljoin(here, link).partition("#")[0]
            if target.startswith("/ui") and "/static/" not in target and target not in seen:
                if target.startswith("/ui/requests/") and not any(
                    one.startswith("/ui/requests/") for one in seen
                ):
                    seen.add(target)  # one of them is like another, and they are forgotten soon
                elif not target.startswith("/ui/requests/"):
                    seen.add(target)
                    todo.append(target)
    return sorted(seen)


@pytest.fixture(scope="module")
def every_address(filled) -> list[str]:
    return addresses(filled)


def test_links_lead_to_every_kind_of_page(every_address):
    from starlette.routing import Match, Route

    def pattern(path: str) -> Route:
        return Route(path, lambda request: None)

    paths = [unquote(urlsplit(address).path) for address in every_address]
    reached = {
        kind.path
        for kind in PAGES
        for path in paths
        if pattern(kind.path).matches({"type": "http", "method": "GET", "path": path})[0]
        is not Match.NONE
    }
    assert reached == {kind.path for kind in PAGES}


def test_strangers_write_no_element_and_no_attribute(filled, every_address):
    """What a page consists of is ours alone, whatever keys, headers, clients and groups are."""
    for address in every_address:
        for tag, attrs in page(filled, address).elements:
            assert tag != "style"
            assert not any(name.startswith("on") or name == "style" for name in attrs), address
            if tag in ("script", "img", "link"):
                source = attrs.get("src") or attrs.get("href") or ""
                assert source.startswith("/ui/static/"), address
            elif "href" in attrs:
                assert ALLOWED_URLS.match(attrs["href"]), (address, attrs["href"])


def test_what_strangers_wrote_is_there_to_read(filled):
    shown = EVIL.replace("\u202e", "\\u202e")
    assert page(filled, "/ui/topics/hostile").text.count(shown[:60]) >= 4
    assert shown in page(filled, "/ui/topics/hostile/0/0").text
    assert shown in page(filled, "/ui/groups").text
    assert shown in page(filled, f"/ui/groups/{quote('live ' + EVIL, safe='')}").text
    assert shown[:40] in page(filled, "/ui/requests").text
    assert shown in page(filled, "/ui/faults").text


def test_every_button_sends_what_the_port_understands(filled, every_address):
    patterns = {(route.method, re.sub(r"\{\w+\}", "[^/]+", route.path)) for route in all_routes()}
    sent = set()
    for address in every_address:
        for _, attrs in page(filled, address).elements:
            if "data-path" in attrs:
                sent.add((attrs["data-method"], attrs["data-path"]))
    assert {path for _, path in sent} > {"/faults", "/clock/advance", "/reset", "/seed"}
    for method, path in sent:
        assert any(m == method and re.fullmatch(p, path) for m, p in patterns), path


def test_buttons_work_for_any_name(filled):
    """A slash in a name is a part of it, though routing sees it decoded."""
    [remove] = [
        attrs["data-path"]
        for _, attrs in page(filled, "/ui/faults").elements
        if (attrs.get("data-path") or "").startswith("/faults/")
    ]
    assert filled.control.request("DELETE", remove)["name"] == EVIL
    filled.control.request("POST", "/faults", {"name": EVIL, "effect": "drop_before", "group": "x"})
    group = quote(f"seeded {EVIL}", safe="")
    with pytest.raises(ControlRefused) as refused:
        filled.control.request("POST", f"/groups/{group}/evict", {"client_id": "nobody"})
    assert refused.value.field == "client_id"
    assert filled.control.request("GET", f"/groups/{group}")["lag"] > 0


def test_null_empty_bytes_and_large_values_are_told_apart(filled):
    text = page(filled, "/ui/topics/hostile?partition=0").text
    for expected in ("tombstone", "null", "empty", "ff fe", "80 81 82", "900.0 KB"):
        assert expected in text
    assert len(text) < 20_000


def test_a_large_value_is_cut_on_its_own_page(filled):
    answer = get(filled, "/ui/topics/hostile/0/4")
    assert len(answer.body) < 300_000
    assert "more are not shown" in answer.body


@pytest.mark.parametrize("view", ["auto", "text", "json", "hex", "nonsense"])
def test_records_in_every_view(filled, view):
    for offset in range(6):
        page(filled, f"/ui/topics/hostile/0/{offset}?view={view}")
    text = page(filled, f"/ui/topics/hostile?view={view}").text
    assert ("6c 61 72 67 65" in text) == (view == "hex")


@pytest.mark.parametrize(
    "query",
    ["partition=99", "partition=-1", "partition=x", "from=99999999999999999999", "before=0"],
)
def test_a_damaged_address_is_still_a_page(filled, query):
    page(filled, f"/ui/topics/hostile?partition=0&{query}")
    page(filled, f"/ui/topics/hostile?{query}")
    page(filled, f"/ui/topics?page={query}&q=%ff")


@pytest.mark.parametrize(
    "path",
    [
        "/ui/nothing",
        "/ui/topics/nothing",
        "/ui/topics/hostile/7/0",
        "/ui/topics/hostile/0/x",
        "/ui/topics/hostile/x/0",
        "/ui/groups/nothing",
        "/ui/requests/1/999999999",
        "/ui/requests/x/y",
        "/ui/static/nothing",
        "/ui/static/..%2fsite.py",
        f"/ui/topics/{quote(EVIL, safe='')}",
    ],
)
def test_what_is_not_there_is_404_in_words(filled, path):
    answer = get(filled, path)
    assert answer.status == 404
    assert "<script>alert" not in answer.body


def test_an_offset_without_a_record_says_so(filled):
    assert "No record is at this offset" in page(filled, "/ui/topics/hostile/0/6").text


def test_pages_allow_no_script_but_ours_and_no_other_host(filled):
    headers = get(filled, "/ui").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"


def test_static_files_name_no_other_host(filled):
    for name in ("page.css", "page.js", "icon.svg"):
        answer = get(filled, f"/ui/static/{name}")
        assert answer.status == 200
        hosts = set(re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z0-9.]+", answer.body))
        assert hosts <= {"http://www.w3.org"}, name
        assert "innerHTML =" not in answer.body.replace("innerHTML ===", "")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80"])
def test_pages_are_not_served_under_another_name(filled, host):
    for path in ("/ui", "/ui/topics/hostile"):
        assert get(filled, path, Host=host).status == 403


def test_a_page_of_another_origin_gets_none(filled):
    assert get(filled, "/ui", Origin="http://evil.example").status == 403


def test_the_root_is_the_page_for_browsers_and_json_for_others(filled):
    answer = get(filled, "/")
    assert (answer.status, answer.headers["location"]) == (303, "/ui")
    assert '"page":"/ui"' in get(filled, "/", Accept="*/*").body
    assert get(filled, "/ui/").headers["location"] == "/ui"


def test_an_empty_broker_has_every_page(controlled):
    for path in ("", "/topics", "/groups", "/requests", "/faults", "/state", "/doctor"):
        page(controlled, f"/ui{path}")
    assert "No topic yet" in page(controlled, "/ui/topics").text
    assert "No group yet" in page(controlled, "/ui/groups").text


def test_aborted_and_open_records_are_marked(controlled):
    settings = {"bootstrap.servers": controlled.bootstrap, "transactional.id": "tx"}
    producer = Producer(settings)
    producer.init_transactions(20)
    for value, end in (
        ("kept", producer.commit_transaction),
        ("gone", producer.abort_transaction),
        ("pending", None),
    ):
        producer.begin_transaction()
        producer.produce("ledger", value, partition=0)
        producer.flush(20)
        if end is not None:
            end(20)
    html = get(controlled, "/ui/topics/ledger").body
    rows = re.findall(r'<tr class="o-(\w+)">(.*?)</tr>', html, re.S)
    assert [(outcome, re.search("kept|gone|pending", row)[0]) for outcome, row in rows] == [
        ("open", "pending"),
        ("aborted", "gone"),
        ("committed", "kept"),
    ]
    producer.abort_transaction(20)


def test_of_very_many_partitions_the_chosen_one_is_shown(controlled):
    controlled.control.seed(
        topics=[{"name": "wide", "partitions": 120}],
        records=[{"topic": "wide", "partition": 99, "value": "there"}],
    )
    shown = page(controlled, "/ui/topics/wide")
    assert "70 more partitions" in shown.text
    assert "there" in shown.text
    hrefs = page(controlled, "/ui/topics/wide?partition=99").values("href")
    assert "?partition=99&view=auto" in hrefs
    assert "?partition=49&view=auto" not in hrefs


def test_requests_are_found_by_filters(filled):
    assert "Fetch" in page(filled, "/ui/requests?api=fetch").text
    assert "Nothing that was kept fits" in page(filled, "/ui/requests?client=nobody").text
    assert "JoinGroup" in page(filled, f"/ui/requests?group={quote('live ' + EVIL, safe='')}").text


def test_what_is_no_kafka_request_does_not_spoil_the_page(controlled):
    host, _, port = controlled.bootstrap.rpartition(":")
    with socket.create_connection((host, int(port)), 20) as stranger:
        stranger.sendall(b"GET /<script>alert(1)</script> HTTP/1.1\r\n\r\n")
        stranger.recv(1)
    for path in ("/ui", "/ui/requests", "/ui/doctor"):
        assert ("script", {}) not in page(controlled, path).elements
    assert "HTTP to the Kafka port" in page(controlled, "/ui/doctor").text


def test_a_bug_is_a_page_without_details(shared, monkeypatch, caplog):
    def fail(*args: object) -> None:
        raise RuntimeError("secret detail")

    page(shared, "/ui/groups")
    monkeypatch.setattr("wirekafka.control.page.groups.view_groups", fail)
    answer = get(shared, "/ui/groups")
    assert answer.status == 500
    assert "secret detail" not in answer.body
    assert "secret detail" in caplog.text


def test_while_the_broker_starts_there_is_a_page_that_says_so(tmp_path):
    """Nothing of the broker is there to be looked at yet."""
    settings = load(assignments=[f"log.dirs={tmp_path}"])
    served = application(Broker(settings), token=None, is_started=lambda: False)
    scope = {"type": "http", "method": "GET", "path": "/ui/topics", "query_string": b""}
    sent = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    asyncio.run(served({**scope, "headers": [(b"host", b"localhost")]}, receive, send))
    assert sent[0]["status"] == 503
    assert b"The broker is starting" in sent[1]["body"]


def test_topics_are_turned_over_by_the_hundred(controlled):
    controlled.control.seed(topics=[{"name": f"t{n:03}", "partitions": 1} for n in range(205)])
    first = page(controlled, "/ui/topics")
    assert "1–100 of 205" in first.text
    last = page(controlled, "/ui/topics?page=2")
    assert "t204" in last.text
    assert "t199" not in last.text
    assert "t204" in page(controlled, "/ui/topics?page=999").text
    assert "t000" not in page(controlled, "/ui/topics?q=T204").text


def test_neither_the_command_line_nor_the_application_imports_the_templates():
    """The start and the routes of curl do not pay for what only browsers want."""
    code = (
        "import sys, wirekafka.cli.serve, wirekafka.control.server\n"
        "assert 'starlette' not in sys.modules\n"
        "import wirekafka.control.application\n"
        "from wirekafka.control.routes import all_routes; all_routes()\n"
        "assert 'jinja2' not in sys.modules, 'jinja2'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
