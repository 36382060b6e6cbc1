"""A client that changes topics while it has no controller_mutation_rate owes nothing when the next
is set; one that did not, does."""

from compat.wire import Message, Wire, create_topics
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    for what in ("idle", "busy"):
        client = broker.name(what)
        parts = entity(client_id=client)
        limit(broker, parts, controller_mutation_rate=1.0)
        ask(broker, client, f"of {what} above the rate", 100)
        limit(broker, parts, controller_mutation_rate=None)
        if what == "busy":
            ask(broker, client, f"of {what} without a rate", 1)
        limit(broker, parts, controller_mutation_rate=1.0)
        ask(broker, client, f"of {what} with a rate again", 1)


def ask(broker: Wire, client: str, what: str, partitions: int) -> None:
    connection = broker.connect(client)
    body = create_topics(broker.name("t"), partitions=partitions, validate_only=True)
    pending = connection.send("CreateTopics", 5, **body)
    broker.receive(connection, pending, what=what, show=seen)


def seen(answer: Message) -> Message:
    codes = [row["error_code"] for row in answer["topics"]]
    return {"throttled": throttled(answer), "codes": codes}
