"""Null keys are all configs of a topic, with their types and sources; so is an empty list."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def table(answer: Message) -> Message:
        rows = answer["results"][0]["configs"]
        return {
            row["name"]: [row["config_source"], row["config_type"], row["read_only"]]
            for row in sorted(rows, key=lambda row: str(row["name"]))
        }

    topic = broker.topic(cleanup_policy="compact")
    everything: tuple[list[str] | None, ...] = (None, [])
    for keys in everything:
        row = {"resource_type": 2, "resource_name": topic, "configuration_keys": keys}
        broker.ask("DescribeConfigs", 4, show=table, resources=[row])
