"""A group's configs are set before there is a group, and described as dynamic group configs."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    group, name = broker.name("g"), "consumer.session.timeout.ms"
    change = {"name": name, "config_operation": 0, "value": "50000"}
    row = {"resource_type": 32, "resource_name": group, "configs": [change]}
    broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)
    wanted = {"resource_type": 32, "resource_name": group, "configuration_keys": [name]}
    broker.until(
        lambda answer: answer["results"][0]["configs"][0]["value"] == "50000",
        "DescribeConfigs",
        4,
        resources=[wanted],
    )
    broker.ask("DescribeConfigs", 4, resources=[wanted], include_synonyms=True)
