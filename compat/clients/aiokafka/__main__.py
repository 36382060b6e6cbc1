"""aiokafka's scenarios: see README.md."""

from __future__ import annotations

from ..python.runner import main
from . import admin, consume, groups, produce, refusals, restarts, transactions

main("aiokafka", [produce, consume, groups, transactions, admin, refusals, restarts])
