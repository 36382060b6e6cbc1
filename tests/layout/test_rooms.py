"""Every room is under an import contract: a new folder cannot escape the rules by being new."""

from __future__ import annotations

import tomllib

# Rooms without rules of their own: what is built to be on top of everything.
FREE = {"wirekafka.testing", "wirekafka.control"}


def test_every_room_is_named_in_an_import_contract(root):
    manifest = tomllib.loads((root / "pyproject.toml").read_text())
    named: set[str] = set()
    for contract in manifest["tool"]["importlinter"]["contracts"]:
        for key in ("source_modules", "protected_modules", "layers"):
            named.update(contract.get(key, ()))
    rooms = {f"wirekafka.{path.parent.name}" for path in (root / "wirekafka").glob("*/__init__.py")}
    assert rooms - named - FREE == set()
