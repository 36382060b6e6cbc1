"""What a topic has without any config of its own or of the broker's."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def values(answer: Message) -> Message:
        rows = answer["results"][0]["configs"]
        return {str(row["name"]): row["value"] for row in sorted(rows, key=_name)}

    row = {"resource_type": 2, "resource_name": broker.topic(), "configuration_keys": None}
    broker.ask("DescribeConfigs", 4, show=values, resources=[row])


def _name(row: Message) -> str:
    return str(row["name"])
