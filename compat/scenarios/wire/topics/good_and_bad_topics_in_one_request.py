"""CreateTopics judges each of its topics alone."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    existing = broker.topic("old")
    body = create_topics(existing, broker.name("new"), "a/b", broker.name("wrong"))
    body["topics"][3]["replication_factor"] = 5
    broker.ask("CreateTopics", 4, **body)
    broker.until(
        lambda a: a["topics"][0]["error_code"] == 0,
        "Metadata",
        9,
        topics=[{"name": broker.name("new")}],
    )
    broker.ask("Metadata", 9, topics=[{"name": broker.name("new")}])
