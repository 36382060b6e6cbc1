"""The cluster features that are served: what ApiVersions lists and a new cluster finalizes.

A feature is listed from the day that everything it promises is served: a Java client that sees
transaction.version 2 uses it at once.
"""

from __future__ import annotations

from typing import NamedTuple


class Feature(NamedTuple):
    """A feature with its lowest and highest supported level, and the level of a new cluster."""

    name: str
    lowest: int
    highest: int
    level: int


GROUP_VERSION = "group.version"
"""1: the consumer protocol of groups (KIP-848)."""

FEATURES = (
    Feature(GROUP_VERSION, 0, 1, 1),
    Feature("metadata.version", 7, 30, 30),
    Feature("transaction.version", 0, 2, 2),
)

FRESH_LEVELS = {feature.name: feature.level for feature in FEATURES if feature.level > 0}
"""What a new cluster finalizes."""
