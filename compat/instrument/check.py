"""A check: a function of `checks/` that plays a scene and fails when it goes another way.

    @check(configs={"message.max.bytes": "10000"})
    def a_batch_that_is_too_large_is_named(stage: Stage) -> None:
        '''What is expected, in one line.'''

It is run for each client, with a new broker each time. `needs` names what not every library has;
`once` is for a check that has its own clients and is run once for all, `python` for one that the
Python clients are asked, too.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from . import checks
from .stage import Stage


@dataclass(frozen=True, slots=True)
class Check:
    """See the module."""

    name: str
    subject: str
    expectation: str
    play: Callable[[Stage], None]
    configs: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    once: bool = False
    python: bool = False


def check(
    *,
    configs: Mapping[str, str] | None = None,
    needs: tuple[str, ...] = (),
    once: bool = False,
    python: bool = False,
) -> Callable[[Callable[[Stage], None]], Check]:
    """Make a check of a function."""

    def made(play: Callable[[Stage], None]) -> Check:
        subject = play.__module__.rpartition(".")[2]
        expectation = " ".join((play.__doc__ or "").split())
        name = play.__name__
        return Check(name, subject, expectation, play, configs or {}, needs, once, python)

    return made


def find_checks(patterns: list[str] | None = None) -> list[Check]:
    """All of them, or those in whose subject or name one of the patterns is."""
    found: list[Check] = []
    for module in pkgutil.iter_modules(checks.__path__):
        loaded = importlib.import_module(f"{checks.__name__}.{module.name}")
        found += [value for value in vars(loaded).values() if isinstance(value, Check)]
    if not patterns:
        return found
    return [one for one in found if any(p in f"{one.subject}.{one.name}" for p in patterns)]
