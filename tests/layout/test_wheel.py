"""What `pip install wirekafka` puts on a machine: three import packages and their metadata."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

PACKAGES = {
    "wirekafka": "wirekafka",
    "wirekafka_protocol": "protocol/wirekafka_protocol",
    "wirekafka_storage": "storage/wirekafka_storage",
}


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory) -> Path:
    """The wheel, built by the back end itself: without a front end nothing is fetched."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    built = subprocess.run(
        command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert built.returncode == 0, built.stderr
    (path,) = directory.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel) -> list[str]:
    """Every file in the wheel."""
    return zipfile.ZipFile(wheel).namelist()


def test_wheel_is_pure_python(wheel):
    assert wheel.name.endswith("-py3-none-any.whl")


def test_wheel_holds_exactly_the_three_import_packages(names):
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)


def test_wheel_holds_every_module_and_no_tests(names, root):
    expected = {
        f"{package}/{path.relative_to(root / folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in (root / folder).rglob("*.py")
    }
    assert {name for name in names if name.endswith(".py")} == expected


def test_wheel_holds_what_the_page_is_made_of(names, root):
    folder = root / "wirekafka" / "control" / "page"
    expected = {
        path.relative_to(root).as_posix()
        for kind in ("templates", "static")
        for path in (folder / kind).iterdir()
    }
    assert len(expected) > 10
    assert expected <= set(names)


def test_wheel_tells_type_checkers_that_it_is_typed(names):
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)


def test_wheel_holds_what_the_modules_read(names, root):
    """Templates, scripts, styles: everything in the packages that is not made when they run."""
    expected = {
        f"{package}/{path.relative_to(root / folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in (root / folder).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    assert expected <= set(names)


def test_wheel_registers_the_pytest_plugin(wheel, names):
    (entry_points,) = (name for name in names if name.endswith(".dist-info/entry_points.txt"))
    told = zipfile.ZipFile(wheel).read(entry_points).decode()
    assert "[pytest11]\nwirekafka = wirekafka.testing.plugin" in told


def test_wheel_carries_licence_and_command(wheel, names):
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    (entry_points,) = (name for name in names if name.endswith(".dist-info/entry_points.txt"))
    assert (
        "wirekafka = wirekafka.cli.main:main" in zipfile.ZipFile(wheel).read(entry_points).decode()
    )


def test_every_dependency_has_its_reason_beside_it(root):
    text = (root / "pyproject.toml").read_text()
    manifest = tomllib.loads(text)
    required = [*manifest["project"]["dependencies"], *manifest["dependency-groups"]["dev"]]
    lines = {requirement: line_with(text, f'"{requirement}"') for requirement in required}
    unexplained = [name for name, line in lines.items() if "#" not in line and not is_tool(name)]
    assert unexplained == []


def line_with(text: str, part: str) -> str:
    """The list entry itself, not a mention in a list on one line."""
    return next(line for line in text.splitlines() if line.strip().startswith(part))


def is_tool(requirement: str) -> bool:
    """The three that need no reason: everyone knows what they are for."""
    return requirement.startswith(("pytest>", "ruff>", "mypy>"))
