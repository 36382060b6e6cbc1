"""Of several topics in one request those are created that come before the quota is exhausted;
validate_only and topics with errors: only the first is charged."""

from compat.wire import Message, Wire, create_topics
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    for what, more in (("created", {}), ("validated", {"validate_only": True})):
        client = broker.name(what)
        limit(broker, entity(client_id=client), controller_mutation_rate=1.0)
        names = [f"{client}-{number}" for number in range(3)]
        ask(broker, client, what, **create_topics(*names, partitions=12, **more))
    client = broker.name("errors")
    limit(broker, entity(client_id=client), controller_mutation_rate=1.0)
    ask(broker, client, "with a bad name", **create_topics("a b", partitions=100))
    ask(broker, client, "a good one", **create_topics(f"{client}-1", partitions=1))


def ask(broker: Wire, client: str, what: str, **body: object) -> None:
    connection = broker.connect(client)
    pending = connection.send("CreateTopics", 7, **body)
    broker.receive(connection, pending, what=what, show=seen)


def seen(answer: Message) -> Message:
    codes = sorted(row["error_code"] for row in answer["topics"])
    return {"throttled": throttled(answer), "codes": codes}
