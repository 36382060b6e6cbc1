"""With replicas given for each partition, both counts are -1, and the answer has what came of
it."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    body = create_topics(broker.name("t"), partitions=-1)
    row = body["topics"][0]
    row["replication_factor"] = -1
    row["assignments"] = [{"partition_index": i, "broker_ids": [1]} for i in (1, 0, 2)]
    broker.ask(
        "CreateTopics",
        7,
        **body,
        show=lambda a: [{k: v for k, v in t.items() if k != "configs"} for t in a["topics"]],
    )
    broker.until(
        lambda a: a["topics"][0]["error_code"] == 0, "Metadata", 9, topics=[{"name": row["name"]}]
    )
    broker.ask("Metadata", 9, topics=[{"name": row["name"]}])
