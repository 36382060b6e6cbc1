"""Scenario files: finding them, and what each says about itself.

A scenario is identified by AREA/NAME, the folder that it is in and its file name; the suite's own
tests see to it that names are unique over all areas. Its constants are read from the syntax tree,
so that listing scenarios runs none of them.
"""

from __future__ import annotations

import ast
import fnmatch
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .wire import Wire

FOLDER = Path(__file__).resolve().parent / "scenarios" / "wire"
_CONSTANTS = {"FEATURE": str, "DIFFERS": str, "OWN_BROKER": bool, "ALONE": bool, "SETTINGS": dict}


class ScenarioError(Exception):
    """A scenario file is not as scenarios/README.md says."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file. `feature` and `differs` are empty when the constants are not there."""

    area: str
    name: str
    path: Path
    expectation: str
    feature: str = ""
    differs: str = ""
    own_broker: bool = False
    alone: bool = False
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """AREA/NAME."""
        return f"{self.area}/{self.name}"

    def load(self) -> Callable[[Wire], None]:
        """The function `run` of the file."""
        module_name = f"compat_scenario_{self.area}_{self.name}"
        spec = importlib.util.spec_from_file_location(module_name, self.path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        function: Callable[[Wire], None] = module.run
        return function


def find_scenarios(folder: Path = FOLDER, only: Sequence[str] = ()) -> list[Scenario]:
    """The scenarios in order of area and name; `only` are names, parts of names, AREA/NAME, or
    shell patterns. Raises ScenarioError for a file that is none."""
    chosen = [
        path
        for path in sorted(folder.glob("*/*.py"))
        if not path.name.startswith("_") and (not only or any(_is(path, one) for one in only))
    ]
    return [_read(path) for path in chosen]


def _is(path: Path, wanted: str) -> bool:
    full = f"{path.parent.name}/{path.stem}"
    return wanted in full or fnmatch.fnmatch(full, wanted) or fnmatch.fnmatch(path.stem, wanted)


def _read(path: Path) -> Scenario:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    where = f"{path.parent.name}/{path.name}"
    docstring = ast.get_docstring(tree)
    if not docstring:
        raise ScenarioError(f"{where}: the first line must state the expectation")
    if not any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body):
        raise ScenarioError(f"{where}: there is no function run(broker)")
    found: dict[str, object] = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name = node.targets[0].id
        if name in _CONSTANTS:
            try:
                value = ast.literal_eval(node.value)
            except ValueError:
                raise ScenarioError(f"{where}: {name} must be a literal") from None
            if not isinstance(value, _CONSTANTS[name]):
                raise ScenarioError(f"{where}: {name} must be a {_CONSTANTS[name].__name__}")
            found[name] = value
    settings = found.get("SETTINGS", {})
    assert isinstance(settings, dict)
    return Scenario(
        area=path.parent.name,
        name=path.stem,
        path=path,
        expectation=" ".join(docstring.split("\n\n")[0].split()),
        feature=str(found.get("FEATURE", "")),
        differs=str(found.get("DIFFERS", "")),
        own_broker=bool(found.get("OWN_BROKER")) or bool(settings),
        alone=bool(found.get("ALONE")),
        settings={str(key): str(value) for key, value in settings.items()},
    )
