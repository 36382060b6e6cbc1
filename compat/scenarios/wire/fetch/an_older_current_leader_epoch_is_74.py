"""After a restart the leader epoch has grown: the old one is 74, with the current leader."""

from compat.wire import Message, Wire, batch, fetch, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    broker.restart()
    broker.until(
        lambda a: a["topics"][0]["partitions"][0]["error_code"] == 0,
        "ListOffsets",
        6,
        **list_offsets(topic, -1),
    )
    topic_id = broker.topic_id(topic)
    for version, name in ((9, topic), (12, topic), (16, topic_id)):
        body = fetch((name, 0))
        body["topics"][0]["partitions"][0]["current_leader_epoch"] = 0
        broker.ask("Fetch", version, **body, show=_row)


def _row(answer: Message) -> Message:
    """How many epochs a restart takes is the broker's affair."""
    row = dict(answer["responses"][0]["partitions"][0])
    leader = row.pop("current_leader", None)
    if leader is not None:
        row["leader"] = {"id": leader["leader_id"], "epoch has grown": leader["leader_epoch"] > 0}
    return {"row": row, "endpoints": answer.get("node_endpoints", "none")}
