"""A group with members of another type than consumer is NON_EMPTY_GROUP to OffsetDelete."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    broker.stable_group(group, protocol_type="connect")
    rows = [{"name": topic, "partitions": [{"partition_index": 0}]}]
    broker.ask("OffsetDelete", 0, group_id=group, topics=rows)
