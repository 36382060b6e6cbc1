"""Which client scenarios are expected to pass: by ALLOW.txt here, and all with the real broker."""

from __future__ import annotations

import pytest

from compat.client_part import clients
from compat.expectations import FOLDER, expectations, judged
from compat.results import ClientRow

SENDS = ClientRow("sarama", "sends", "It sends.", "pass")
READS = ClientRow("franz", "reads", "It reads.", "fail")
TARGETS = ["reference", "docker", "127.0.0.1:9092"]


def test_against_wirekafka_what_is_allowed_is_expected(tmp_path):
    (tmp_path / "ALLOW.txt").write_text("# those\nsends  # always\n\nfranz/reads\n")
    (tmp_path / "REFERENCE.txt").write_text("sends  # not there\n")
    found = expectations(tmp_path, "wirekafka")
    other = ClientRow("sarama", "reads", "It reads.", "fail")
    assert [found.judged(row).expected for row in (SENDS, READS, other)] == [True, True, False]
    assert found.judged(other).gap
    assert not found.judged(READS).gap


@pytest.mark.parametrize("target", TARGETS)
def test_against_other_brokers_everything_is_expected_but_what_is_excepted(tmp_path, target):
    (tmp_path / "ALLOW.txt").write_text("sends\n")
    assert expectations(tmp_path, target).judged(READS).expected
    (tmp_path / "REFERENCE.txt").write_text("franz/reads  # KAFKA-1: it waits for ever\n")
    found = expectations(tmp_path, target)
    assert found.judged(SENDS).expected
    assert found.judged(READS).gap
    assert found.judged(READS).reason == "KAFKA-1: it waits for ever"


@pytest.mark.parametrize("line", ["reads", "reads #", "reads  #  "])
def test_an_exception_without_a_reason_is_refused(tmp_path, line):
    (tmp_path / "REFERENCE.txt").write_text(f"# why these fail\n{line}\n")
    with pytest.raises(ValueError, match=r"REFERENCE\.txt: reads has no reason"):
        expectations(tmp_path, "reference")
    expectations(tmp_path, "wirekafka")


def test_stored_rows_are_judged_by_what_is_expected_today(tmp_path):
    """So a change of these files needs no new run before the report."""
    (tmp_path / "go").mkdir()
    (tmp_path / "go" / "ALLOW.txt").write_text("reads\n")
    found = judged({"go": {"wirekafka": [READS], "reference": [READS]}}, tmp_path)
    assert [row.expected for rows in found["go"].values() for row in rows] == [True, True]
    (tmp_path / "go" / "REFERENCE.txt").write_text("reads  # it cannot\n")
    assert judged({"go": {"reference": [READS]}}, tmp_path)["go"]["reference"][0].gap


@pytest.mark.parametrize("client", clients())
def test_the_files_of_the_clients_can_be_read(client):
    for target in ("wirekafka", "reference"):
        expectations(FOLDER / client, target)
