"""A conversation: what was asked, with which body, and what came back.

Everything in a step is normalized and can be written as JSON; two conversations are compared step
by step and field by field, and a difference is a path and two values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_API = re.compile(r"(?P<api>[A-Z]\w+) v(?P<version>\d+)\b")
ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Step:
    """One question and its answer. `ask` begins with the API and version, if it is one."""

    ask: str
    sent: Any
    answer: Any

    def json(self) -> dict[str, Any]:
        """The step as recordings hold it."""
        return {"ask": self.ask, "with": self.sent, "answer": self.answer}

    @staticmethod
    def from_json(value: dict[str, Any]) -> Step:
        """The step of a recording."""
        return Step(value["ask"], value["with"], value["answer"])

    def api(self) -> tuple[str, int] | None:
        """The API and version that the step is about."""
        match = _API.match(self.ask)
        return (match["api"], int(match["version"])) if match else None


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two conversations part: a step's number, the path in its answer, both values."""

    step: int
    ask: str
    path: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        expected, got = short(self.expected), short(self.got)
        return f"{self.ask} {self.path}: expected {expected}, got {got}"


def compare(expected: list[Step], got: list[Step], *, texts: bool = False) -> list[Difference]:
    """All differences. Error messages need only be both there or both not, unless `texts`."""
    found = []
    for number in range(max(len(expected), len(got))):
        if number >= len(expected):
            found.append(Difference(number, got[number].ask, "", ABSENT, got[number].answer))
        elif number >= len(got):
            step = expected[number]
            found.append(Difference(number, step.ask, "", step.answer, ABSENT))
        else:
            found += _compare_step(number, expected[number], got[number], texts=texts)
    return found


def _compare_step(number: int, expected: Step, got: Step, *, texts: bool) -> list[Difference]:
    if expected.ask != got.ask:
        return [Difference(number, expected.ask, "", expected.ask, got.ask)]
    return [
        Difference(number, expected.ask, path, one, other)
        for path, one, other in _walk(expected.answer, got.answer, "", texts=texts)
    ]


def _walk(expected: Any, got: Any, path: str, *, texts: bool) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in [*expected, *(key for key in got if key not in expected)]:
            inner = f"{path}.{key}" if path else key
            if key not in got or key not in expected:
                yield inner, expected.get(key, ABSENT), got.get(key, ABSENT)
            elif texts or not (_is_text(key) and expected[key] and got[key]):
                yield from _walk(expected[key], got[key], inner, texts=texts)
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from _walk(one, other, f"{path}[{index}]", texts=texts)
    elif type(expected) is not type(got) or expected != got:
        yield path, expected, got


def _is_text(key: str) -> bool:
    """Kafka's wording is nobody's contract."""
    return key.endswith("error_message")


def short(value: Any, limit: int = 160) -> str:
    """A value in at most `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
