"""Byte rates and connection rates are whole numbers of their type; percentages and mutation rates
are any positive number."""

from compat.wire import Message, Wire
from compat.wire.quotas import entity, entry

VALUES = (
    0.5,
    1.5,
    1.0000001,
    2.0**31,
    2.0**31 - 1,
    2.0**63,
    2.0**64,
    1e300,
    float("inf"),
    float("-inf"),
    -0.0,
)


def run(broker: Wire) -> None:
    keys = ("producer_byte_rate", "consumer_byte_rate", "request_percentage")
    for key in (*keys, "controller_mutation_rate", "connection_creation_rate"):
        for value in VALUES:
            parts = entity(client_id=broker.name("c"))
            if key == "connection_creation_rate":
                parts = entity(ip="192.0.2.1")
            entries = [entry(parts, **{key: value})]
            broker.ask("AlterClientQuotas", 1, show=told, entries=entries, validate_only=True)


def told(answer: Message) -> list[object]:
    return [[row["error_code"], row["error_message"]] for row in answer["entries"]]
