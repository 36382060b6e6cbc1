"""The Dockerfile, as far as it can be judged without an engine."""

from __future__ import annotations

import fnmatch
import json
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).parents[2]
Instruction = dict[str, Any]


@pytest.fixture(scope="module")
def instructions() -> list[Instruction]:
    """As (instruction, value) in their order."""
    found: list[Instruction] = DockerfileParser(path=str(ROOT)).structure
    return [line for line in found if line["instruction"] != "COMMENT"]


@pytest.fixture(scope="module")
def last_stage(instructions: list[Instruction]) -> list[Instruction]:
    begins = [n for n, line in enumerate(instructions) if line["instruction"] == "FROM"]
    assert len(begins) == 2, "one stage builds, one is the image"
    return instructions[begins[-1] :]


def values(lines: list[Instruction], name: str) -> list[str]:
    return [line["value"] for line in lines if line["instruction"] == name]


def test_the_linter_has_nothing_to_say() -> None:
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    if not hadolint.exists() and shutil.which("hadolint") is None:
        pytest.skip("hadolint has no wheel for this system")
    command = [hadolint if hadolint.exists() else "hadolint", "--no-color", ROOT / "Dockerfile"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


def test_the_image_runs_as_a_user_that_a_platform_can_check(last_stage: Any) -> None:
    """By number: Kubernetes' runAsNonRoot cannot look up names."""
    (user,) = values(last_stage, "USER")
    assert int(user) > 0
    after = last_stage[[line["instruction"] for line in last_stage].index("USER") :]
    assert values(after, "COPY") + values(after, "RUN") == []


def test_the_image_says_how_it_is_healthy_and_begins(last_stage: Any) -> None:
    (health,) = values(last_stage, "HEALTHCHECK")
    assert json.loads(health[health.index("[") :]) == ["wirekafka", "ready"]
    (entry,), (command,) = values(last_stage, "ENTRYPOINT"), values(last_stage, "CMD")
    assert json.loads(entry) == ["wirekafka-entrypoint"]
    assert json.loads(command) == ["serve"]
    assert values(last_stage, "EXPOSE") == ["9092 9094"]
    assert values(last_stage, "VOLUME") == ['["/var/lib/kafka/data"]']


def test_what_the_first_stage_copies_is_there_and_not_ignored(instructions: Any) -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    sent = {line.removeprefix("!") for line in lines if line.startswith("!")}
    for value in values(instructions, "COPY"):
        if not value.startswith("--from="):
            *sources, _ = value.split()
            for source in sources:
                assert (ROOT / source).exists(), source
                assert source in sent, source


def test_what_is_installed_is_copied_whole(last_stage: Any, image: Any) -> None:
    """Every file that container/install makes is below a folder that the image takes over."""
    copied = {}
    for value in values(last_stage, "COPY"):
        words = [word for word in value.split() if not word.startswith("--")]
        copied[words[0].rstrip("/")] = words[1].rstrip("/")
    for path in image.root.rglob("*"):
        if path.is_dir() or path.name in ("python", "wirekafka"):
            continue
        inside = "/" + path.relative_to(image.root).as_posix()
        assert any(inside.startswith(f"{to}/") for to in copied.values()), inside
    for source, target in copied.items():
        if source.startswith("/image/"):
            assert source == f"/image{target}"
            assert (image.root / target.lstrip("/")).is_dir(), source


def test_nothing_but_sources_is_sent_to_the_engine() -> None:
    """No environment, no history, no data of a broker that ran here."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    kept = [line.removeprefix("!") for line in lines if line.startswith("!")]
    for hidden in (".git", ".venv", "wirekafka-data", "tests"):
        assert not any(fnmatch.fnmatch(hidden, pattern) for pattern in kept)
