"""CreateTopics with validate_only answers as if it had created, even with an id, and creates
nothing."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    name = broker.name("t")
    for version in (2, 5, 7):
        broker.ask(
            "CreateTopics",
            version,
            **create_topics(name, partitions=3, validate_only=True),
            show=lambda a: [{k: v for k, v in t.items() if k != "configs"} for t in a["topics"]],
        )
    broker.ask("Metadata", 9, topics=[{"name": name}], allow_auto_topic_creation=False)
