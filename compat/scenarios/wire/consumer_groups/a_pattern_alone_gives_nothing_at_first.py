"""Who joins with a pattern alone gets epoch 1 and nothing: patterns are resolved after the
answer."""

from compat.wire import Wire
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    known_topic(broker, near=group)
    body = enter(group, "m", subscribed_topic_regex=broker.name("t"))
    broker.ask("ConsumerGroupHeartbeat", 1, **{**body, "subscribed_topic_names": None})
