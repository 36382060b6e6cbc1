"""GET /metrics: the broker's figures as Prometheus reads them.

Nothing is recorded for this: all of it is what the broker knows anyway, looked up at each scrape.
Lag and offsets are per partition, so a scrape takes as long as there are partitions and groups; it
is made in turns, and clients are served in between. So what one topic or one group says is not of
the same moment as what the next one says; families of which that is true say so in their HELP.

Lag leaves out partitions without a committed offset.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import wirekafka
from wirekafka.apis.table import BY_KEY
from wirekafka.control.exposition import CONTENT_TYPE, Family
from wirekafka.control.routes import Content, Params, Route
from wirekafka.instrument.group_views import each_group
from wirekafka.instrument.turns import Turns

if TYPE_CHECKING:
    from wirekafka.broker import Broker

_PRODUCE = 0
"""What connections served and was not decoded went the short way of Produce."""

_IN_TURN = "One after the other, not at one moment."


async def metrics(broker: Broker, body: None, params: Params) -> Content:
    turns = Turns()
    families = [
        _info(broker, turns),
        *_connections(broker, turns),
        *_requests(broker, turns),
        *await _partitions(broker, turns),
        _coordinators(broker, turns),
        *await _groups(broker, turns),
    ]
    return Content([piece for family in families for piece in family.done()], CONTENT_TYPE)


def _info(broker: Broker, turns: Turns) -> Family:
    labels = ("version", "cluster_id", "node_id")
    info = Family(turns, "gauge", "wirekafka_info", "The broker; always 1.", labels)
    info.add(1, wirekafka.__version__, broker.cluster_id, str(broker.node_id))
    return info


def _connections(broker: Broker, turns: Turns) -> list[Family]:
    counts = Counter(connection.listener for connection in broker.server.connections)
    found = Family(turns, "gauge", "wirekafka_connections", "Open connections.", ("listener",))
    for listener in broker.server.listeners:
        found.add(counts[listener.name], listener.name)
    sessions = Family(turns, "gauge", "wirekafka_fetch_sessions", "Open fetch sessions.")
    sessions.add(len(broker.fetch_sessions))
    return [found, sessions]


def _requests(broker: Broker, turns: Turns) -> list[Family]:
    text = "Requests that were handled."
    requests = Family(turns, "counter", "wirekafka_requests_total", text, ("api",))
    decoded = broker.dispatcher.decoded
    short = max(0, broker.server.served - decoded.total())
    for key, count in sorted((decoded + Counter({_PRODUCE: short})).items()):
        requests.add(count, BY_KEY[key].name)
    text = "Bytes read from clients."
    received = Family(turns, "counter", "wirekafka_received_bytes_total", text)
    received.add(broker.server.received_bytes)
    return [requests, received]


async def _partitions(broker: Broker, turns: Turns) -> list[Family]:
    text = "Topics, without the internal ones."
    topics = Family(turns, "gauge", "wirekafka_topics", text)
    topics.add(sum(not topic.internal for topic in broker.image.topics.values()))

    def of_each(name: str, text: str) -> Family:
        labels = ("topic", "partition")
        return Family(
            turns, "gauge", f"wirekafka_partition_log_{name}", f"{text} {_IN_TURN}", labels
        )

    start = of_each("start_offset", "The oldest record's offset.")
    end = of_each("end_offset", "The next record's offset.")
    size = of_each("bytes", "The log's size on disk.")
    offline = 0
    for topic in list(broker.partitions.by_name.values()):
        for partition in list(topic.partitions):
            await end.breathe()
            if partition is None:
                continue
            offline += partition.offline
            log = partition.log
            if topic.internal and not log.log_end_offset:
                continue  # fifty empty partitions tell nobody anything
            place = (topic.name, str(partition.index))
            start.add(log.log_start_offset, *place)
            end.add(log.log_end_offset, *place)
            size.add(log.size, *place)
    text = f"Partitions whose disk failed. {_IN_TURN}"
    failed = Family(turns, "gauge", "wirekafka_offline_partitions", text)
    failed.add(offline)
    return [topics, start, end, size, failed]


def _coordinators(broker: Broker, turns: Turns) -> Family:
    found = Family(
        turns,
        "gauge",
        "wirekafka_coordinator_partitions",
        "Partitions of the internal topics, by the state of their coordinator.",
        ("coordinator", "state"),
    )
    for name, runtime in (("group", broker.groups), ("transaction", broker.transactions)):
        found.add(len(runtime.active_partitions()), name, "active")
        found.add(len(runtime.loading_partitions()), name, "loading")
    return found


async def _groups(broker: Broker, turns: Turns) -> list[Family]:
    def of_each(name: str, text: str, *labels: str) -> Family:
        return Family(turns, "gauge", f"wirekafka_{name}", f"{text} {_IN_TURN}", labels)

    states = of_each("groups", "Groups.", "type", "state")
    members = of_each("group_members", "Members.", "group")
    lag = of_each("group_lag", "Records not yet committed.", "group", "topic", "partition")
    counts: Counter[tuple[str, str]] = Counter()
    async for view, offsets in each_group(broker, turns):
        counts[view.type, view.state] += 1
        members.add(len(view.members), view.group_id)
        for row in offsets:
            if row.lag is not None:
                lag.add(row.lag, view.group_id, row.topic, str(row.partition))
            await lag.breathe()
    for kind_and_state, count in sorted(counts.items()):
        states.add(count, *kind_and_state)
    return [states, members, lag]


ROUTES = (Route("GET", "/metrics", "Figures for Prometheus.", None, Content, metrics),)
