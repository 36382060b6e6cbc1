"""The clients' run scripts, as far as they go without a broker: what each says when its tool chain
is missing, and, where its packages are there already, that it lists and prints what it should.

Nothing is fetched: package managers are told that there is no network.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from compat.client_part import MISSING, clients
from compat.expectations import FOLDER

CACHE = Path(
    os.environ.get("WIREKAFKA_COMPAT_CACHE")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wirekafka-compat"
)
BASIC_TOOLS = (
    "sh", "env", "basename", "cat", "cksum", "cp", "dirname", "grep", "ls", "mkdir", "mktemp",
    "mv", "rm", "sed", "tr",
)  # fmt: skip
SOURCES = shutil.ignore_patterns("src", "cmd", "harness", "*.py", "*.js", "__pycache__")
LACKS = {
    "aiokafka": "Python",
    "confluent_kafka": "Python",
    "kafka_python": "Python",
    "go": "go",
    "java": "javac",
    "node": "node",
}
LIMIT_S = 60  # each takes a second or two; the machine may be busy


@pytest.fixture
def bare_path(tmp_path) -> Path:
    """A PATH with what every system has, and no tool chain."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in BASIC_TOOLS:
        found = shutil.which(tool)
        assert found is not None, tool
        (folder / tool).symlink_to(found)
    return folder


@pytest.fixture
def bare_clone(tmp_path) -> Path:
    """The clients' folder in a clone without a virtual environment."""
    folder = tmp_path / "clone" / "compat" / "clients"
    shutil.copytree(FOLDER, folder, ignore=SOURCES)
    return folder


def call(script: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *arguments], env=environment, capture_output=True, text=True, timeout=LIMIT_S
    )


@pytest.mark.parametrize("client", clients())
@pytest.mark.parametrize("arguments", [["127.0.0.1:1"], ["--install"]])
def test_a_missing_tool_chain_is_named(client, arguments, bare_path, bare_clone, tmp_path):
    environment = {"PATH": str(bare_path), "HOME": str(tmp_path)}
    if client == "java":  # whose script looks for the jars with Python
        environment["WIREKAFKA_PYTHON"] = sys.executable
    done = call(bare_clone / client / "run", *arguments, **environment)
    assert (done.returncode, done.stdout) == (MISSING, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"{LACKS[client]} is missing: install ")


def offline() -> dict[str, str]:
    """An environment in which a package manager finds what it has and fetches nothing."""
    return {
        **os.environ,
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "MAVEN_ARGS": "--offline",
        "npm_config_offline": "true",
        "npm_config_cache": os.devnull,
        "PIP_NO_INDEX": "1",
    }


def needs(client: str) -> dict[str, str]:
    """The environment to run a client in; skips when its tools or packages are not there."""
    tools, packages = {
        "go": (("go",), "go/franz"),
        "java": (("java", "javac"), "kafka-*/kafka-clients-*.jar"),
        "node": (("node", "npm"), "node/*-abi*/node_modules"),
    }[client]
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    if not any(CACHE.glob(packages)):
        pytest.skip(f"never installed here: compat/clients/{client}/run --install")
    environment = offline()
    done = call(FOLDER / client / "run", "--install", **environment)
    if done.returncode == MISSING:
        pytest.skip(f"not installed in this version: compat/clients/{client}/run --install")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return environment


@pytest.fixture
def closed_port() -> str:
    """An address at which nothing listens, as long as the test runs."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{holder.getsockname()[1]}"


# Scenarios whose client gives up soon when nobody listens.
SOON = {
    "go": ("franz_produce_uncompressed", "sarama_produce_uncompressed"),
    "java": ("tool_broker_api_versions",),
    "node": ("kafkajs_produce_uncompressed",),
}


@pytest.mark.parametrize("client", SOON)
def test_a_client_lists_its_scenarios_and_says_how_one_failed(client, closed_port):
    environment = needs(client)
    script = FOLDER / client / "run"
    listed = call(script, "--list", **environment)
    assert listed.returncode == 0, listed.stderr
    names = dict(line.split("\t") for line in listed.stdout.splitlines())
    assert len(names) >= 25
    assert all(names.values())

    only = [word for name in SOON[client] for word in ("--only", name)]
    done = call(script, closed_port, *only, **environment)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["scenario"] for row in rows] == list(SOON[client])
    for row in rows:
        assert row["expectation"] == names[row["scenario"]]
        assert row["result"] == "fail"
        assert 0 <= row["seconds"] < LIMIT_S
        assert row["client"]
        assert row["detail"]
