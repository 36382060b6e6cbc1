"""CreatePartitions, in each version, names the new total, and the new partitions serve."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in range(4):
        row = {"name": topic, "count": version + 2, "assignments": None}
        broker.ask(
            "CreatePartitions", version, topics=[row], timeout_ms=10_000, validate_only=False
        )
    broker.until(
        lambda answer: (
            len(answer["topics"][0]["partitions"]) == 5
            and all(row["leader_id"] == 1 for row in answer["topics"][0]["partitions"])
        ),
        "Metadata",
        12,
        topics=[{"name": topic}],
    )
    broker.ask("Metadata", 12, show=lambda a: a["topics"], topics=[{"name": topic}])
