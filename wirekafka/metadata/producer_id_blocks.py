"""Blocks of producer ids, which every broker takes for itself from a counter of the cluster.

Source: `ProducerIdControlManager`, `ProducerIdsBlock` of Kafka 4.3.
"""

from __future__ import annotations

import json

from wirekafka.metadata import keys
from wirekafka.metadata.engine import Ambiguous, Guard, MetadataEngine, Put, Unavailable
from wirekafka.metadata.model import encode_json

PRODUCER_ID_BLOCK_SIZE = 1000
"""Kafka's `ProducerIdsBlock.PRODUCER_ID_BLOCK_SIZE`; a restart wastes at most one block."""

MAX_ATTEMPTS = 100
"""Rounds of a compare-and-set loop; a hundred brokers may want a block at once."""


async def allocate_block(engine: MetadataEngine, broker_id: int) -> tuple[int, int]:
    """The first id and the size of a block that nobody else has or will get. Raises Unavailable."""
    key = keys.PRODUCER_ID_BLOCK
    for _ in range(MAX_ATTEMPTS):
        item = (await engine.snapshot(key)).items.get(key)
        first: int = json.loads(item.value)["next_producer_id"] if item else 0
        guard = Guard.mod_rev(key, item.mod_rev) if item else Guard.absent(key)
        block = {"next_producer_id": first + PRODUCER_ID_BLOCK_SIZE, "broker_id": broker_id}
        try:
            if (await engine.txn([guard], [Put(key, encode_json(block))])).ok:
                return first, PRODUCER_ID_BLOCK_SIZE
        except Ambiguous:
            continue  # whoever wrote the block, another one is surely free
    raise Unavailable(f"no block of producer ids after {MAX_ATTEMPTS} attempts")
