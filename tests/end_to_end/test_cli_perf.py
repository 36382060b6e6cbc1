"""The measuring commands against a broker; their lines are those of Kafka 4.3.1's tools."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

Run = Any  # the fixture
ROOT = Path(__file__).parents[2]


@pytest.fixture
def topic(broker: Any, run: Run) -> str:
    """A topic of two partitions with three and two records."""
    name = f"p{uuid.uuid4().hex[:8]}"
    run.good("topics", "--create", "--topic", name, "--partitions", "2")
    producer = Producer({"bootstrap.servers": broker.bootstrap, "linger.ms": 1})
    for number in range(5):
        producer.produce(name, b"%d" % number, partition=number % 2)
    producer.flush(30)
    return name


PERF_LINE = re.compile(
    r"\d+ records sent, \d+\.\d{6} records/sec \(\d+\.\d\d MB/sec\), \d+\.\d\d ms avg latency, "
    r"\d+\.\d\d ms max latency, \d+ ms 50th, \d+ ms 95th, \d+ ms 99th, \d+ ms 99\.9th\."
)


@pytest.mark.parametrize(
    "words",
    [
        ["--record-size", "100"],
        ["--payload-monotonic", "--transaction-duration-ms", "20"],
        ["--record-size", "10", "--producer-props", "acks=1", "compression.type=gzip"],
        ["--record-size", "10", "--command-property", "acks=0", "batch.size=100"],
    ],
    ids=["idempotent", "transactions", "acks=1", "acks=0"],
)
def test_producer_perf_test(run: Run, topic: str, words: list[str]) -> None:
    out = run.good("producer-perf-test", "--topic", topic, "--num-records", "2000",
                   "--throughput", "-1", *words)  # fmt: skip
    assert PERF_LINE.fullmatch(out.rstrip("\n")), out
    assert out.startswith("2000 records sent, ")
    with_payload = {row["partition"]: row["offset"] for row in
                    json.loads(run.good("get-offsets", "--topic", topic, "--json"))}  # fmt: skip
    assert sum(with_payload.values()) >= 5 + 2000 - (2000 if "acks=0" in words else 0)


def test_warm_up_has_its_own_summary(run: Run, topic: str, tmp_path: Path) -> None:
    file = tmp_path / "payloads"
    file.write_text("one\ntwo\n")
    out = run.good(
        "producer-perf-test", "--topic", topic, "--num-records", "300", "--throughput", "100000",
        "--payload-file", str(file), "--warmup-records", "100",
    ).splitlines()  # fmt: skip
    assert out[0] == (
        "Warmup first 100 records. Steady state results will print after the complete test summary."
    ) or out[0].startswith("Reading payloads from: ")
    assert "Number of records read: 2" in out
    assert "In steady state." in out
    assert out[-2].startswith("300 records sent, ")
    assert out[-1].startswith("200 steady state records sent, ")


def test_consumer_perf_test(run: Run, topic: str) -> None:
    count = ("consumer-perf-test", "--topic", topic, "--num-records")
    out = run.good(*count, "5")
    title, row = out.splitlines()
    assert title == (
        "start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, "
        "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec"
    )
    cells = row.split(", ")
    assert len(cells) == 10
    assert cells[4] == "5"
    rebalance_ms, fetch_ms = int(cells[6]), int(cells[7])
    assert rebalance_ms > 0
    assert fetch_ms >= 0


def test_consumer_perf_test_is_a_member_of_its_group(run: Run, topic: str) -> None:
    group = f"g-{topic}"
    run.good("consumer-perf-test", "--topic", topic, "--num-records", "5", "--group", group)
    (described,) = json.loads(run.good("consumer-groups", "--describe", "--group", group, "--json"))
    assert [row["current_offset"] for row in described["offsets"]] == [3, 2]
    out = run.good("consumer-perf-test", "--include", f"{topic[:-1]}.", "--num-records", "1",
                   "--group", group, "--timeout", "300", "--json")  # fmt: skip
    assert json.loads(out)["records"] == 0


def test_verifiable_producer(run: Run, topic: str) -> None:
    out = run.good("verifiable-producer", "--topic", topic, "--max-messages", "3",
                   "--value-prefix", "7", "--repeating-keys", "2")  # fmt: skip
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["name"] for event in events] == [
        "startup_complete", *["producer_send_success"] * 3, "shutdown_complete", "tool_data",
    ]  # fmt: skip
    sent = sorted((event["value"], event["key"]) for event in events[1:4])
    assert sent == [("7.0", "0"), ("7.1", "1"), ("7.2", "0")]
    assert list(events[1]) == [
        "timestamp", "name", "key", "value", "offset", "topic", "partition"
    ]  # fmt: skip
    assert events[-1]["sent"] == events[-1]["acked"] == 3


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_verifiable_consumer(run: Run, topic: str, protocol: str) -> None:
    consume = ("verifiable-consumer", "--topic", topic, "--group-id", topic,
               "--group-protocol", protocol)  # fmt: skip
    out = run.good(*consume, "--max-messages", "5", "--verbose")
    events = [json.loads(line) for line in out.splitlines()]
    assert {"startup_complete", "partitions_assigned"} == {one["name"] for one in events[:2]}
    assert [event["name"] for event in events[-3:]] == [
        "partitions_revoked", "shutdown_complete", "shutdown_requested",
    ]  # fmt: skip
    whole = [{"topic": topic, "partition": 0}, {"topic": topic, "partition": 1}]
    assert events[1]["partitions"] == events[-3]["partitions"] == whole

    records = [event for event in events if event["name"] == "record_data"]
    assert {(one["partition"], one["offset"], one["value"]) for one in records} == {
        (0, 0, "0"), (1, 0, "1"), (0, 1, "2"), (1, 1, "3"), (0, 2, "4"),
    }  # fmt: skip
    assert list(records[0]) == ["timestamp", "name", "key", "value", "topic", "partition", "offset"]
    consumed = [event for event in events if event["name"] == "records_consumed"]
    assert sum(event["count"] for event in consumed) == 5
    rows = [row for event in consumed for row in event["partitions"]]
    assert {(row["partition"], row["maxOffset"]) for row in rows} >= {(0, 2), (1, 1)}
    committed = [event for event in events if event["name"] == "offsets_committed"]
    assert len(committed) == len(consumed)
    assert all(event["success"] for event in committed)

    (described,) = run.document("consumer-groups", "--describe", "--group", topic)
    assert [row["current_offset"] for row in described["offsets"]] == [3, 2]
    assert run.good(*consume, "--max-messages", "0").count("\n") == 3


def test_verifiable_consumer_says_what_it_cannot_do(run: Run, topic: str) -> None:
    consume = ("verifiable-consumer", "--topic", topic, "--group-id", topic, "--max-messages", "1")
    new = ("--group-protocol", "consumer")
    assert "classic" in run.bad(*consume, *new, "--session-timeout", "6000")
    assert "group-protocol consumer" in run.bad(*consume, "--group-remote-assignor", "range")
    assert "UNKNOWN" not in (run.bad(*consume, *new, "--group-remote-assignor", "nonsense"))
    assert "known are RangeAssignor" in run.bad(*consume, "--assignment-strategy", "x.Best")
    missing = run.bad(*consume, "--reset-policy", "none")
    assert missing == (f"there is no committed offset and no reset policy for {topic}-0, {topic}-1")


def start(broker: Any, *words: str) -> subprocess.Popen[str]:
    """A command in a process of its own."""
    paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
    return subprocess.Popen(
        [sys.executable, "-m", "wirekafka", words[0], "--bootstrap-server", broker.bootstrap,
         *words[1:]],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip


def rest_of(tool: subprocess.Popen[str]) -> tuple[str, str]:
    """What it still prints, and its complaints. communicate() does not see what readline has read
    ahead."""
    assert tool.stdout is not None
    assert tool.stderr is not None
    watchdog = threading.Timer(60, tool.kill)
    watchdog.start()
    with tool:
        out, err = tool.stdout.read(), tool.stderr.read()
    watchdog.cancel()
    return out, err


def test_verifiable_producer_outlives_its_broker(start_broker: Any, tmp_path: Path) -> None:
    """As Java's: errors for what is not acknowledged, and the sum at the end."""
    properties = tmp_path / "properties"
    properties.write_text("delivery.timeout.ms=300\n")
    broker = start_broker()
    tool = start(
        broker, "verifiable-producer", "--topic", "t", "--max-messages", "100",
        "--throughput", "100", "--command-config", str(properties),
    )  # fmt: skip
    assert tool.stdout is not None
    lines = [tool.stdout.readline() for _ in range(10)]
    broker.kill()
    rest, _ = rest_of(tool)
    assert tool.returncode == 0
    events = [json.loads(line) for line in [*lines, *rest.splitlines()]]
    assert [one["name"] for one in events[-2:]] == ["shutdown_complete", "tool_data"]
    errors = [one for one in events if one["name"] == "producer_send_error"]
    acked = [one for one in events if one["name"] == "producer_send_success"]
    assert (events[-1]["sent"], events[-1]["acked"]) == (100, len(acked))
    assert len(errors) + len(acked) == 100
    assert list(errors[-1]) == [
        "timestamp", "name", "topic", "key", "value", "exception", "message"
    ]  # fmt: skip
    assert errors[-1]["exception"] == "class org.apache.kafka.common.errors.TimeoutException"
    assert re.fullmatch(
        r"Expiring \d+ record\(s\) for t-0:\d+ ms has passed since batch creation\. "
        r"The request has not been sent, or no server response has been received yet\.",
        errors[-1]["message"],
    )


def test_a_measured_producer_goes_on_when_its_broker_is_back(start_broker: Any) -> None:
    """What was under way is sent again with its sequence: nothing is lost and nothing twice."""
    broker = start_broker()
    tool = start(
        broker, "producer-perf-test", "--topic", "t", "--num-records", "3000",
        "--throughput", "2000", "--payload-monotonic", "--reporting-interval", "100",
    )  # fmt: skip
    assert tool.stdout is not None
    assert "records sent" in tool.stdout.readline()
    broker.kill()
    broker.start()
    rest, _ = rest_of(tool)
    assert tool.returncode == 0
    assert rest.splitlines()[-1].startswith("3000 records sent, ")
    consumer = Consumer(
        {"bootstrap.servers": broker.bootstrap, "group.id": "g", "enable.partition.eof": True}
    )
    consumer.assign([TopicPartition("t", 0, 0)])
    values: list[int] = []
    while True:
        found = consumer.poll(30)
        assert found is not None
        if (error := found.error()) is not None:
            assert error.code() == KafkaError._PARTITION_EOF
            break
        values.append(int(found.value() or b""))
    consumer.close()
    assert values == list(range(3000))


@pytest.mark.parametrize("group", [[], ["--group", "g"]], ids=["alone", "in a group"])
def test_console_consumer_ends_with_its_timeout_when_the_broker_is_gone(
    start_broker: Any, group: list[str]
) -> None:
    broker = start_broker()
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    producer.produce("t", b"one")
    assert producer.flush(30) == 0
    tool = start(
        broker, "console-consumer", "--topic", "t", "--from-beginning", "--timeout-ms", "5000",
        *group,
    )  # fmt: skip
    assert tool.stdout is not None
    assert tool.stdout.readline() == "one\n"
    broker.kill()
    _, complaints = rest_of(tool)
    assert tool.returncode == 0
    assert complaints == "Processed a total of 1 messages\n"
