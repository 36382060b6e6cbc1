"""A throttled incremental fetch keeps its session and uses up its epoch; a throttled full fetch
opens none; a wrong epoch is told as ever."""

from typing import Any

from compat.wire import Message, Wire, batch, fetch
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    topic, client = broker.topic(), broker.name("c")
    broker.fill(topic, batch(b"x" * 9_000))
    limit(broker, entity(client_id=client), consumer_byte_rate=1000.0)

    def ask(what: str, **body: Any) -> Message:
        connection = broker.connect(client)
        pending = connection.send("Fetch", 12, **fetch((topic, 0), **body))
        return broker.receive(connection, pending, what=what, show=seen)

    session_id = ask("opens", session_epoch=0)["session_id"]
    ask("is throttled", session_id=session_id, session_epoch=1)
    ask("goes on", session_id=session_id, session_epoch=2)
    ask("is of an old epoch", session_id=session_id, session_epoch=2)
    ask("is of no session", session_id=session_id + 1, session_epoch=2)
    ask("would open", session_epoch=0)
    limit(broker, entity(client_id=client), consumer_byte_rate=None)
    ask("goes on without a quota", session_id=session_id, session_epoch=3)


def seen(answer: Message) -> Message:
    return {
        "throttled": throttled(answer),
        "error": answer["error_code"],
        "in a session": answer["session_id"] != 0,
        "topics": len(answer["responses"]),
    }
