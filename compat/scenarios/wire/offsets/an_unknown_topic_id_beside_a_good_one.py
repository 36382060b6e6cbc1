"""In one request by ids the good topic is stored and fetched though the other is unknown."""

import uuid

from compat.wire import Wire


def run(broker: Wire) -> None:
    group, topic_id = broker.name("g"), broker.topic_id(broker.topic())
    ids = (uuid.uuid4(), topic_id)
    row = {"partition_index": 0, "committed_offset": 5, "committed_metadata": ""}
    topics = [{"topic_id": one, "partitions": [row]} for one in ids]
    broker.ask("OffsetCommit", 10, group_id=group, topics=topics)
    wanted = [{"topic_id": one, "partition_indexes": [0]} for one in ids]
    broker.ask("OffsetFetch", 10, groups=[{"group_id": group, "topics": wanted}])
