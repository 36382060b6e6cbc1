"""Replicas given for each partition, and a count of partitions or replicas beside them, are 42."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    for partitions, replicas in ((1, 1), (1, -1), (-1, 1)):
        body = create_topics(broker.name("t"), partitions=partitions)
        body["topics"][0]["replication_factor"] = replicas
        body["topics"][0]["assignments"] = [{"partition_index": 0, "broker_ids": [1]}]
        broker.ask("CreateTopics", 4, **body)
