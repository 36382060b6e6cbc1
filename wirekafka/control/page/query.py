"""What a page's address asks for, read leniently: a page with a damaged address is still a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

Choice = TypeVar("Choice", bound=str)

Query = Mapping[str, str]
Params = Mapping[str, str]

LARGEST = (1 << 63) - 1
"""Offsets are of 64 bits."""


def number(query: Query, name: str) -> int | None:
    """None when it is missing or no number of 64 bits from 0 on."""
    text = query.get(name, "")
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST)):
        return None
    return min(int(text), LARGEST)


def choice(query: Query, name: str, choices: Sequence[Choice]) -> Choice:
    """The first one when it is missing or none of them."""
    found = query.get(name)
    return next((one for one in choices if one == found), choices[0])
