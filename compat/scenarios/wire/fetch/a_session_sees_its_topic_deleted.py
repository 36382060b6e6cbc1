"""In a session by id a topic that is deleted becomes an error, as does one made anew under the
same name."""

from compat.wire import Message, Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    topic_id = broker.topic_id(topic)
    broker.fill(topic, batch(b"x"))
    begun = broker.ask("Fetch", 17, **fetch((topic_id, 0), session_epoch=0))
    broker.quiet("DeleteTopics", 5, topic_names=[topic], timeout_ms=10_000)
    broker.until(_gone, "Metadata", 9, topics=[{"name": topic}], allow_auto_topic_creation=False)
    body = fetch(session_id=begun["session_id"])
    epoch = 1
    while _error(answer := broker.quiet("Fetch", 17, **{**body, "session_epoch": epoch})) == 0:
        epoch += 1
        assert epoch < 100
    broker.record("Fetch v17 after the deletion", answer)
    broker.topic()
    broker.record(
        "Fetch v17 after it was made anew",
        broker.quiet("Fetch", 17, **{**body, "session_epoch": epoch + 1}),
    )


def _gone(answer: Message) -> bool:
    return bool(answer["topics"][0]["error_code"] == 3)


def _error(answer: Message) -> int:
    rows = [row for topic in answer["responses"] for row in topic["partitions"]]
    return int(answer["error_code"] or sum(row["error_code"] for row in rows))
