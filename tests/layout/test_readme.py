"""Commands that the prose shows exist: a reader who copies a line gets what it says."""

from __future__ import annotations

import os
import re
import subprocess
from importlib.util import find_spec

import pytest

from wirekafka.cli.main import COMMANDS

VERBS = ("wirekafka", "test", "check", "bench", "fuzz", "simulate", "generate")


@pytest.mark.parametrize("verb", VERBS)
def test_verb_is_executable(root, verb):
    assert os.access(root / "bin" / verb, os.X_OK)


def test_shown_verbs_exist(root):
    missing = {
        f"{document}: bin/{verb}"
        for document in prose(root)
        for verb in re.findall(r"(?<![\w/])bin/([a-z]+)", (root / document).read_text())
        if not os.access(root / "bin" / verb, os.X_OK)
    }
    assert missing == set()


def test_shown_commands_exist(root):
    """`wirekafka topics …` at the start of a line of a code block names a command."""
    missing = {
        f"{document}: wirekafka {command}"
        for document in prose(root)
        for block in re.findall(r"^```.*?^```", (root / document).read_text(), re.M | re.S)
        for command in re.findall(r"^(?:\$ )?(?:bin/)?wirekafka ([a-z][a-z-]*)", block, re.M)
        if command not in COMMANDS
    }
    assert missing == set()


def test_every_command_has_its_module(root):
    assert {name for name, module in COMMANDS.items() if find_spec(module) is None} == set()


def test_links_inside_the_repository_lead_somewhere(root):
    broken = {
        f"{document}: {target}"
        for document in prose(root)
        for target in re.findall(r"\]\(([^)#:]+)[^):]*\)", (root / document).read_text())
        if not ((root / document).parent / target).exists()
    }
    assert broken == set()


def test_launchers_are_portable_shell(root):
    for path in sorted((root / "bin").iterdir()):
        if path.is_file() and path.read_text().startswith("#!/bin/sh"):
            done = subprocess.run(["sh", "-n", path], capture_output=True, text=True, timeout=10)
            assert done.returncode == 0, done.stderr


def prose(root) -> list[str]:
    """Every document that people read."""
    hidden = {".venv", ".git", "node_modules"}
    return [
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("*.md"))
        if not hidden & set(path.relative_to(root).parts)
    ]
