"""docs/examples: each file is what its reader expects, and says things that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from wirekafka.cli.main import COMMANDS
from wirekafka.config.parse import load

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

SCHEMAS = {
    "docker-compose.yaml": ["--builtin-schema", "vendor.compose-spec"],
    "github-actions.yaml": ["--builtin-schema", "vendor.github-workflows"],
    "gitlab-ci.yml": ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
}
OURS = ("KAFKA_", "WIREKAFKA_", "CLUSTER_ID")


def check(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", *words],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_every_example_is_looked_at() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {*SCHEMAS, "kubernetes.yaml"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_an_example_is_what_its_schema_says(name: str) -> None:
    done = check("check_jsonschema", *SCHEMAS[name], EXAMPLES / name)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_find_mistakes(name: str, tmp_path: Path) -> None:
    spoilt = tmp_path / name
    text = (EXAMPLES / name).read_text()
    spoilt.write_text(re.sub(r"(?m)^(\s+)(image|services):.*", r"\1\2: 7", text, count=1))
    assert check("check_jsonschema", *SCHEMAS[name], spoilt).returncode == 1


def test_the_manifest_is_valid() -> None:
    done = check("kubernetes_validate", "--strict", EXAMPLES / "kubernetes.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_spoilt_manifest_is_not(tmp_path: Path) -> None:
    spoilt = tmp_path / "kubernetes.yaml"
    spoilt.write_text((EXAMPLES / "kubernetes.yaml").read_text().replace("replicas:", "replica:"))
    done = check("kubernetes_validate", "--strict", spoilt)
    assert done.returncode != 0


def environments() -> Iterator[tuple[str, dict[str, str]]]:
    """Every set of variables that an example gives to our image."""
    compose = yaml.safe_load((EXAMPLES / "docker-compose.yaml").read_text())
    yield "compose", compose["services"]["kafka"]["environment"]
    workflow = yaml.safe_load((EXAMPLES / "github-actions.yaml").read_text())
    yield "github", workflow["jobs"]["service"]["services"]["kafka"]["env"]
    gitlab = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text())
    yield "gitlab", gitlab["service"]["services"][0]["variables"]
    yield "kubernetes", {row["name"]: row["value"] for row in container()["env"]}


def container() -> Any:
    _, broker = yaml.safe_load_all((EXAMPLES / "kubernetes.yaml").read_text())
    (found,) = broker["spec"]["template"]["spec"]["containers"]
    return found


@pytest.mark.parametrize(("name", "variables"), list(environments()))
def test_the_variables_of_an_example_are_understood(name: str, variables: dict[str, str]) -> None:
    assert all(variable.startswith(OURS) for variable in variables)
    settings = load(environ=variables)
    assert settings.warnings == ()
    assert settings.create_topics


def test_the_commands_of_an_example_exist() -> None:
    compose = yaml.safe_load((EXAMPLES / "docker-compose.yaml").read_text())
    assert compose["services"]["app"]["command"][0] in COMMANDS
    program, command = container()["readinessProbe"]["exec"]["command"]
    assert (program, command in COMMANDS) == ("wirekafka", True)


def github_steps() -> str:
    workflow = yaml.safe_load((EXAMPLES / "github-actions.yaml").read_text())
    steps = [step.get("run", "") for step in workflow["jobs"]["process"]["steps"]]
    return "\n".join(steps)


def gitlab_steps() -> str:
    jobs = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text())
    return "\n".join(jobs["process"]["script"])


@pytest.mark.parametrize("steps", [github_steps, gitlab_steps])
def test_the_steps_of_a_pipeline_lead_to_a_broker(private_image: Any, steps: Any) -> None:
    """With the tests of the reader replaced, and nothing to install."""
    text = steps()
    assert "pip install wirekafka" in text
    text = text.replace("pip install wirekafka", ":")
    text = text.replace("make test", "wirekafka topics --create --topic of-the-test")
    running = private_image.start("bash", "-e", "-c", f"cd /tmp\n{text}")
    running.says("Created topic of-the-test")
