"""After a restart a session is unknown: 70."""

from compat.wire import Wire, fetch, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    begun = broker.ask("Fetch", 12, **fetch((topic, 0), session_epoch=0))
    broker.restart()
    broker.until(
        lambda a: a["topics"][0]["partitions"][0]["error_code"] == 0,
        "ListOffsets",
        6,
        **list_offsets(topic, -1),
    )
    broker.ask("Fetch", 12, **{**fetch(session_id=begun["session_id"]), "session_epoch": 1})
