"""Puts quotas into force: tells those who count what the metadata and the configs say now.

Until the first limit is set nobody counts: `Dispatcher.quotas` and `Server.gate` are None. From
then on, until the next start, everything is counted, as in Kafka, so that what a client has used
already counts when its limit is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.config.views import BrokerConfig
from wirekafka.metadata.image import ImageDelta, MetadataImage
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.network.gate import Gate
from wirekafka.quotas.broker_quotas import BrokerQuotas, Windows
from wirekafka.quotas.connection_rates import ConnectionRates

if TYPE_CHECKING:
    from wirekafka.broker import Broker


class Throttling:
    """The quotas of one broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        config = broker.config
        windows = Windows(config.quota_window_num, config.quota_window_size_seconds)
        self._quotas = BrokerQuotas(
            windows,
            Windows(
                config.controller_quota_window_num, config.controller_quota_window_size_seconds
            ),
        )
        self._rates = ConnectionRates(windows)
        self._configure(config)

    def start(self, image: MetadataImage) -> None:
        """What was set before this start."""
        self._follow_quotas(image)

    def follow(self, image: MetadataImage, delta: ImageDelta) -> None:
        """What changed; a listener of the metadata, behind the one that renews broker.config."""
        if any(kind is ConfigResourceType.BROKER for kind, _ in delta.configs):
            self._configure(self._broker.config)
            self._put_in_force()
        if delta.quotas_changed:
            self._follow_quotas(image)

    def _follow_quotas(self, image: MetadataImage) -> None:
        self._quotas.follow(image.client_quotas)
        self._rates.follow(image.client_quotas)
        self._put_in_force()

    def _configure(self, config: BrokerConfig) -> None:
        has_others = len(config.listeners) > 1
        self._rates.configure(
            config.listeners_max_connection_creation_rate,
            broker=config.max_connection_creation_rate,
            protected=config.inter_broker_listener_name if has_others else None,
        )

    def _put_in_force(self) -> None:
        broker = self._broker
        if self._quotas.enabled:
            broker.dispatcher.quotas = self._quotas
        if self._rates.enabled and broker.server.gate is None:
            broker.server.gate = Gate(self._rates, broker.clock)
