"""Whether this broker speaks the consumer protocol of groups (KIP-848): operators can turn it off.

It does as long as the cluster has finalized group.version 1, which UpdateFeatures changes while the
broker runs, and `group.coordinator.rebalance.protocols` names it. ApiVersions lists its APIs all
the same: clients look at the finalized level.

Source: Kafka's `KafkaApis.isConsumerGroupProtocolEnabled`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.features import GROUP_VERSION

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_PROTOCOL = "consumer"
_FIRST_LEVEL = 1


def require_consumer_protocol(broker: Broker) -> None:
    """Raises ApiError, before anything else in a request is looked at. Without a text: Kafka gives
    none."""
    level = broker.image.features.get(GROUP_VERSION, 0)
    if level < _FIRST_LEVEL or _PROTOCOL not in broker.config.group_coordinator_rebalance_protocols:
        raise ApiError(ErrorCode.UNSUPPORTED_VERSION)
