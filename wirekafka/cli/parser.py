"""An argument parser whose complaint about an unknown option names the nearest one."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """argparse's, in one thing more helpful; its subcommands' parsers are of this kind, too."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._words: list[str] = []

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse's; what was typed is kept for the complaint."""
        self._words = list(args or ())
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Exit code 2. What is misspelt is named first: an option that is said to be missing may be
        just that."""
        hints = [hint for word in self._words if (hint := self._hint(word.partition("=")[0]))]
        super().error("; ".join([*hints, message]) if hints else message)

    def _hint(self, word: str) -> str:
        known = self._options()
        if not word.startswith("-") or word in known or word[1:2].isdigit():
            return ""
        # Some write -topic, some --bootstrap_server.
        wanted = f"--{word.lstrip('-').replace('_', '-')}"
        near = difflib.get_close_matches(wanted, known, n=1)
        return f"there is no {word}, did you mean {near[0]}?" if near else ""

    def _options(self) -> Sequence[str]:
        found = list(self._option_string_actions)
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                for parser in action.choices.values():
                    found += parser._option_string_actions
        return found
