"""What a client of the control port is told when it cannot have what it asked for.

Every error is a JSON object `{"error": …, "field": …, "hint": …}`: what is wrong, the part of the
request that it is about (a field's path, a parameter of the path or the query), and what to do.
`field` and `hint` are null where there is nothing to say.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from itertools import islice

_PLACE = re.compile(r"^(?P<text>.*?)(?: - at `\$?\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_FIELD = re.compile(r"(?:missing required|unknown) field `(?P<name>[^`]*)`")

_LONGEST_MISTYPED = 249
"""The longest name of a topic; a comparison takes the square of the length."""

_MOST_COMPARED = 1_000
"""A few milliseconds."""

_LONGEST_TEXT = 2_000
"""Errors repeat what was asked for, which may be megabytes."""


class ControlError(Exception):
    """Answered with `status`, 400 to 599, and the three texts of the module's docstring."""

    def __init__(
        self, status: int, error: str, *, field: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = _sayable(error)
        self.field = None if field is None else _sayable(field)
        self.hint = None if hint is None else _sayable(hint)


def bad_request(error: str, field: str, hint: str | None = None) -> ControlError:
    """400: `field` of the request has a value that cannot be."""
    return ControlError(400, error, field=field, hint=hint)


def unknown(kind: str, name: str, field: str, known: Iterable[str]) -> ControlError:
    """404: there is no `kind` of this name; the nearest of `known` is the hint."""
    return ControlError(404, f"unknown {kind} {name!r}", field=field, hint=nearest(name, known))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """ "did you mean …", or None when nothing is near. Of very many the first are looked at."""
    if len(name) > _LONGEST_MISTYPED:
        return None
    found = difflib.get_close_matches(name, list(islice(known, _MOST_COMPARED)), n=1, cutoff=0.6)
    return f"did you mean {found[0]!r}?" if found else None


def of_validation(message: str, known: Iterable[str]) -> ControlError:
    """400 for what msgspec says of a body; `known` are the names of all fields of its type."""
    found = _PLACE.match(message)
    assert found is not None, "the pattern matches anything"
    text, path = found["text"], found["path"] or ""
    named = _FIELD.search(text)
    if named is None:
        return ControlError(400, text, field=path or "body")
    field = f"{path}.{named['name']}" if path else named["name"]
    others = set(known) - {named["name"]}  # it may be a field of another place
    hint = nearest(named["name"], sorted(others)) if "unknown field" in text else None
    return ControlError(400, text, field=field, hint=hint)


def _sayable(text: str) -> str:
    """Not too long, and without halves of surrogate pairs, which UTF-8 has no bytes for."""
    if len(text) > _LONGEST_TEXT:
        text = text[:_LONGEST_TEXT] + "…"
    return text.encode("utf-8", "backslashreplace").decode()
