"""User and client id before user, user before client id, a name before the default; a client
without an id has none of the client ids' quotas."""

from compat.wire import Message, Wire, batch, produce
from compat.wire.quotas import entity, limit, throttled

OWN_BROKER = True
LOW, HIGH = 1_000.0, 1e12
USER = "ANONYMOUS"


def run(broker: Wire) -> None:
    topic = broker.topic()
    layers: list[tuple[str, list[Message]]] = [
        ("default client", entity(client_id=None)),
        ("client", entity(client_id="c")),
        ("default user", entity(user=None)),
        ("default user, default client", entity(user=None, client_id=None)),
        ("default user, client", entity(user=None, client_id="c")),
        ("user", entity(user=USER)),
        ("user, default client", entity(user=USER, client_id=None)),
        ("user, client", entity(user=USER, client_id="c")),
    ]
    for what, parts in layers:
        for value in (LOW, HIGH):
            limit(broker, parts, producer_byte_rate=value)
            for client in ("c", "other", None):
                connection = broker.connect(client)
                body = produce(topic, batch(b"x" * 60_000))
                pending = connection.send("Produce", 9, **body)
                told = f"{client} of {what} {'low' if value == LOW else 'high'}"
                broker.receive(connection, pending, what=told, show=throttled)
