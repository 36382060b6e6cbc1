"""GET /metrics: the broker's figures as Prometheus reads them.

Nothing is recorded for this: all of it is what the broker knows anyway, looked up at each scrape.
Lag and offsets are per partition, so a scrape takes as long as there are partitions; it is made in
turns, and clients are served in between.

Lag leaves out partitions without a committed offset.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

import wirekafka
from wirekafka.apis.table import BY_KEY
from wirekafka.control.routes import Content, Params, Route
from wirekafka.instrument.group_views import view_groups
from wirekafka.instrument.turns import Turns

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_PRODUCE = 0
"""What connections served and was not decoded went the short way of Produce."""


async def metrics(broker: Broker, body: None, params: Params) -> Content:
    found = [_info(broker), *_connections(broker), *_requests(broker)]
    found += await _partitions(broker)
    found += _coordinators(broker)
    found += await _groups(broker)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Found(found))
    return Content(await asyncio.to_thread(generate_latest, registry), CONTENT_TYPE_LATEST)


class _Found(Collector):
    """Figures that were looked up before: they become text in a thread."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def _info(broker: Broker) -> Metric:
    info = GaugeMetricFamily(
        "wirekafka_info", "The broker; always 1.", labels=("version", "cluster_id", "node_id")
    )
    info.add_metric((wirekafka.__version__, broker.cluster_id, str(broker.node_id)), 1)
    return info


def _connections(broker: Broker) -> Iterator[Metric]:
    counts = Counter(connection.listener for connection in broker.server.connections)
    family = GaugeMetricFamily("wirekafka_connections", "Open connections.", labels=("listener",))
    for listener in broker.server.listeners:
        family.add_metric((listener.name,), counts[listener.name])
    yield family
    yield GaugeMetricFamily(
        "wirekafka_fetch_sessions", "Open fetch sessions.", value=len(broker.fetch_sessions)
    )


def _requests(broker: Broker) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "wirekafka_requests", "Requests that were handled.", labels=("api",)
    )
    decoded = broker.dispatcher.decoded
    short = max(0, broker.server.served - decoded.total())
    for key, count in sorted((decoded + Counter({_PRODUCE: short})).items()):
        requests.add_metric((BY_KEY[key].name,), count)
    yield requests
    yield CounterMetricFamily(
        "wirekafka_received_bytes", "Bytes read from clients.", value=broker.server.received_bytes
    )


async def _partitions(broker: Broker) -> list[Metric]:
    topics = GaugeMetricFamily(
        "wirekafka_topics",
        "Topics, without the internal ones.",
        value=sum(not topic.internal for topic in broker.image.topics.values()),
    )
    labels = ("topic", "partition")
    start = GaugeMetricFamily(
        "wirekafka_partition_log_start_offset", "The oldest record's offset.", labels=labels
    )
    end = GaugeMetricFamily(
        "wirekafka_partition_log_end_offset", "The next record's offset.", labels=labels
    )
    size = GaugeMetricFamily(
        "wirekafka_partition_log_bytes", "The log's size on disk.", labels=labels
    )
    offline = 0
    turns = Turns()
    for topic in list(broker.partitions.by_name.values()):
        for partition in list(topic.partitions):
            if turns.is_over:
                await turns.next()
            if partition is None:
                continue
            offline += partition.offline
            if topic.internal and not partition.log.log_end_offset:
                continue  # fifty empty partitions tell nobody anything
            place = (topic.name, str(partition.index))
            start.add_metric(place, partition.log.log_start_offset)
            end.add_metric(place, partition.log.log_end_offset)
            size.add_metric(place, partition.log.size)
    failed = GaugeMetricFamily(
        "wirekafka_offline_partitions", "Partitions whose disk failed.", value=offline
    )
    return [topics, start, end, size, failed]


def _coordinators(broker: Broker) -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "wirekafka_coordinator_partitions",
        "Partitions of the internal topics, by the state of their coordinator.",
        labels=("coordinator", "state"),
    )
    for name, runtime in (("group", broker.groups), ("transaction", broker.transactions)):
        family.add_metric((name, "active"), len(runtime.active_partitions()))
        family.add_metric((name, "loading"), len(runtime.loading_partitions()))
    yield family


async def _groups(broker: Broker) -> list[Metric]:
    views = await view_groups(broker, lambda _: True)
    states = GaugeMetricFamily("wirekafka_groups", "Groups.", labels=("type", "state"))
    for kind_and_state, count in sorted(Counter((v.type, v.state) for v in views).items()):
        states.add_metric(kind_and_state, count)
    members = GaugeMetricFamily("wirekafka_group_members", "Members.", labels=("group",))
    lag = GaugeMetricFamily(
        "wirekafka_group_lag", "Records not yet committed.", labels=("group", "topic", "partition")
    )
    turns = Turns()
    for view in views:
        members.add_metric((view.group_id,), len(view.members))
        for row in view.offsets:
            if row.lag is not None:
                lag.add_metric((view.group_id, row.topic, str(row.partition)), row.lag)
            if turns.is_over:
                await turns.next()
    return [states, members, lag]


ROUTES = (Route("GET", "/metrics", "Figures for Prometheus.", None, Content, metrics),)
