"""A session begun with names and continued with ids, or the other way round, is 106."""

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    topic_id = broker.topic_id(topic)
    by_name = broker.ask("Fetch", 12, **fetch((topic, 0), session_epoch=0))
    body = fetch((topic_id, 0), session_id=by_name["session_id"])
    broker.ask("Fetch", 13, **{**body, "session_epoch": 1})
    by_id = broker.ask("Fetch", 13, **fetch((topic_id, 0), session_epoch=0))
    body = fetch((topic, 0), session_id=by_id["session_id"])
    broker.ask("Fetch", 12, **{**body, "session_epoch": 1})
