"""Unknown keys and entity types, values of 0 and less, and entities of nothing are
INVALID_REQUEST."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    client = {"entity_type": "client-id", "entity_name": broker.name("c")}
    address = {"entity_type": "ip", "entity_name": "127.0.0.1"}
    for entity, key, value in (
        ([client], "no_such_quota", 1.0),
        ([client], "producer_byte_rate", 0.0),
        ([client], "producer_byte_rate", -1.0),
        ([client], "producer_byte_rate", 1.5),
        ([client], "connection_creation_rate", 1.0),
        ([client, address], "producer_byte_rate", 1.0),
        ([address], "producer_byte_rate", 1.0),
        ([{"entity_type": "planet", "entity_name": "x"}], "producer_byte_rate", 1.0),
        ([{"entity_type": "client-id", "entity_name": ""}], "producer_byte_rate", 1.0),
        ([], "producer_byte_rate", 1.0),
    ):
        op = {"key": key, "value": value, "remove": False}
        entry = {"entity": entity, "ops": [op]}
        broker.ask("AlterClientQuotas", 1, entries=[entry], validate_only=True)
