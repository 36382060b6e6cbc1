"""The code of docs/testing.md, run as it stands there.

The blocks of a section are one module: what a block defines, those behind it may use. A module with
tests is given to pytest, with the plugin and nothing else; a script is run.
"""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "testing.md").read_text()
PLUGIN = (
    "wirekafka" if entry_points(group="pytest11", name="wirekafka") else "wirekafka.testing.plugin"
)
OPTIONS = ("-p", PLUGIN, "-p", "no:cacheprovider", "-q")


def blocks(section: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", section, re.M | re.S)


def is_script(block: str) -> bool:
    """What does something when it is run, and is no module of tests."""
    return re.search(r"^(with |asyncio\.run)", block, re.M) is not None


SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S))
MODULES = {
    title: [block for block in blocks(section) if not is_script(block)]
    for title, section in SECTIONS.items()
}
SCRIPTS = [block for section in SECTIONS.values() for block in blocks(section) if is_script(block)]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST")]:
        monkeypatch.delenv(name)
    return pytester


@pytest.mark.parametrize("title", [title for title, code in MODULES.items() if code])
def test_the_tests_of_a_section_pass(project: pytest.Pytester, title: str) -> None:
    code = "\n\n".join(MODULES[title])
    (project.path / "test_section.py").write_text(code)
    result = project.run(sys.executable, "-P", "-m", "pytest", *OPTIONS)
    outcomes = result.parseoutcomes()
    assert set(outcomes) - {"warnings", "warning"} == {"passed"}
    assert outcomes["passed"] >= len(re.findall(r"^ *def test_", code, re.M))


@pytest.mark.parametrize("number", range(len(SCRIPTS)))
def test_a_script_does_what_it_says(project: pytest.Pytester, number: int) -> None:
    (project.path / "script.py").write_text(SCRIPTS[number])
    result = project.run(sys.executable, "-P", "script.py")
    assert result.ret == 0


def test_no_code_is_left_out() -> None:
    """Every block of the document is Python, in one of its sections."""
    fences = re.findall(r"^```(\w*)$", TEXT, re.M)
    opened = [language for language in fences if language]
    assert opened == ["python"] * (sum(map(len, MODULES.values())) + len(SCRIPTS))
