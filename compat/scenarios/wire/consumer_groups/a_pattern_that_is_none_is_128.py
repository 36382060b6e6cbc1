"""A subscription by a pattern that RE2 does not read is INVALID_REGULAR_EXPRESSION."""

from compat.wire import Wire
from compat.wire.coordinators import enter


def run(broker: Wire) -> None:
    group = broker.name("g")
    for pattern in ("[", "(?=x)", "*"):
        body = enter(group, "m", subscribed_topic_regex=pattern)
        broker.ask("ConsumerGroupHeartbeat", 1, **body)
