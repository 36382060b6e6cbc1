"""The Python client libraries against this checkout: what ALLOW.txt expects to pass, passes.

One test per client, on a broker that they share. Without the scenarios that are known gaps, most of
which wait until they give up, this takes seconds; `bin/compat clients` runs all of them, and those
that restart the broker. Nothing is fetched: a client whose versions are not here is skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from compat.client_part import QUICK
from compat.expectations import FOLDER, expectations
from compat.targets import make_target

ROOT = Path(__file__).resolve().parents[2]
JOBS = 12  # they wait for timeouts of groups rather than compute
LIMIT_S = 240  # of one client, which takes 5 to 10 s on an idle machine


@pytest.fixture(scope="module")
def bootstrap() -> Iterator[str]:
    """A broker of this checkout."""
    with make_target("wirekafka") as target:
        yield target.bootstrap


@pytest.mark.parametrize("client", QUICK)
def test_python_client_passes_what_it_is_expected_to(client, bootstrap):
    skip_without_its_versions(client)
    allowed = expectations(FOLDER / client, "wirekafka").named
    only = [word for name in allowed for word in ("--only", name)]
    done = call(client, bootstrap, "--jobs", str(JOBS), *only)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["scenario"]: row["detail"] for row in rows if row["result"] == "fail"} == {}
    assert {row["scenario"] for row in rows} == set(allowed)
    passed = [row for row in rows if row["result"] == "pass"]
    assert len(passed) > len(allowed) * 0.9, "too many were skipped"


@pytest.mark.parametrize("client", QUICK)
def test_python_client_lists_every_scenario_that_is_expected(client):
    skip_without_its_versions(client)
    listed = {line.partition("\t")[0] for line in call(client, "--list").stdout.splitlines()}
    for target in ("wirekafka", "reference"):
        assert set(expectations(FOLDER / client, target).named) - listed == set()


def call(client: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The client's program in this environment, not by its script, which may make another one."""
    return subprocess.run(
        [sys.executable, "-P", "-m", f"compat.clients.{client}", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )


def skip_without_its_versions(client: str) -> None:
    """The expectations are about the versions of requirements.txt."""
    for line in (FOLDER / client / "requirements.txt").read_text().splitlines():
        name, _, pin = line.partition("#")[0].strip().partition("==")
        try:
            found = version(name) if name else pin
        except PackageNotFoundError:
            found = "not installed"
        if found != pin:
            pytest.skip(f"needs {name} {pin}, which is {found} here")


@pytest.mark.parametrize("client", QUICK)
def test_development_environment_has_the_versions_of(client):
    """Otherwise the tests above would be skipped wherever the tests run."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    lines = (FOLDER / client / "requirements.txt").read_text().splitlines()
    pins = {line.partition("#")[0].strip() for line in lines} - {""}
    assert pins <= set(groups["dev"])
