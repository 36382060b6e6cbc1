"""A consumer that must wait is not told of an error of its fetch session; its session and the epoch
stay, so the error comes with the first answer after the wait."""

from typing import Any

from compat.wire import Wire, batch, fetch
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    topic, client = broker.topic(), broker.name("c")
    broker.fill(topic, batch(b"x" * 9_000))
    limit(broker, entity(client_id=client), consumer_byte_rate=1e9)

    def ask(what: str, session_id: int, epoch: int) -> int:
        connection = broker.connect(client)
        body = fetch((topic, 0), session_id=session_id, session_epoch=epoch)
        pending = connection.send("Fetch", 12, **body)
        answer = broker.receive(connection, pending, what=what, show=seen)
        return int(answer["session_id"])

    session_id = ask("opens", 0, 0)
    limit(broker, entity(client_id=client), consumer_byte_rate=100.0)
    for what in ("while throttled", "without a quota"):
        ask(f"of another epoch {what}", session_id, 7)
        ask(f"of no session {what}", session_id + 1, 1)
        ask(f"of the session {what}", session_id, 1 if what == "while throttled" else 2)
        limit(broker, entity(client_id=client), consumer_byte_rate=None)


def seen(answer: Any) -> Any:
    return {
        "throttled": throttled(answer),
        "error": answer["error_code"],
        "in a session": answer["session_id"] != 0,
        "topics": len(answer["responses"]),
    }
