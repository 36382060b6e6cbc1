"""librdkafka's scenarios, by confluent-kafka-python and by kcat: see README.md."""

from __future__ import annotations

from ..python.runner import main
from . import (
    admin,
    consume,
    groupadmin,
    groups,
    kcat,
    migration,
    nextgroups,
    produce,
    refusals,
    restarts,
    transactions,
)

main(
    "confluent-kafka",
    [
        produce,
        consume,
        groups,
        nextgroups,
        transactions,
        admin,
        groupadmin,
        refusals,
        migration,
        kcat,
        restarts,
    ],
)
