"""A topic that was deleted cannot be reassigned, and no reassignment of it is listed."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.quiet("DeleteTopics", 6, topics=[{"name": topic}], timeout_ms=10_000)

    def gone(answer: Message) -> bool:
        return bool(answer["topics"][0]["error_code"] == 3)

    wanted: Message = {"topics": [{"name": topic}], "allow_auto_topic_creation": False}
    broker.until(gone, "Metadata", 12, **wanted)
    for replicas in ([1], None):
        row = {"partition_index": 0, "replicas": replicas}
        rows = [{"name": topic, "partitions": [row]}]
        broker.ask("AlterPartitionReassignments", 0, topics=rows)
    listed = [{"name": topic, "partition_indexes": [0]}]
    broker.ask("ListPartitionReassignments", 0, topics=listed)
