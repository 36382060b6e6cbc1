"""Transactional ids, listed and forgotten.

An open transaction is aborted before its id is forgotten: its markers are written, so that readers
of the partitions that stay go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from wirekafka.coordinator.machine import RequestInfo
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.instrument.own_requests import CLIENT_ID
from wirekafka.internal_topics import TRANSACTION_TOPIC, coordinator_partition

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_ROUNDS = 20
"""Abort, the markers are written, forget. With one replica that takes one or two."""


def transactional_ids(broker: Broker, is_meant: Callable[[str], bool]) -> list[str]:
    """Those whose name `is_meant`, in order."""
    found = broker.transactions.each(_names, None)
    return sorted(name for names in found for name in names if is_meant(name))


async def forget_transactional_ids(broker: Broker, names: Sequence[str]) -> None:
    """Abort what is open, and drop the ids. What another request is just changing stays."""
    info = RequestInfo(0, CLIENT_ID, "")
    method = TransactionCoordinatorShard.forget
    for name in names:
        number = coordinator_partition(broker, TRANSACTION_TOPIC, name)
        for _ in range(_ROUNDS):
            answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            broker.transactions.request(number, method, info, name, answered.set_result)
            if await answered is True:
                break
            await asyncio.sleep(0)  # the markers are written meanwhile


def _names(
    shard: TransactionCoordinatorShard, ticket: int, info: RequestInfo, request: None, now_ms: int
) -> list[str]:
    return list(shard.transactions)
