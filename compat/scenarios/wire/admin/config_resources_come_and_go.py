"""A group or subscription is listed from its first config to the deletion of its last; the topic
with or without."""

from functools import partial

from compat.wire import Message, Wire
from compat.wire.configs import CLIENT_METRICS, DELETE, GROUP, SET, changed, increments


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        rows = broker.mine(answer["config_resources"], "resource_name")
        return {**answer, "config_resources": rows}

    def listed(count: int, answer: Message) -> bool:
        return len(mine(answer)["config_resources"]) == count

    metrics, group = broker.name("m"), broker.name("g")
    broker.topic()
    for operation, value, count in ((SET, "50000", 3), (DELETE, None, 1)):
        body = increments(
            changed(CLIENT_METRICS, metrics, ("interval.ms", operation, value)),
            changed(GROUP, group, ("consumer.session.timeout.ms", operation, value)),
        )
        broker.ask("IncrementalAlterConfigs", 1, **body)
        broker.until(
            partial(listed, count),
            "ListConfigResources",
            1,
            resource_types=[],
        )
        broker.ask("ListConfigResources", 1, show=mine, resource_types=[])
        broker.ask("ListConfigResources", 0, show=mine)
