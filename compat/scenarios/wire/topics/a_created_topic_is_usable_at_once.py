"""A topic that CreateTopics has announced can be written to and read, after at most a moment."""

from compat.wire import Wire, batch, create_topics, fetch, produce


def run(broker: Wire) -> None:
    name = broker.name("t")
    broker.ask("CreateTopics", 4, **create_topics(name, partitions=3))
    for partition in range(3):
        broker.until(
            lambda a: a["responses"][0]["partition_responses"][0]["error_code"] == 0,
            "Produce",
            9,
            **produce(name, batch(b"x"), partition),
        )
        broker.ask("Fetch", 12, **fetch((name, 0), partition=partition))
