"""A log directory that Apache Kafka wrote must yield every record its manifest names.

WIREKAFKA_REFERENCE_LOG_DIRS names the folder with `manifest.json` and one `kafka-<version>` folder.
Both were made by the reference scripts with a real broker; without them these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from wirekafka_protocol.records.batch import is_intact
from wirekafka_protocol.records.record import read_records
from wirekafka_storage.checkpoints import decode_meta
from wirekafka_storage.log_config import LogConfig
from wirekafka_storage.log_manager import LogManager

SOURCE = os.environ.get("WIREKAFKA_REFERENCE_LOG_DIRS")
pytestmark = pytest.mark.skipif(
    not SOURCE, reason="WIREKAFKA_REFERENCE_LOG_DIRS does not name a reference log directory"
)
NOW_MS = 1_700_000_100_000
"""Shortly after the records, so that no producer has expired."""
CONFIG = LogConfig(index_interval_bytes=200)


@pytest.fixture(scope="module")
def manifest():
    return json.loads((Path(SOURCE) / "manifest.json").read_text())


@pytest.fixture(params=["clean", "crash", "crash without checkpoints"])
def manager(request, tmp_path):
    [original] = Path(SOURCE).glob("kafka-*")
    copied = tmp_path / "data"
    shutil.copytree(original, copied)
    for path in [copied, *copied.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    if request.param != "clean":
        (copied / ".kafka_cleanshutdown").unlink()
    if request.param == "crash without checkpoints":
        (copied / "recovery-point-offset-checkpoint").unlink()
        for name in ("*.index", "*.timeindex", "*.txnindex", "*.snapshot"):
            for path in copied.rglob(name):
                path.unlink()
    meta = decode_meta((copied / "meta.properties").read_bytes())
    opened = LogManager.open(
        [copied],
        cluster_id=meta.cluster_id,
        node_id=meta.node_id,
        config_for=lambda topic: CONFIG,
        now_ms=NOW_MS,
    )
    assert opened.offline == {}
    yield opened
    opened.close(clean=False)


def folder(log):
    return f"{log.topic}-{log.partition}"


def batches_of(manifest, log):
    return [b for segment in manifest[folder(log)]["segments"] for b in segment["batches"]]


def records_of(manifest, log):
    """Visible records: (offset, timestamp, key, value), and the epoch of their batch."""
    encoding = manifest[folder(log)]["encoding"]

    def raw(text):
        if text is None:
            return None
        return bytes.fromhex(text) if encoding == "hex" else text.encode()

    return [
        (r["offset"], r["timestamp"], raw(r["key"]), raw(r["value"]), batch["leaderEpoch"])
        for batch in batches_of(manifest, log)
        if not batch["control"]
        for r in batch["records"]
        if r["offset"] >= log.log_start_offset
    ]


def test_every_record_of_the_manifest_is_read(manager, manifest, kit):
    assert {folder(log) for log in manager.logs.values()} == set(manifest)
    for log in manager.logs.values():
        batches = kit.read_all(log)
        assert all(is_intact(batch) for _, batch in batches)
        expected = [b for b in batches_of(manifest, log) if b["lastOffset"] >= log.log_start_offset]
        assert [
            (
                h.base_offset,
                h.last_offset,
                h.size_in_bytes,
                h.crc,
                h.partition_leader_epoch,
                h.max_timestamp,
                h.producer_id,
                h.producer_epoch,
                h.is_transactional,
                h.is_control,
            )
            for h, _ in batches
        ] == [
            (
                b["baseOffset"],
                b["lastOffset"],
                b["size"],
                b["crc"],
                b["leaderEpoch"],
                b["maxTimestamp"],
                b["producerId"],
                b["producerEpoch"],
                b["transactional"],
                b["control"],
            )
            for b in expected
        ]
        found = [
            (r.offset, r.timestamp, r.key, r.value, header.partition_leader_epoch)
            for header, batch in batches
            if not header.is_control
            for r in read_records(batch)
            if r.offset >= log.log_start_offset
        ]
        assert found == records_of(manifest, log)


def test_timestamps_are_found(manager, manifest):
    for log in manager.logs.values():
        if not records_of(manifest, log):
            continue
        stamps = [
            (record["offset"], record["timestamp"], batch["leaderEpoch"])
            for batch in batches_of(manifest, log)
            for record in batch["records"]
            if record["offset"] >= log.log_start_offset
        ]
        for wanted in {t + d for _, t, _ in stamps for d in (-1, 0, 1)}:
            expected = next((stamp for stamp in stamps if stamp[1] >= wanted), None)
            assert log.fetch_offset_by_timestamp(wanted) == expected
        largest = max(t for _, t, _ in stamps)
        assert log.max_timestamp_offset() == next(s for s in stamps if s[1] == largest)


def test_aborted_and_open_transactions_are_known(manager, manifest):
    for log in manager.logs.values():
        aborted: dict[int, int] = {}
        opened: list[int] = []
        for batch in batches_of(manifest, log):
            for record in batch["records"]:
                if record.get("outcome") == "OPEN":
                    opened.append(record["offset"])
                elif record.get("outcome") == "ABORT":
                    aborted[record["offset"]] = batch["producerId"]
        end = log.log_end_offset
        assert log.last_stable_offset(end) == min(opened, default=end)
        covered = log.aborted_transactions(0, end)
        for offset, producer_id in aborted.items():
            assert any(
                t.producer_id == producer_id and t.first_offset <= offset <= t.last_offset
                for t in covered
            )
        assert {t.producer_id for t in covered} == set(aborted.values())
    assert len(manager.logs["transactional", 0].aborted_transactions(0, 100)) == 2


def test_producers_log_start_and_epochs_are_known(manager):
    assert manager.logs["trimmed", 0].log_start_offset == 13
    epochs = manager.logs["epochs", 0]
    assert epochs.epochs.entries() == [(0, 0), (2, 3)]
    assert epochs.end_offset_for_epoch(0) == (0, 3)
    assert epochs.end_offset_for_epoch(1) == (0, 3)
    assert epochs.end_offset_for_epoch(2) == (2, 6)
    [producer] = manager.logs["idempotent", 0].producers.producers.values()
    assert producer.last_sequence == 11


def test_logs_can_be_written_and_opened_again(manager, manifest, kit):
    counts = {}
    for key, log in manager.logs.items():
        before = len(kit.values(log))
        kit.append(log, kit.batch(2), epoch=3)
        counts[key] = before + 2
    [path] = manager.directories
    meta = decode_meta((Path(path) / "meta.properties").read_bytes())
    manager.close(clean=True)
    again = LogManager.open(
        [path],
        cluster_id=meta.cluster_id,
        node_id=meta.node_id,
        config_for=lambda topic: CONFIG,
        now_ms=NOW_MS,
    )
    assert again.report.repairs == []
    assert {key: len(kit.values(log)) for key, log in again.logs.items()} == counts
    again.close(clean=False)
