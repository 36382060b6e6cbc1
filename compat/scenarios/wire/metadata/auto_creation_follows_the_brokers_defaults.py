"""A topic that Metadata creates has num.partitions partitions."""

from compat.wire import Wire

SETTINGS = {"num.partitions": "3"}


def run(broker: Wire) -> None:
    name = broker.name("auto")
    broker.ask("Metadata", 12, topics=[{"name": name}])
    broker.until(
        lambda a: a["topics"][0]["error_code"] == 0, "Metadata", 12, topics=[{"name": name}]
    )
    broker.ask("Metadata", 12, topics=[{"name": name}])
