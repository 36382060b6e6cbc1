"""What a client of the control port is told when it cannot have what it asked for.

Every error is a JSON object `{"error": …, "field": …, "hint": …}`: what is wrong, the part of the
request that it is about (a field's path, a parameter of the path or the query), and what to do.
`field` and `hint` are null where there is nothing to say.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_PLACE = re.compile(r"^(?P<text>.*?)(?: - at `\$?\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_FIELD = re.compile(r"(?:missing required|unknown) field `(?P<name>[^`]*)`")


class ControlError(Exception):
    """Answered with `status`, 400 to 599, and the three texts of the module's docstring."""

    def __init__(
        self, status: int, error: str, *, field: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.field = field
        self.hint = hint


def bad_request(error: str, field: str, hint: str | None = None) -> ControlError:
    """400: `field` of the request has a value that cannot be."""
    return ControlError(400, error, field=field, hint=hint)


def unknown(kind: str, name: str, field: str, known: Iterable[str]) -> ControlError:
    """404: there is no `kind` of this name; the nearest of `known` is the hint."""
    return ControlError(404, f"unknown {kind} {name!r}", field=field, hint=nearest(name, known))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """ "did you mean …", or None when nothing is near."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {found[0]!r}?" if found else None


def of_validation(message: str, known: Iterable[str]) -> ControlError:
    """400 for what msgspec says of a body; `known` are the names of all fields of its type."""
    found = _PLACE.match(message)
    assert found is not None, "the pattern matches anything"
    text, path = found["text"], found["path"] or ""
    named = _FIELD.search(text)
    if named is None:
        return ControlError(400, text, field=path or None)
    field = f"{path}.{named['name']}" if path else named["name"]
    others = set(known) - {named["name"]}  # it may be a field of another place
    hint = nearest(named["name"], sorted(others)) if "unknown field" in text else None
    return ControlError(400, text, field=field, hint=hint)
