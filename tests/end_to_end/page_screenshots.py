"""Makes the pictures of docs/page.md anew: bin/screenshots [DIRECTORY]

A broker of its own with seeded topics, groups of real clients, faults, a steered clock and clients
that make mistakes, looked at by a headless Chromium. The data is always the same; times, ports and
ids are not, so the pictures differ a little each time.
"""

from __future__ import annotations

import contextlib
import io
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chromium import Chromium, find
from confluent_kafka import Consumer, Producer
from PIL import Image

from wirekafka.testing import Broker

WIDTH = 1180
SETTINGS = {"group.initial.rebalance.delay.ms": "0", "auto.create.topics.enable": "true"}
RECORDS = 420
EVERY_MS = 1733
"""Between two orders; the last one is of now."""

CUSTOMERS = ("ada", "grace", "edsger", "barbara", "donald", "leslie")
ITEMS = ("keyboard", "monitor", "desk lamp", "notebook", "chair")


def main(directory: Path) -> int:
    """All pictures into `directory`; the exit status."""
    path = find()
    if path is None:
        sys.stderr.write("no Chromium is installed\n")
        return 1
    with tempfile.TemporaryDirectory() as profile, Broker(SETTINGS) as broker:
        seed(broker)
        with clients(broker), Chromium(path, Path(profile)) as browser:
            for name, picture in pictures(broker, browser):
                small = compact(picture)
                (directory / f"{name}.png").write_bytes(small)
                sys.stdout.write(f"{name}.png {len(small):,} bytes\n")
    return 0


def compact(picture: bytes) -> bytes:
    """The same with a palette: a page has few colours, and the repository keeps every version."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    counted = sorted(whole.getcolors(whole.width * whole.height) or [], reverse=True)
    # Surfaces keep their very colours; the few red and green pixels of letters are covered, too.
    colours = [colour for _, colour in counted[:128]]
    covering = whole.quantize(128, Image.Quantize.MAXCOVERAGE).convert("RGB")
    colours += [colour for _, colour in covering.getcolors(128) or []]
    place = {colour: nearest(colour, colours) for _, colour in counted}
    raw = whole.tobytes()
    pixels = zip(raw[0::3], raw[1::3], raw[2::3], strict=True)
    small = Image.frombytes("P", whole.size, bytes(map(place.__getitem__, pixels)))
    small.putpalette([part for colour in colours for part in colour])
    made = io.BytesIO()
    small.save(made, "PNG", optimize=True)
    return made.getvalue()


def nearest(wanted: tuple[int, ...], colours: list[tuple[int, ...]]) -> int:
    """The place of the colour that is most like it."""
    red, green, blue = wanted
    return min(
        range(len(colours)),
        key=lambda n: (
            (colours[n][0] - red) ** 2 + (colours[n][1] - green) ** 2 + (colours[n][2] - blue) ** 2
        ),
    )


def seed(broker: Broker) -> None:
    """Orders, payments, customers (compacted), metrics (no text), and an idle group's offsets."""
    records: list[dict[str, Any]] = []
    start_ms = round(time.time() * 1000) - RECORDS * EVERY_MS
    for number in range(RECORDS):
        who, item = CUSTOMERS[number % 6], ITEMS[number * 7 % 5]
        order = {"order": 1000 + number, "customer": who, "item": item, "amount": 1 + number % 3}
        order |= {"price": round(9.5 + number * 13 % 90, 2), "currency": "EUR"}
        headers = {"trace-id": f"{number * 2654435761 % 2**32:08x}", "source": "web"}
        stamp = {"timestamp": start_ms + EVERY_MS * number, "headers": headers}
        records.append({"topic": "orders", "key": who, "value": order, **stamp})
        if number % 2 == 0:
            paid = {"order": 1000 + number, "method": "card", "ok": number % 7 > 0}
            records.append({"topic": "payments", "key": f"{1000 + number}", "value": paid, **stamp})
    for number, who in enumerate(CUSTOMERS):
        value = {"name": who.title(), "since": 2019 + number} if number != 3 else None
        records.append({"topic": "customers", "key": who, "value": value})
    records.append({"topic": "telemetry", "value_base64": "AAEClgD/3q2+7wBCAAAAKg=="})
    compact = {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1"}
    day = {"retention.ms": 86_400_000, "compression.type": "zstd"}
    topics = [
        {"name": "orders", "partitions": 3, "configs": day},
        {"name": "payments", "partitions": 3},
        {"name": "customers", "partitions": 1, "configs": compact},
        {"name": "telemetry", "partitions": 6, "configs": {"retention.bytes": 1_000_000}},
        {"name": "orders.dlq", "partitions": 1},
    ]
    report = {"group": "nightly-report", "topic": "orders"}
    late = [{**report, "partition": index, "offset": 40 + index} for index in range(3)]
    with broker.control as control:
        control.seed(topics=topics, records=records, offsets=late)


@contextlib.contextmanager
def clients(broker: Broker) -> Iterator[None]:
    """Two groups that read, a transaction that was aborted, one that is open, and an HTTP client
    that has the wrong port."""
    told = {"bootstrap.servers": broker.bootstrap, "log_level": 0}
    stop = threading.Event()
    members = (
        ("billing", "billing-1", "orders", 1),
        ("billing", "billing-2", "orders", 2),
        ("fraud-check", "fraud-1", "payments", 0),
    )
    polling = [threading.Thread(target=consume, args=(told, stop, *one)) for one in members]
    for thread in polling:
        thread.start()
    host, _, port = broker.bootstrap.rpartition(":")
    with broker.control as control:
        control.wait_for_group("billing", members=2, assigned=True)
        control.wait_for_group("fraud-check", members=1, assigned=True, caught_up=True)
    transactional = {**told, "client.id": "checkout", "transactional.id": "checkout-7"}
    producer = Producer(transactional)
    producer.init_transactions(20)
    for number in range(2):
        producer.begin_transaction()
        value = f'{{"order":{2000 + number},"customer":"ada","item":"chair","amount":1}}'
        producer.produce("orders", value, key="ada", headers={"source": "checkout"})
        producer.flush(20)
        if number == 0:
            producer.abort_transaction(20)
    with socket.create_connection((host, int(port))) as stranger:
        stranger.sendall(b"GET /topics HTTP/1.1\r\nHost: kafka\r\n\r\n")
        stranger.recv(1)
        try:
            yield
        finally:
            producer.abort_transaction(20)
            stop.set()
            for thread in polling:
                thread.join()


def consume(
    told: dict[str, Any], stop: threading.Event, group: str, name: str, topic: str, lazy: int
) -> None:
    """A member; a `lazy` one commits only its first records, so there is some lag to see."""
    mine = {**told, "group.id": group, "client.id": name, "auto.offset.reset": "earliest"}
    consumer = Consumer({**mine, "enable.auto.commit": False})
    consumer.subscribe([topic])
    seen = 0
    while not stop.is_set():
        message = consumer.poll(0.1)
        if message is None or message.error():
            continue
        seen += 1
        if not lazy or seen <= 60 * lazy:
            consumer.commit(message, asynchronous=False)
    consumer.close()


def pictures(broker: Broker, browser: Chromium) -> Iterator[tuple[str, bytes]]:
    """Each by its name."""
    url = broker.control_url
    page = browser.page(width=WIDTH, height=760)
    dark = browser.page(width=WIDTH, height=760, dark=True)
    phone = browser.page(width=390, height=780)
    with broker.control as control:
        control.request("POST", "/snapshots", {"name": "orders-seeded"})
        control.request("POST", "/clock/freeze")
        control.request("POST", "/clock/advance", {"duration": "20s"})
        control.request("POST", "/snapshots", {"name": "before-the-outage"})
        busy = {"api": "Produce", "topic": "orders", "error": "NOT_LEADER_OR_FOLLOWER"}
        control.request("POST", "/faults", {**busy, "name": "busy", "count": 2})
        slow = {"name": "slow-billing", "client_id": "billing-*", "effect": "latency", "ms": 300}
        control.request("POST", "/faults", slow)
        lost = {"name": "lost", "api": "Fetch", "effect": "drop_after", "probability": 0.01}
        control.request("POST", "/faults", {**lost, "seed": 7})
    producer = Producer(
        {"bootstrap.servers": broker.bootstrap, "client.id": "web-shop", "log_level": 0}
    )
    producer.produce("orders", '{"order":1420,"customer":"grace","item":"desk lamp"}', key="grace")
    producer.flush(20)
    for tab, name, path in (
        (page, "requests", "/ui/requests"),
        (page, "overview", "/ui"),
        (page, "topic", "/ui/topics/orders"),
        (page, "record", "/ui/topics/orders/0/3"),
        (page, "group", "/ui/groups/billing"),
        (page, "faults", "/ui/faults"),
        (page, "state", "/ui/state"),
        (page, "doctor", "/ui/doctor"),
        (dark, "overview-dark", "/ui"),
        (phone, "phone", "/ui"),
        (phone, "phone-topic", "/ui/topics/orders"),
    ):
        tab.open(url + path)
        yield name, tab.picture()


if __name__ == "__main__":
    default = Path(__file__).parents[2] / "docs" / "page"
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    chosen.mkdir(parents=True, exist_ok=True)
    sys.exit(main(chosen))
