"""CreateTopics from v5 on answers with the configs of the new topic, and from v7 with its id."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    for version in range(2, 8):
        body = create_topics(broker.name(f"t{version}"), partitions=2)
        body["topics"][0]["configs"] = [{"name": "retention.ms", "value": "1000"}]
        broker.ask("CreateTopics", version, **body)
