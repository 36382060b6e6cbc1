"""A topic twice in one DeleteTopics, by name, by id, or once each, is 42 and stays."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, topic_id = {"name": topic}, {"topic_id": broker.topic_id(topic), "name": None}
    for rows in ([name, name], [topic_id, topic_id], [name, topic_id]):
        broker.ask("DeleteTopics", 6, topics=rows, timeout_ms=10_000, show=_codes)
    broker.ask("DeleteTopics", 5, topic_names=[topic, topic], timeout_ms=10_000, show=_codes)
    broker.ask(
        "Metadata", 9, topics=[name], show=lambda a: {"error_code": a["topics"][0]["error_code"]}
    )


def _codes(answer: Message) -> list[int]:
    return sorted(row["error_code"] for row in answer["responses"])
