"""A config whose value is null is 40."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    body = create_topics(broker.name("t"), validate_only=True)
    body["topics"][0]["configs"] = [{"name": "retention.ms", "value": None}]
    for version in (4, 7):
        broker.ask("CreateTopics", version, **body)
