"""Client runners: what they print, what they may not do, and the broker they may restart."""

from __future__ import annotations

import stat
import subprocess

import pytest

from compat import client_part
from compat.console import Console
from compat.control import control_port, restart_command

PASSES = '{"client": "c", "scenario": "sends", "expectation": "It sends.", "result": "pass"}'
FAILS = '{"scenario": "reads", "result": "fail", "detail": "no records"}'


@pytest.fixture
def client(tmp_path, monkeypatch, fake_target):
    """Makes a client folder whose script is shell code; returns a function that runs it."""
    monkeypatch.setattr(client_part, "make_target", lambda spec, settings: fake_target(None))
    folder = tmp_path / "some_client"
    folder.mkdir()
    (folder / "ALLOW.txt").write_text("# those that pass\nsends  # always\n\n")

    def run(script):
        path = folder / "run"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return client_part.run_client(Console(), folder, "wirekafka", only="", verbose=False)

    return run


def test_rows_are_read_and_other_output_is_not(client):
    done = client(f"echo hello; echo '{PASSES}'; echo '{FAILS}'")
    assert done.error == done.missing == ""
    assert [(row.client, row.scenario, row.result, row.expected) for row in done.rows] == [
        ("c", "sends", "pass", True),
        ("some_client", "reads", "fail", False),
    ]


def test_a_missing_tool_chain_is_one_line(client):
    done = client("echo looking >&2; echo 'install Go 1.24' >&2; exit 77")
    assert (done.missing, done.rows, done.error) == ("install Go 1.24", [], "")


def test_a_crash_is_an_error_with_the_rows_so_far(client):
    done = client(f"echo '{PASSES}'; echo 'out of memory' >&2; exit 3")
    assert done.error == "exit code 3: out of memory"
    assert len(done.rows) == 1


@pytest.mark.parametrize("line", ['{"scenario": "x"}', "{oops", '{"scenario": "x", "result": ""}'])
def test_a_line_that_is_no_result_is_an_error(client, line):
    assert client(f"echo '{PASSES}'; echo '{line}'").error.startswith("not a result: {")


def test_a_client_that_hangs_is_stopped_with_its_children(client, monkeypatch):
    monkeypatch.setattr(client_part, "LIMIT_S", 0.3)
    done = client(f"echo '{PASSES}'; sh -c 'read x </dev/zero; sleep 60' & sleep 60")
    assert done.error == "stopped after 0 s"


def test_only_a_script_that_knows_restarts_is_told_how(client, tmp_path):
    told = tmp_path / "told"
    client(f"echo '{PASSES}'; echo $# >{told}")
    assert told.read_text().strip() == "1"
    client(f"echo '{PASSES}'; echo $# $2 >{told}  # --restart-command")
    assert told.read_text().strip() == "3 --restart-command"


def test_the_restart_command_restarts_the_target(fake_target):
    with fake_target(None) as target, control_port(target) as address:
        subprocess.run(restart_command(address), shell=True, check=True, timeout=30)
        subprocess.run(restart_command(address, "kill"), shell=True, check=True, timeout=30)
        odd = subprocess.run(restart_command(address, "odd"), shell=True, capture_output=True)
    assert target.restarts == [False, True]
    assert odd.returncode != 0
    assert b"neither restart nor kill" in odd.stderr


def test_an_expected_pass_that_fails_fails_the_run(client, capsys):
    failing = PASSES.replace('"pass"', '"fail"')
    done = client(f"echo '{failing}'; echo '{FAILS}'")
    assert client_part._print_run(Console(), done, verbose=False) == 1
    assert "FAIL (a pass is expected): sends" in capsys.readouterr().out
    assert client_part._print_run(Console(), client(f"echo '{FAILS}'"), verbose=False) == 0
    assert "1 scenarios in 0 s: 1 known gaps\n" in capsys.readouterr().out


INSTALLS = """\
if [ "$1" = --install ]; then echo "$PWD" >>../installed; {script}; exit; fi
echo '{passes}'"""


def test_a_script_that_can_install_does_so_before_the_clients_time(client, tmp_path, monkeypatch):
    monkeypatch.setattr(client_part, "LIMIT_S", 1.0)
    done = client(INSTALLS.format(script="echo built; sleep 1.2", passes=PASSES))
    assert done.error == ""
    assert [row.scenario for row in done.rows] == ["sends"]
    assert done.seconds < 1
    assert (tmp_path / "installed").read_text().splitlines() == [str(tmp_path / "some_client")]


def test_an_installation_that_lacks_its_tool_chain_is_skipped(client):
    done = client(INSTALLS.format(script="echo 'install Go' >&2; exit 77", passes=PASSES))
    assert (done.missing, done.rows) == ("install Go", [])


def test_an_installation_that_fails_or_hangs_is_an_error(client, monkeypatch):
    done = client(INSTALLS.format(script="echo 'no such flag' >&2; exit 3", passes=PASSES))
    assert (done.error, done.rows) == ("--install: exit code 3: no such flag", [])
    monkeypatch.setattr(client_part, "INSTALL_LIMIT_S", 0.3)
    done = client(INSTALLS.format(script="sleep 60", passes=PASSES))
    assert done.error == "--install: stopped after 0 s"
