"""The command dump-log: the text of kafka-dump-log, JSON, faults and exit codes."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from wirekafka.cli.main import main

GOLDEN = Path(__file__).parent / "golden"
LOG = "00000000000000000000.log"
DECODERS = {
    "gzip": "--print-data-log",
    "transactions": "--print-data-log",
    "classic-group": "--offsets-decoder",
    "consumer-group": "--offsets-decoder",
    "transaction-state": "--transaction-log-decoder",
    "wirekafka-groups": "--offsets-decoder",
}


def put(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


@pytest.fixture
def log(tmp_path):
    return put(tmp_path, LOG, (GOLDEN / "transactions.log").read_bytes())


@pytest.mark.parametrize(("name", "flag"), DECODERS.items())
def test_text_is_that_of_kafka(name, flag, tmp_path, capsys):
    path = put(tmp_path, LOG, (GOLDEN / f"{name}.log").read_bytes())
    assert main(["dump-log", "--files", path, flag]) == 0
    shown = capsys.readouterr().out
    assert shown == f"Dumping {path}\n" + (GOLDEN / f"{name}.txt").read_text()


def test_batches_only_without_a_flag(log, capsys):
    assert main(["dump-log", "--files", log]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["baseOffset:"] * 4


def test_deep_iteration_shows_no_contents(log, capsys):
    assert main(["dump-log", "--files", log, "--deep-iteration"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("| offset:") == 12
    assert "payload" not in shown
    assert "endTxnMarker: ABORT coordinatorEpoch: 0" in shown


def test_json_has_one_object_per_line(log, capsys):
    assert main(["dump-log", "--files", log, "--json", "--print-data-log"]) == 0
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [item["type"] for item in objects[:3]] == ["batch", "record", "record"]
    assert objects[1]["key"] == "key-0"
    assert objects[0]["is_transactional"] is True


def test_max_bytes_ends_before_the_batch_that_crosses_it(log, capsys):
    assert main(["dump-log", "--files", log, "--max-bytes", "1202"]) == 0
    assert capsys.readouterr().out.count("baseOffset") == 1


def test_a_damaged_end_is_named_and_is_exit_code_1(tmp_path, capsys):
    path = put(tmp_path, LOG, (GOLDEN / "transactions.log").read_bytes()[:-1])
    assert main(["dump-log", "--files", path]) == 1
    assert f"Found 77 invalid bytes at the end of {LOG}" in capsys.readouterr().out


def test_a_wrong_checksum_is_shown_and_is_exit_code_1(tmp_path, capsys):
    data = bytearray((GOLDEN / "transactions.log").read_bytes())
    data[100] ^= 1
    assert main(["dump-log", "--files", put(tmp_path, LOG, data)]) == 1
    assert "isvalid: false" in capsys.readouterr().out


def test_a_batch_that_cannot_be_read_does_not_end_the_dump(tmp_path, capsys):
    data = bytearray((GOLDEN / "transactions.log").read_bytes())
    data[61] = 1  # the length of the first record is -1
    assert main(["dump-log", "--files", put(tmp_path, LOG, data), "--print-data-log"]) == 1
    out, err = capsys.readouterr()
    assert out.count("endTxnMarker") == 2
    assert "the batch at position 0 cannot be read" in err


def test_a_file_that_is_not_there_is_exit_code_1(log, tmp_path, capsys):
    missing = str(tmp_path / "x" / LOG)
    assert main(["dump-log", "--files", f"{missing},{log}"]) == 1
    out, err = capsys.readouterr()
    assert f"there is no file {missing}" in err
    assert out.count("baseOffset") == 4


def test_other_files_are_ignored(tmp_path, capsys):
    path = put(tmp_path, "partition.metadata", b"version: 0")
    assert main(["dump-log", "--files", path]) == 0
    assert f"Ignoring unknown file {path}" in capsys.readouterr().out


def test_an_index_that_agrees(log, tmp_path, capsys):
    index = put(tmp_path, "00000000000000000000.index", struct.pack(">ii8x", 5, 1202))
    assert main(["dump-log", "--files", index]) == 0
    assert "offset: 5 position: 1202" in capsys.readouterr().out
    assert main(["dump-log", "--files", index, "--verify-index-only"]) == 0
    assert capsys.readouterr().out == f"Dumping {index}\n"
    assert main(["dump-log", "--files", index, "--index-sanity-check"]) == 0
    assert "passed sanity check" in capsys.readouterr().out


def test_an_index_that_disagrees_is_exit_code_1(log, tmp_path, capsys):
    index = put(tmp_path, "00000000000000000000.index", struct.pack(">ii", 7, 1202))
    assert main(["dump-log", "--files", index, "--verify-index-only"]) == 1
    assert "Index offset: 7, log offset: 5" in capsys.readouterr().out


def test_share_group_state(tmp_path, capsys):
    from wirekafka_protocol.codec import encode
    from wirekafka_protocol.messages.share_state_records import ShareSnapshotKey, ShareSnapshotValue
    from wirekafka_protocol.records.record import Record, build_batch

    key = b"\0\0" + encode(ShareSnapshotKey(group_id="g", partition=3), 0)
    value = b"\0\0" + encode(ShareSnapshotValue(start_offset=9), 0)
    path = put(tmp_path, LOG, build_batch([Record(0, 5, key, value), Record(1, 5, b"\0\x09", b"")]))
    assert main(["dump-log", "--files", path, "--share-group-state-decoder"]) == 1
    out, err = capsys.readouterr()
    assert '"groupId":"g"' in out
    assert '"startOffset":9' in out
    assert "record 1 cannot be read: key of the unknown type 9" in err
