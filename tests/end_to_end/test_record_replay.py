"""A real client through the recorder, and the recording against another broker."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer

from wirekafka.cli.main import main

ROOT = Path(__file__).parents[2]
PATHS = os.pathsep.join([str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")])
ENVIRONMENT = {**os.environ, "PYTHONPATH": PATHS}
COMMAND = [sys.executable, "-m", "wirekafka"]


def record(broker: Any, output: Path) -> tuple[subprocess.Popen[str], str]:
    """The recorder's process, and the address for clients."""
    process = subprocess.Popen(
        [*COMMAND, "record", "--bootstrap-server", broker.bootstrap, "--output", str(output)],
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    assert process.stderr is not None
    found = re.search(r"recording on (\S+)", process.stderr.readline())
    assert found
    return process, found[1]


def talk(bootstrap: str) -> None:
    """Produce and consume ten records in a group, all of it through `bootstrap`."""
    topic = "recorded"
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True})
    for number in range(10):
        producer.produce(topic, f"value-{number}")
    assert producer.flush(20) == 0
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"g-{uuid.uuid4().hex[:6]}",
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic])
    values = []
    while len(values) < 10:
        message = consumer.poll(20)
        assert message is not None
        if not message.error():
            values.append(message.value())
    consumer.close()
    assert values == [f"value-{number}".encode() for number in range(10)]


def test_a_recorded_conversation_is_whole_and_can_be_replayed(
    start_broker: Any, tmp_path: Path
) -> None:
    recording = tmp_path / "recording.jsonl"
    first, second = start_broker(), start_broker()
    process, address = record(first, recording)
    try:
        talk(address)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 0
    entries = [json.loads(line) for line in recording.read_text().splitlines()]
    apis = {entry["api"] for entry in entries}
    assert {"ApiVersions", "Metadata", "Produce", "Fetch", "JoinGroup", "OffsetCommit"} <= apis
    assert all("answer" in entry for entry in entries)
    assert all(entry["request"] for entry in entries if entry["api"] == "Produce")

    replayed = subprocess.run(
        [*COMMAND, "replay", str(recording), "--bootstrap-server", second.bootstrap, "--json"],
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        timeout=120,
        check=False,
    )
    rows = [json.loads(line) for line in replayed.stdout.splitlines()]
    assert len(rows) == sum(entry["answer"] != "abandoned" for entry in entries)
    assert [row for row in rows if row["differences"]] == []
    assert replayed.returncode == 0


def test_a_recording_without_times_is_played_one_request_after_the_other(
    start_broker: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As recordings were before they had any."""
    recording = tmp_path / "recording.jsonl"
    first, second = start_broker(), start_broker()
    process, address = record(first, recording)
    try:
        talk(address)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    entries = [json.loads(line) for line in recording.read_text().splitlines()]
    for entry in entries:
        del entry["at"]
    recording.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    words = ["replay", str(recording), "--bootstrap-server", second.bootstrap]
    assert main([*words, "--pace", "recorded"]) == 1
    assert "has no times" in capsys.readouterr().err
    main(words)
    count = sum(entry["answer"] != "abandoned" for entry in entries)
    assert f"{count} requests, " in capsys.readouterr().out
