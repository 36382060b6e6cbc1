"""Of an entity type that one entity has twice the last name counts."""

from compat.wire import Wire
from compat.wire.quotas import CLIENT, EXACT, component, entry


def run(broker: Wire) -> None:
    first, last = broker.name("first"), broker.name("last")
    parts = [{"entity_type": CLIENT, "entity_name": name} for name in (first, last)]
    entries = [entry(parts, producer_byte_rate=5.0)]
    broker.ask("AlterClientQuotas", 1, entries=entries, validate_only=False)
    broker.until(
        lambda answer: bool(answer["entries"]),
        "DescribeClientQuotas",
        1,
        components=[component(CLIENT, EXACT, last)],
    )
    for name in (first, last):
        broker.ask("DescribeClientQuotas", 1, components=[component(CLIENT, EXACT, name)])
