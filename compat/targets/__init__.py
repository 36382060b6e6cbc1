"""Brokers to run scenarios against, by what `--target` says."""

from __future__ import annotations

from .address import Address
from .docker import Docker, engine_answers
from .reference import Reference
from .target import Missing, Target, TargetError
from .wirekafka import Wirekafka

KINDS = ("wirekafka", "reference", "docker", "kafka (docker or reference)", "HOST:PORT")

__all__ = ["KINDS", "Missing", "Target", "TargetError", "make_target"]


def make_target(spec: str, settings: dict[str, str] | None = None) -> Target:
    """A target that is not started yet; `settings` are broker configs beside the usual ones.

    Raises ValueError for a spec that is none."""
    configs = {**COMMON, **(settings or {})}
    if spec == "wirekafka":
        return Wirekafka(configs)
    if spec == "kafka":
        spec = "docker" if engine_answers() else "reference"
    if spec == "reference":
        return Reference(configs)
    if spec == "docker":
        return Docker(configs)
    return Address(spec, configs=settings or {})


COMMON = {"group.initial.rebalance.delay.ms": "0"}
"""What every broker under test gets: without it each first join would wait for three seconds."""
