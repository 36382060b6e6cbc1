"""A new project: a virtual environment with nothing but the built wheel, pytest and a client, and
the README's test. It needs a package index and half a minute: `bin/test -m package_index`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIMIT_S = 600

pytestmark = pytest.mark.package_index


def ran(*command: str | Path, cwd: Path | None = None) -> str:
    """What it printed."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={name: text for name, text in os.environ.items() if not name.startswith("PYTHON")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of its commands."""
    directory = tmp_path_factory.mktemp("fresh")
    wheels = directory / "wheels"
    ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels, cwd=ROOT)
    (wheel,) = wheels.glob("*.whl")
    venv.create(directory / "venv", with_pip=True)
    commands = directory / "venv" / ("Scripts" if os.name == "nt" else "bin")
    ran(commands / "python", "-m", "pip", "install", "-q", f"{wheel}[pytest]", "confluent-kafka")
    return commands


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The README's test and nothing else."""
    readme = (ROOT / "README.md").read_text()
    (code,) = re.findall(r"^```python\n(.*?def test_orders.*?)^```", readme, re.M | re.S)
    assert len(code.splitlines()) == 12
    (tmp_path / "test_orders.py").write_text(code)
    return tmp_path


def test_the_readmes_test_passes_in_a_new_project(environment: Path, project: Path) -> None:
    told = ran(environment / "python", "-m", "pytest", "-p", "no:cacheprovider", cwd=project)
    assert "1 passed" in told
    assert "plugins:" in told
    assert "wirekafka" in told


def test_the_plugin_is_there_without_a_conftest(environment: Path, project: Path) -> None:
    told = ran(environment / "python", "-m", "pytest", "--fixtures", cwd=project)
    for fixture in ("kafka_bootstrap", "kafka_topic", "kafka_group", "kafka_control"):
        assert re.search(rf"^{fixture}( |$)", told, re.M)


def test_the_command_is_there_and_its_dependencies_agree(environment: Path) -> None:
    assert "wirekafka" in ran(environment / "wirekafka", "--version")
    ran(environment / "python", "-m", "pip", "check")
