"""The root logger is described as a config of its own broker, with a level."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def levels(answer: Message) -> Message:
        result = answer["results"][0]
        rows = [row for row in result["configs"] if row["name"] == "root"]
        return {**result, "configs": [{**row, "value": bool(row["value"])} for row in rows]}

    row = {"resource_type": 8, "resource_name": "1", "configuration_keys": ["root"]}
    broker.ask("DescribeConfigs", 4, show=levels, resources=[row])
