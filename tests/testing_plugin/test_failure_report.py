"""What the report of a failed test says of its broker: readable and bounded, whatever it saw."""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from confluent_kafka import Producer, TopicCollection
from confluent_kafka.admin import AdminClient
from kafka import KafkaConsumer, KafkaProducer

from wirekafka.testing import Broker
from wirekafka.testing.failure import MOST_REQUESTS, MOST_TOPICS, RECORDS_PER_TOPIC, sections

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
PLUGIN = (
    "wirekafka" if entry_points(group="pytest11", name="wirekafka") else "wirekafka.testing.plugin"
)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST")]:
        monkeypatch.delenv(name)
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.run(
        sys.executable, "-P", "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", *options
    )


def text_of(told: list[tuple[str, str]], heading: str) -> str:
    (text,) = [text for title, text in told if title == heading]
    return text


def test_what_clients_call_themselves_is_cut_and_moves_no_cursor() -> None:
    name = "evil\x1b[31m\nnext\u202e line" + "c" * 3000
    with Broker(in_process=True) as kafka:
        AdminClient({"bootstrap.servers": kafka.bootstrap, "client.id": name}).list_topics()
        ((_, requests), *_) = sections(kafka.control_url)
    first = requests.splitlines()[0]
    assert r"evil\x1b[31m\nnext\u202e line" in first
    assert len(first) < 400
    assert not {"\x1b", "\u202e"} & set(requests)


def test_a_value_that_is_no_text_is_told_as_bytes() -> None:
    with Broker(in_process=True) as kafka:
        producer = Producer({"bootstrap.servers": kafka.bootstrap})
        producer.produce("orders", b"\xff\x00bin", key=b"\x1bk")
        assert producer.flush(20) == 0
        tail = text_of(sections(kafka.control_url), "kafka: the end of orders")
    assert tail == r"0@0  key='\x1bk'  value=b'\xff\x00bin'"


def test_many_topics_and_partitions_do_not_fill_the_report() -> None:
    partitions = RECORDS_PER_TOPIC + 10
    topics = [f"topic-{number:02d}" for number in range(MOST_TOPICS + 3)]
    with Broker(in_process=True) as kafka, kafka.control as control:
        control.seed(topics=[{"name": topic, "partitions": partitions} for topic in topics])
        producer = Producer({"bootstrap.servers": kafka.bootstrap})
        for topic in topics:
            for partition in range(partitions):
                producer.produce(topic, b"v", partition=partition)
        assert producer.flush(20) == 0
        admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
        found = admin.describe_topics(TopicCollection(topics))
        assert len([each.result(20) for each in found.values()]) == len(topics)
        told = sections(kafka.control_url)
    tail = text_of(told, f"kafka: the end of {topics[0]}").splitlines()
    assert len(tail) == RECORDS_PER_TOPIC + 1
    assert tail[-1] == "and other partitions, where nothing is newer"
    assert len([title for title, _ in told if "the end of" in title]) == MOST_TOPICS
    assert text_of(told, "kafka: more topics") == ",".join(topics[MOST_TOPICS:])
    assert sum(len(text) for _, text in told) < 50_000


def test_polls_that_brought_nothing_are_counted_and_do_not_hide_the_rest() -> None:
    with Broker(in_process=True) as kafka:
        producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
        producer.send("orders", b"v").get(20)
        producer.close()
        consumer = KafkaConsumer(
            "orders",
            bootstrap_servers=kafka.bootstrap,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=1,
        )
        assert next(consumer).value == b"v"
        with kafka.control as control:
            while control.requests(api="Fetch", limit=1)["count"] < 2 * MOST_REQUESTS:
                consumer.poll(10)
        consumer.close()
        (heading, requests), *tails = sections(kafka.control_url)
    assert "Produce" in requests
    assert 1 <= requests.count("Fetch") < MOST_REQUESTS
    assert re.search(r"^and \d+ polls and heartbeats that brought nothing$", requests, re.M)
    assert heading.endswith("requests")
    assert text_of(tails, "kafka: the end of orders").endswith("value='v'")


def test_a_topic_that_is_not_there_is_told() -> None:
    with Broker(in_process=True, auto_create_topics_enable=False) as kafka:
        AdminClient({"bootstrap.servers": kafka.bootstrap}).list_topics("ordres")
        told = sections(kafka.control_url)
    assert "ordres" in text_of(told, "kafka: the end of ordres")


def test_a_fixture_that_fails_is_a_failure_as_well(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.fixture
        def prepared(kafka_producer):
            kafka_producer.send("before", b"v").get(20)
            raise ValueError

        @pytest.fixture
        def cleaned_up(kafka_producer):
            yield
            kafka_producer.send("behind", b"v").get(20)
            raise ValueError

        def test_setup(prepared): pass

        def test_teardown(cleaned_up): pass

        def test_next(kafka_bootstrap): pass
        """
    )
    result = run(project)
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(["*kafka: the end of before*", "*kafka: the end of behind*"])


def test_a_report_that_cannot_be_made_does_not_end_the_run(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        from wirekafka.testing import failure

        def test_last_words(kafka_bootstrap):
            failure.sections = lambda url: 1 / 0
            assert not "of its own"

        def test_next(kafka_bootstrap): pass
        """
    )
    result = run(project)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*nothing is known of the test: ZeroDivisionError*"])
