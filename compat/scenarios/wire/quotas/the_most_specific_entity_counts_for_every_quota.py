"""The order of entities is the same for what is fetched, the time of requests and the changes of
topics: user and client id, user, client id, and a name before the default."""

from typing import Any

from compat.wire import Message, Wire, batch, create_topics, fetch
from compat.wire.quotas import entity, entry, limit, throttled

OWN_BROKER = True
USER = "ANONYMOUS"
HIGH = 1e12
LOW = {"consumer_byte_rate": 1.0, "request_percentage": 1e-7, "controller_mutation_rate": 1e-3}
LAYERS = {
    "default client": entity(client_id=None),
    "client": entity(client_id="c"),
    "default user": entity(user=None),
    "default user, default client": entity(user=None, client_id=None),
    "default user, client": entity(user=None, client_id="c"),
    "user": entity(user=USER),
    "user, default client": entity(user=USER, client_id=None),
    "user, client": entity(user=USER, client_id="c"),
}


def run(broker: Wire) -> None:
    topic = broker.topic()
    for _ in range(2):
        broker.fill(topic, batch(b"x" * 6_000))
    changes = create_topics(broker.name("new"), partitions=9, validate_only=True)
    asked: dict[str, tuple[str, int, Message]] = {
        "consumer_byte_rate": ("Fetch", 12, fetch((topic, 0))),
        "request_percentage": ("Metadata", 9, {"topics": [{"name": topic}]}),
        "controller_mutation_rate": ("CreateTopics", 5, changes),
    }
    # The client that sets the quotas must not wait itself.
    limit(broker, entity(user=USER, client_id="compat"), request_percentage=HIGH)
    for key, (api, version, body) in asked.items():
        for what, parts in LAYERS.items():
            limit(broker, parts, **{key: LOW[key]})
            told = [is_throttled(broker, one, api, version, body) for one in ("c", "o", None)]
            broker.record(f"{api} v{version} when {what} is low", told)
            # What comes next must be seen through it.
            entries = [entry(parts, **{key: HIGH})]
            broker.quiet("AlterClientQuotas", 1, entries=entries, validate_only=False)
        limit(broker, LAYERS["user, client"], **{key: LOW[key]})
        removed = [entry(parts, **{key: None}) for parts in LAYERS.values()]
        broker.quiet("AlterClientQuotas", 1, entries=removed, validate_only=False)
        limit(broker, entity(client_id=f"after {key}"), **{key: HIGH})
        told = [is_throttled(broker, one, api, version, body) for one in ("c", "o", None)]
        broker.record(f"{api} v{version} when all are removed", told)


def is_throttled(broker: Wire, client: str | None, api: str, version: int, body: Message) -> bool:
    connection = broker.connect(client)
    answer: Any = connection.receive(connection.send(api, version, **body))
    connection.close()
    return throttled(answer)
