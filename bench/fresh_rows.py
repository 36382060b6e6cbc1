"""The rows that start a broker of their own, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import fresh, instrument
from .crowd import crowd
from .figures import Scale
from .groups import groups_load, heartbeats
from .load import Figures
from .target import Target

FRESH: dict[str, Callable[[Target, Scale, Path], Figures]] = {
    "start": fresh.start,
    "memory": fresh.memory,
    "crowd": crowd,
    "heartbeats": heartbeats,
    "groups_load": groups_load,
    "partitions": fresh.partitions,
    "compaction": fresh.compaction,
    "segments": fresh.segments,
    "restart": fresh.restart,
    "first_test": instrument.first_test,
    "reset": instrument.reset,
    "fork": instrument.fork,
    "namespaces": instrument.namespaces,
    "recorder": instrument.recorder,
}
