"""What kind of broker a test wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wanted:
    """`configs` by Kafka's names. `is_durable`: what is in `data_dir` must survive the machine."""

    data_dir: str
    is_durable: bool = False
    port: int = 0
    control_port: int = 0
    configs: Mapping[str, str] = field(default_factory=dict)
    spare_namespace: bool = False
    """Have one namespace ready at once: the first test need not wait for the control port."""
