"""More replicas than brokers, zero, and fewer than -1, are 38."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    for replicas in (3, 0, -2):
        body = create_topics(broker.name("t"))
        body["topics"][0]["replication_factor"] = replicas
        broker.ask("CreateTopics", 4, **body)
        broker.ask("CreateTopics", 7, **body)
