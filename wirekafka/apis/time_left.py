"""How long a client waits for the controller, as far as it matters to a controller at hand."""

from __future__ import annotations

from wirekafka_protocol.errors import ApiError, ErrorCode


def check_time_left(timeout_ms: int) -> None:
    """Raises ApiError(REQUEST_TIMED_OUT) for a request that leaves no time; nothing is done then.

    Kafka's controller looks at the deadline when a request's turn comes (`QuorumController`).
    """
    if timeout_ms <= 0:
        raise ApiError(ErrorCode.REQUEST_TIMED_OUT)
