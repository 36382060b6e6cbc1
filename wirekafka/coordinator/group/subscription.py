"""Which topics the members of a consumer group are subscribed to.

The metadata of the protocol type "consumer" begins, in all its versions, like version 0: an int16
version, then the topics. Reading it as version 0 keeps us independent of future versions.

Source: Kafka's `ConsumerProtocol` and `ClassicGroup.computeSubscribedTopics`.
"""

from __future__ import annotations

from collections.abc import Iterable

from wirekafka_protocol.codec import decoder
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.consumer_protocol import ConsumerProtocolSubscription

_VERSION_BYTES = 2


def subscribed_topics(metadata: Iterable[bytes]) -> frozenset[str] | None:
    """The topics of all members together; None if the metadata of one of them is unreadable."""
    decode = decoder(ConsumerProtocolSubscription, 0)
    topics: set[str] = set()
    for data in metadata:
        if len(data) < _VERSION_BYTES:
            return None
        try:
            subscription, _ = decode(data, _VERSION_BYTES, len(data))
        except ProtocolError:
            return None
        topics.update(subscription.topics)
    return frozenset(topics)
