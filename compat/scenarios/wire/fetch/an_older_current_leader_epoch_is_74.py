"""After a restart the leader epoch has grown: the old one is 74, with the current leader."""

from compat.wire import Wire, batch, fetch, list_offsets

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
        broker.ask("Fetch", version, **body)
