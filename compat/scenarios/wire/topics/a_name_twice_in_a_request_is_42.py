"""A name twice in one CreateTopics is 42, in one row, and the others are created."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    first, second = broker.name("d"), broker.name("e")
    broker.ask("CreateTopics", 4, **create_topics(first, first, second))
    broker.until(
        lambda a: a["topics"][0]["error_code"] == 0, "Metadata", 9, topics=[{"name": second}]
    )
    rows = [{"name": name} for name in (first, second)]
    broker.ask(
        "Metadata",
        9,
        topics=rows,
        allow_auto_topic_creation=False,
        show=lambda a: [{"name": t["name"], "error_code": t["error_code"]} for t in a["topics"]],
    )
