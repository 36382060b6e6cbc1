"""An empty list of topics is all topics, internal ones included."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        names = [str(row["name"]) for row in answer["topics"]]
        known = sorted(name for name in names if name.startswith(broker.prefix))
        internal = [row["is_internal"] for row in answer["topics"] if row["name"][:2] == "__"]
        return {"topics": known, "internal": "__consumer_offsets" in names and all(internal)}

    broker.topic("a")
    broker.topic("b")
    broker.quiet("FindCoordinator", 4, key_type=0, coordinator_keys=["g"])
    broker.ask("DescribeTopicPartitions", 0, show=mine, topics=[])
