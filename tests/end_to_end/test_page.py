"""The page in a real browser beside real clients: buttons do what they say, and the clients see it.

Skipped where no Chromium is installed.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import chromium
import pytest
from confluent_kafka import Consumer, KafkaError, Producer

from wirekafka.testing import Broker
from wirekafka.testing.control import ControlClient

WAIT_S = 20
TOKEN = "s e&cret+ü"

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path = chromium.find()
    if path is None:
        pytest.skip(f"no Chromium is installed (looked for {', '.join(chromium.NAMES)})")
    with chromium.Chromium(path, tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="module")
def shared_broker() -> Iterator[Broker]:
    with Broker(group_initial_rebalance_delay_ms=0) as broker:
        yield broker
        log = broker.log
    assert "Traceback" not in log, log


@pytest.fixture
def guarded_url() -> Iterator[str]:
    """The control port of a broker that wants a token."""
    command = [sys.executable, "-m", "wirekafka", "serve", "--ephemeral", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        [*command, "--control", "0", "--control-token", TOKEN],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    watchdog = threading.Timer(WAIT_S, process.kill)
    watchdog.start()
    assert process.stdout is not None
    url = ""
    for line in process.stdout:
        url = url or line.strip().partition("control port at ")[2]
        if "Kafka Server started" in line:
            break
    watchdog.cancel()
    yield url
    process.terminate()
    process.communicate(timeout=WAIT_S)


@pytest.fixture
def broker(shared_broker: Broker) -> Broker:
    """As new."""
    with shared_broker.control as control:
        control.request("DELETE", "/faults")
        control.request("POST", "/clock/resume")
        control.reset()
    return shared_broker


@pytest.fixture
def page(browser: Any, broker: Broker) -> Iterator[Any]:
    """A tab; whatever a test does, its console stays silent and only the broker is asked."""
    tab = browser.page()
    yield tab
    tab.close()
    assert tab.errors == []
    hosts = {urlsplit(url).netloc for url in tab.requested}
    assert hosts == {urlsplit(broker.control_url).netloc}


def test_a_fault_from_the_form_meets_a_real_client(page: Any, broker: Broker) -> None:
    page.open(broker.control_url + "/ui/faults")
    page.fill("[name=error]", "TOPIC_AUTHORIZATION_FAILED")
    page.fill("[name=api]", "Produce")
    page.fill("[name=topic]", "orders")
    page.fill("[name=name]", "denied")
    page.click("#add")
    page.wait("document.querySelector('#faults').innerText.includes('denied')")

    errors: list[KafkaError | None] = []
    producer = Producer({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    producer.produce("orders", b"x", on_delivery=lambda error, _: errors.append(error))
    producer.flush(WAIT_S)
    assert [error and error.code() for error in errors] == [KafkaError.TOPIC_AUTHORIZATION_FAILED]
    page.wait("document.querySelector('#faults tbody .num').innerText === '1'")

    page.click("[data-path='/faults/denied']")
    page.wait("document.querySelector('#faults').innerText.includes('None')")
    producer.produce("orders", b"x", on_delivery=lambda error, _: errors.append(error))
    producer.flush(WAIT_S)
    assert errors[1:] == [None]


def test_a_click_is_not_lost_where_its_part_is_renewed_meanwhile(page: Any, broker: Broker) -> None:
    with broker.control as control:
        control.add_fault(name="denied", error="TOPIC_AUTHORIZATION_FAILED", topic="orders")
        page.open(broker.control_url + "/ui/faults")
        mouse = page.press_mouse("[data-path='/faults/denied']")
        control.add_fault(name="second", error="TOPIC_AUTHORIZATION_FAILED", topic="orders")
        page.run("renew()")
        page.release_mouse(mouse)
        page.wait("document.querySelector('#faults').innerText.includes('second')")
        page.wait("!document.querySelector('#faults').innerText.includes('denied')")
        assert [fault["name"] for fault in control.faults()] == ["second"]


def test_what_cannot_be_is_said_at_its_field(page: Any, broker: Broker) -> None:
    page.open(broker.control_url + "/ui/faults")
    page.fill("[name=api]", "Prodce")
    page.click("#add")
    page.wait("document.querySelector('.toast.bad')")
    assert "did you mean 'Produce'?" in page.text(".toast.bad")
    assert page.run("document.activeElement.name") == "api"
    assert page.run("document.activeElement.getAttribute('aria-invalid')") == "true"
    # The browser notes each answer that is no success in its console.
    assert len(page.errors) == 1
    assert "400" in page.errors.pop()


def test_advancing_the_clock_ends_the_session_of_a_real_consumer(page: Any, broker: Broker) -> None:
    with broker.control as control:
        control.seed(topics=[{"name": "kept", "partitions": 1}])
    settings = {"bootstrap.servers": broker.bootstrap, "group.id": "app", "client.id": "member-1"}
    lost: list[Any] = []
    consumer = Consumer({**settings, "session.timeout.ms": 45_000, "log_level": 0})
    consumer.subscribe(["kept"], on_lost=lambda _, partitions: lost.extend(partitions))
    for _ in range(400):
        if consumer.assignment():
            break
        consumer.poll(0.05)
    page.open(broker.control_url + "/ui/groups/app")
    assert "member-1" in page.text("#members")

    page.open(broker.control_url + "/ui/faults")
    page.click("#freeze")
    page.wait("document.querySelector('#clock').innerText.includes('frozen')")
    page.click("#advance-1m")
    page.wait("document.querySelector('#clock').innerText.includes('ahead')")
    with broker.control as control:
        # Seen before the client looks again: it is not polled.
        assert control.group("app")["members"] == []
    page.open(broker.control_url + "/ui/groups/app")
    page.wait("document.querySelector('#members').innerText.includes('No member now')")

    page.open(broker.control_url + "/ui/faults")
    page.click("#resume")
    page.wait("document.querySelector('#clock').innerText.includes('running')")
    for _ in range(400):
        if lost:
            break
        consumer.poll(0.05)
    assert [one.topic for one in lost] == ["kept"]
    consumer.close()


def test_live_parts_show_what_clients_do_meanwhile(page: Any, broker: Broker) -> None:
    with broker.control as control:
        control.seed(topics=[{"name": "orders", "partitions": 1}])
    page.open(broker.control_url + "/ui/topics/orders")
    assert "No record yet" in page.text("#records")
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    producer.produce("orders", b'{"id": 4711}', key=b"<b>bold</b>")
    producer.flush(WAIT_S)
    page.wait("document.querySelector('#records').innerText.includes('4711')")
    assert "<b>bold</b>" in page.text("#records .key")


def test_a_record_from_the_form_is_read_by_a_real_client(page: Any, broker: Broker) -> None:
    with broker.control as control:
        control.seed(topics=[{"name": "orders", "partitions": 3}])
    page.open(broker.control_url + "/ui/topics/orders")
    page.click("#send summary")
    page.fill("#send [name=key]", "k")
    page.fill("#send [name=value]", "grüße")
    page.fill("#send [name=partition]", "2")
    page.click("#send button")
    page.wait("document.querySelector('#records').innerText.includes('grüße')")
    settings = {"bootstrap.servers": broker.bootstrap, "group.id": "g"}
    consumer = Consumer({**settings, "auto.offset.reset": "earliest"})
    consumer.subscribe(["orders"])
    found = consumer.poll(WAIT_S)
    assert (found.key(), found.value(), found.partition()) == (b"k", "grüße".encode(), 2)
    consumer.close()


def test_seed_snapshot_reset_and_restore(page: Any, broker: Broker) -> None:
    page.open(broker.control_url + "/ui/state")
    page.click("#seed button")
    page.wait("document.querySelector('.toast.good')?.innerText.startsWith('Seeded')")
    page.fill("#snapshot [name=name]", "seeded")
    page.click("#snapshot button")
    page.wait("document.querySelector('#snapshots').innerText.includes('seeded')")

    page.click("#reset button")
    page.wait("document.querySelector('#confirm').open")
    page.click("#confirm button[value=no]")
    page.wait("!document.querySelector('#confirm').open")
    with broker.control as control:
        assert len(control.records("orders")) == 1
        page.click("#reset button")
        page.click("#confirm button[value=yes]")
        page.wait("[...document.querySelectorAll('.toast')].pop().innerText.startsWith('Reset')")
        assert control.request("GET", "/ready")["topics"] == 0
        page.click("[data-path='/snapshots/seeded/restore']")
        page.click("#confirm button[value=yes]")
        page.wait("[...document.querySelectorAll('.toast')].pop().innerText.includes('restored')")
        assert [row["value"] for row in control.records("orders")] == ['{"id":1}']
        control.request("DELETE", "/snapshots/seeded")


def test_the_keyboard_reaches_everything(page: Any, broker: Broker) -> None:
    with broker.control as control:
        control.seed(topics=[{"name": "orders", "partitions": 1}])
    page.open(broker.control_url + "/ui/topics")
    reached = []
    for _ in range(20):
        page.press("Tab", 9)
        reached.append(page.run("document.activeElement.innerText ?? ''").strip())
    assert reached[0] == "To the content"
    assert {"Overview", "Faults & time", "Doctor", "orders"} <= set(reached)
    page.run("document.activeElement.blur()")
    page.press("/", 191, "/")
    assert page.run("document.activeElement.name") == "q"
    page.fill("[name=q]", "ord")
    page.press("Enter", 13, "\r")
    page.wait("location.search.includes('q=ord')")
    # Focus stays on a button of a part that is renewed.
    page.open(broker.control_url + "/ui/faults")
    page.run("document.querySelector('#advance-1s').focus()")
    page.press("Enter", 13, "\r")
    page.wait("document.querySelector('#clock').innerText.includes('1 s ahead')")
    assert page.run("document.activeElement.id") == "advance-1s"


def test_a_button_that_removes_itself_does_not_lose_the_keyboards_place(
    page: Any, broker: Broker
) -> None:
    with broker.control as control:
        control.add_fault(name="denied", error="TOPIC_AUTHORIZATION_FAILED", topic="orders")
    page.open(broker.control_url + "/ui/faults")
    page.run("document.querySelector(\"[data-path='/faults/denied']\").focus()")
    page.press("Enter", 13, "\r")
    page.wait("document.querySelector('#faults').innerText.includes('None')")
    assert page.run("document.activeElement.id") == "faults"
    page.press("Tab", 9)
    assert page.run("document.activeElement.name") == "effect"


@pytest.mark.parametrize("path", ["", "/topics/orders", "/groups/app", "/faults", "/state"])
def test_nothing_is_wider_than_a_phone(browser: Any, broker: Broker, path: str) -> None:
    with broker.control as control:
        control.seed(
            topics=[{"name": "orders", "partitions": 3}],
            records=[{"topic": "orders", "key": "k" * 200, "value": {"a": "b" * 500}}],
            offsets=[{"group": "app", "topic": "orders", "partition": 0, "offset": 0}],
        )
    phone = browser.page(width=360, height=740)
    phone.open(f"{broker.control_url}/ui{path}")
    assert phone.run("document.documentElement.scrollWidth") <= 360
    assert phone.errors == []
    phone.close()


def test_hostile_records_run_nothing(page: Any, broker: Broker) -> None:
    evil = "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"
    with broker.control as control:
        control.seed(
            topics=[{"name": "orders", "partitions": 1}],
            records=[{"topic": "orders", "key": evil, "value": evil, "headers": {evil: evil}}],
            offsets=[{"group": evil, "topic": "orders", "offset": 0}],
        )
        control.request("POST", "/faults", {"name": evil, "effect": "drop_after", "topic": evil})
    for path in ("", "/topics/orders", "/topics/orders/0/0", "/groups", "/faults"):
        page.open(f"{broker.control_url}/ui{path}")
        assert page.run("typeof window.hit") == "undefined"
        # A part that renews itself takes what it shows from the same text.
        page.run("renew()")
        assert page.run("typeof window.hit") == "undefined"


def test_with_a_token_a_browser_logs_in_first(browser: Any, guarded_url: str) -> None:
    tab = browser.page()
    tab.open(guarded_url + "/ui/topics?q=a")
    tab.fill("[name=token]", "wrong")
    tab.click("button")
    tab.wait("document.body.innerText.includes('not the token')")
    tab.fill("[name=token]", TOKEN)
    tab.click("button")
    tab.wait("location.search === '?q=a' && document.querySelector('#topics')")
    tab.open(guarded_url + "/ui/faults")
    tab.click("#freeze")
    tab.wait("document.querySelector('#clock').innerText.includes('frozen')")
    with ControlClient(guarded_url, token=TOKEN) as control:
        assert control.request("GET", "/clock")["frozen"]
    assert tab.run("document.cookie") == ""
    assert all("401" in error for error in tab.errors)
    tab.click("header form button")
    tab.wait("document.querySelector('[name=token]')")
    tab.close()
