"""Puts limits on clients into force: tells those who count what the metadata and the configs say.

Until the first quota of users or client ids is set nobody counts what they use: `Dispatcher.quotas`
is None. From then on, until the next start, everything is counted, as in Kafka, so that what a
client has used already counts when its limit is changed. Connections are counted always.

A limit may be for a host name. It is in force once the name is looked up, which holds up nothing
but the start, and that not longer than `START_PATIENCE_S`.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from wirekafka.metadata.client_quotas import IP, ClientQuotaEntity
from wirekafka.metadata.image import ImageDelta, MetadataImage
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.network.connection_limits import Maxima
from wirekafka.quotas.addresses import KnownAddresses
from wirekafka.quotas.broker_quotas import BrokerQuotas, Windows
from wirekafka.quotas.connection_rates import ConnectionRates
from wirekafka.quotas.network_time import NetworkTime

if TYPE_CHECKING:
    from wirekafka.broker import Broker

START_PATIENCE_S = 1.0
"""How long the first clients wait so that limits for host names hold for them, too."""


class Throttling:
    """The quotas and connection limits of one broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._quotas, self._rates = _nothing_used(broker)
        self._addresses = KnownAddresses(self._limit_connections)

    async def start(self) -> None:
        """Put into force what was set before this start."""
        self._look_up()
        await self.settle(START_PATIENCE_S)
        self._limit_clients()
        self._limit_connections()

    def follow(self, image: MetadataImage, delta: ImageDelta) -> None:
        """What changed; a listener of the metadata, behind the one that renews broker.config."""
        is_reconfigured = any(kind is ConfigResourceType.BROKER for kind, _ in delta.configs)
        if delta.quotas_changed:
            self._limit_clients(delta.quotas_changed)
        if is_reconfigured or any(IP in dict(entity) for entity in delta.quotas_changed):
            self._look_up()
            self._limit_connections()

    def forget(self) -> None:
        """Count anew, as from the start on: nobody has used anything."""
        self._broker.dispatcher.quotas = None
        self._broker.server.count_time(None)
        self._broker.server.gate.rates = None
        self._quotas, self._rates = _nothing_used(self._broker)
        self._limit_clients()
        self._limit_connections()

    async def settle(self, seconds: float) -> None:
        """Wait until limits for host names are in force, but not longer than this."""
        await self._addresses.settle(seconds)

    def close(self) -> None:
        """Follow no more."""
        self._addresses.close()

    def _look_up(self) -> None:
        limited = (dict(entity).get(IP) for entity in self._broker.image.client_quotas)
        hosts = self._broker.config.max_connections_per_ip_overrides
        self._addresses.follow({*(name for name in limited if name), *hosts})

    def _limit_clients(self, changed: Collection[ClientQuotaEntity] | None = None) -> None:
        self._quotas.follow(self._broker.image.client_quotas, changed)
        if self._quotas.enabled:
            self._broker.dispatcher.quotas = self._quotas
        if self._quotas.counts_time and self._broker.server.new_network_time is None:
            self._broker.server.count_time(partial(NetworkTime, self._quotas, self._broker.clock))

    def _limit_connections(self) -> None:
        broker, config, addresses = self._broker, self._broker.config, self._addresses
        protected = config.inter_broker_listener_name if len(config.listeners) > 1 else None
        limits = config.max_connections_per_ip_overrides.items()
        broker.server.limit_connections(
            Maxima(
                config.max_connections,
                config.listeners_max_connections,
                config.max_connections_per_ip,
                {at: limit for host, limit in limits if (at := addresses.of(host)) is not None},
                protected,
            )
        )
        self._rates.configure(
            config.listeners_max_connection_creation_rate,
            broker=config.max_connection_creation_rate,
            protected=protected,
        )
        self._rates.follow(broker.image.client_quotas, addresses.of)
        broker.server.gate.rates = self._rates


def _nothing_used(broker: Broker) -> tuple[BrokerQuotas, ConnectionRates]:
    config = broker.config
    windows = Windows(config.quota_window_num, config.quota_window_size_seconds)
    of_controller = Windows(
        config.controller_quota_window_num, config.controller_quota_window_size_seconds
    )
    return BrokerQuotas(windows, of_controller), ConnectionRates(windows)
