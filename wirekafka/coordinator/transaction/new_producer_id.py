"""A producer id that nobody has, from the block of ids that the broker has at hand.

Source: Kafka's `RPCProducerIdManager` as the transaction coordinator uses it.
"""

from __future__ import annotations

from collections.abc import Callable

from wirekafka_protocol.errors import ApiError, ErrorCode

NextProducerId = Callable[[], int | None]
"""Gives a producer id that nobody has; None when none is at hand."""


def new_producer_id(next_producer_id: NextProducerId) -> int:
    """Raises ApiError when there is none."""
    producer_id = next_producer_id()
    if producer_id is None:
        # Kafka's answer while it waits for the next block of ids: the client asks again.
        raise ApiError(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, "no producer id is at hand")
    return producer_id
