"""Policies that are repeated or empty."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    for value in ("", "compact,compact", "delete,", ",", "COMPACT"):
        body = create_topics(broker.name("t"), validate_only=True)
        body["topics"][0]["configs"] = [{"name": "cleanup.policy", "value": value}]
        broker.ask("CreateTopics", 4, **body)
