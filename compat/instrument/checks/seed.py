"""Check 8: what is in a file is there before the first client can connect."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ..check import check
from ..stage import Stage

SEED = {
    "topics": [{"name": "orders", "partitions": 1, "configs": {"retention.ms": -1}}],
    "records": [
        {"topic": "orders", "key": "a", "value": "skipped"},
        {
            "topic": "orders",
            "key": "b",
            "value": {"id": 1},
            "headers": {"trace": "x1", "kind": "seed"},
            "timestamp": "2026-01-01T00:00:00Z",
        },
        {"topic": "orders", "key": "c", "value": None, "timestamp": 1767225600001},
        {"topic": "orders", "value": "no key", "timestamp": 1767225600002},
    ],
    "offsets": [{"group": "app", "topic": "orders", "partition": 0, "offset": 1}],
}
NEW_YEAR_MS = 1767225600000


@check()
def a_file_is_seeded_before_the_broker_is_ready(stage: Stage) -> None:
    """Keys, headers, tombstones, timestamps and a committed offset, as the library reads them."""
    with tempfile.TemporaryDirectory(prefix="seed-") as folder:
        file = Path(folder) / "seed.json"
        file.write_text(json.dumps(SEED))
        command = [sys.executable, "-P", "-m", "wirekafka", "serve", "--ephemeral"]
        broker = subprocess.Popen(
            [*command, "--listen", "127.0.0.1:0", "--seed", str(file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            assert broker.stdout is not None
            line = broker.stdout.readline()
            bootstrap = line.removeprefix("listening on ").strip()
            stage.check(line.startswith("listening on"), f"the broker says {line!r}")
            _read(stage, bootstrap)
        finally:
            broker.terminate()
            broker.wait(20)
    stage.equal("exit code", broker.returncode, 0)


def _read(stage: Stage, bootstrap: str) -> None:
    consumer = stage.consumer("app", "orders", bootstrap=bootstrap)
    found = consumer.records(3)
    stage.equal("offsets", [one["offset"] for one in found], [1, 2, 3])
    stage.equal("keys", [one["key"] for one in found], ["b", "c", None])
    stage.equal("values", [one["value"] for one in found], ['{"id":1}', None, "no key"])
    headers = [one["headers"] for one in found]
    stage.equal("headers", headers, [{"trace": "x1", "kind": "seed"}, {}, {}])
    times = [one["timestamp"] - NEW_YEAR_MS for one in found]
    stage.equal("timestamps since the new year", times, [0, 1, 2])
    consumer.close()
