"""A dynamic config of one broker is set and deleted; it shows as dynamic with the older values
as synonyms."""

from functools import partial

from compat.wire import Message, Wire

ALONE = True


def run(broker: Wire) -> None:
    name = "log.cleaner.backoff.ms"
    for operation, value, source in ((0, "12345", 2), (1, None, 5)):
        change = {"name": name, "config_operation": operation, "value": value}
        row = {"resource_type": 4, "resource_name": "1", "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)
        wanted = {"resource_type": 4, "resource_name": "1", "configuration_keys": [name]}
        broker.until(
            partial(_comes_from, source),
            "DescribeConfigs",
            4,
            resources=[wanted],
        )
        broker.ask("DescribeConfigs", 4, resources=[wanted], include_synonyms=True)


def _comes_from(source: int, answer: Message) -> bool:
    return bool(answer["results"][0]["configs"][0]["config_source"] == source)
