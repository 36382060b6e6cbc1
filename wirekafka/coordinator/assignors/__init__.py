"""Server-side assignors of consumer groups (KIP-848): pure functions from a group to who owns what.

Read spec.py first. An assignor is chosen by the members' vote; the first one is the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wirekafka.coordinator.assignors.range import RangeAssignor
from wirekafka.coordinator.assignors.spec import Assignor
from wirekafka.coordinator.assignors.uniform import UniformAssignor

ASSIGNORS: Mapping[str, Assignor] = MappingProxyType(
    {assignor.name: assignor for assignor in (UniformAssignor(), RangeAssignor())}
)
"""By name, in the order of the default of `group.consumer.assignors`."""
