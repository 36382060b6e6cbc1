"""A group, with or without members, has configs: defaults as long as nothing was altered."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def values(answer: Message) -> list[list[object]]:
        fields = ("name", "value", "config_source", "config_type")
        rows = answer["results"][0]["configs"]
        return sorted([row[field] for field in fields] for row in rows)

    row = {
        "resource_type": 32,
        "resource_name": broker.name("g"),
        "configuration_keys": ["consumer.session.timeout.ms", "consumer.heartbeat.interval.ms"],
    }
    broker.ask("DescribeConfigs", 4, resources=[row], include_synonyms=True)
    all_keys = {**row, "configuration_keys": None}
    broker.ask("DescribeConfigs", 4, show=values, resources=[all_keys])
