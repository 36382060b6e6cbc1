"""kafka-python's scenarios: see README.md."""

from __future__ import annotations

from ..python.runner import main
from . import admin, configs, consume, groupadmin, groups, produce, refusals, restarts, transactions

main(
    "kafka-python",
    [produce, consume, groups, transactions, admin, groupadmin, configs, refusals, restarts],
)
