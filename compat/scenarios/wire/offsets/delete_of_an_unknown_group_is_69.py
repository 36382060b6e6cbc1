"""OffsetDelete of a group that does not exist is GROUP_ID_NOT_FOUND, of the empty group id
INVALID_GROUP_ID, without rows."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    rows = [{"name": broker.topic(), "partitions": [{"partition_index": 0}]}]
    broker.ask("OffsetDelete", 0, group_id=broker.name("g"), topics=rows)
    broker.ask("OffsetDelete", 0, group_id="", topics=rows)
