"""A forgotten partition is not listed any more, not even when it has data."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    first, second = broker.topic("a"), broker.topic("b")
    begun = broker.ask("Fetch", 12, **fetch((first, 0), (second, 0), session_epoch=0))
    body = fetch(session_id=begun["session_id"])
    gone = [{"topic": second, "partitions": [0, 7]}]
    broker.fill(first, batch(b"x"))
    broker.fill(second, batch(b"y"))
    broker.ask("Fetch", 12, **{**body, "session_epoch": 1, "forgotten_topics_data": gone})
    broker.ask("Fetch", 12, **{**body, "session_epoch": 2})
