"""Configs set at run time, of a topic, a group and all brokers, are there after a crash."""

from functools import partial

from compat.wire import Message, Wire

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic, group = broker.topic(), broker.name("g")
    changes = (
        (2, topic, "retention.ms", "1234567"),
        (32, group, "consumer.session.timeout.ms", "50000"),
        (4, "", "log.cleaner.backoff.ms", "12345"),
    )
    for kind, resource, name, value in changes:
        change = {"name": name, "config_operation": 0, "value": value}
        row = {"resource_type": kind, "resource_name": resource, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)
    broker.restart(hard=True)
    for kind, resource, name, value in changes:
        wanted = {
            "resource_type": kind,
            "resource_name": resource,
            "configuration_keys": [name],
        }
        broker.until(
            partial(_has, value),
            "DescribeConfigs",
            4,
            resources=[wanted],
        )
        broker.ask("DescribeConfigs", 4, resources=[wanted])


def _has(value: str, answer: Message) -> bool:
    return value in [row["value"] for row in answer["results"][0]["configs"]]
