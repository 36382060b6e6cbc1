"""validate_only answers as if it had been done and changes nothing, in both versions."""

from compat.wire import Wire
from compat.wire.quotas import CLIENT, EXACT, component, entity, entry, limit


def run(broker: Wire) -> None:
    client = broker.name("c")
    limit(broker, entity(client_id=client), producer_byte_rate=1000.0)
    for version in (0, 1):
        for value in (2000.0, None, -1.0):
            entries = [entry(entity(client_id=client), producer_byte_rate=value)]
            broker.ask("AlterClientQuotas", version, entries=entries, validate_only=True)
    broker.ask("DescribeClientQuotas", 1, components=[component(CLIENT, EXACT, client)])
