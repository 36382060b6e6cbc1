"""A compression.type that is changed holds for the next batch; what is there stays as it is."""

from compat.wire import GZIP, LZ4, Message, Wire, batch, fetch

NAME = "compression.type"


def run(broker: Wire) -> None:
    topic = broker.topic()
    for kind in ("producer", "lz4", "zstd", "uncompressed", "snappy", "gzip"):
        _change(broker, topic, kind)
        for compression in (0, GZIP, LZ4):
            broker.fill(topic, batch(b"a" * 20, compression=compression))
    broker.ask("Fetch", 12, **fetch((topic, 0)))


def _change(broker: Wire, topic: str, value: str) -> None:
    change = {"name": NAME, "config_operation": 0, "value": value}
    resource = {"resource_type": 2, "resource_name": topic, "configs": [change]}
    answer = broker.quiet("IncrementalAlterConfigs", 1, resources=[resource])
    assert answer["responses"][0]["error_code"] == 0, answer

    def changed(answer: Message) -> bool:
        return bool(answer["results"][0]["configs"][0]["value"] == value)

    asked = {"resource_type": 2, "resource_name": topic, "configuration_keys": [NAME]}
    broker.until(changed, "DescribeConfigs", 4, resources=[asked])
