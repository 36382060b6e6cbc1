"""An address together with a user or a client id is refused, whatever comes first and whatever
else is wrong."""

from compat.wire import Message, Wire
from compat.wire.quotas import entity, entry


def run(broker: Wire) -> None:
    entities: list[list[Message]] = [
        entity(ip="192.0.2.1", user="u"),
        entity(user="u", ip="192.0.2.1"),
        entity(client_id="c", ip=None),
        entity(client_id="c", user="u", ip="192.0.2.1"),
        entity(user="u", ip="not an address"),
        entity(user="", ip="192.0.2.1"),
    ]
    for parts in entities:
        entries = [entry(parts, connection_creation_rate=5.0)]
        broker.ask("AlterClientQuotas", 1, entries=entries, validate_only=True)
