"""Addresses, names that resolve to one, and the default may have a connection rate and nothing
else."""

from compat.wire import Wire
from compat.wire.quotas import DEFAULT, EXACT, IP, component, entity, entry, limit


def run(broker: Wire) -> None:
    for address in ("192.0.2.7", "2001:db8::7", "localhost", "not an address", "", None):
        entries = [entry(entity(ip=address), connection_creation_rate=5.0)]
        broker.ask("AlterClientQuotas", 1, entries=entries, validate_only=True)
    for key in ("producer_byte_rate", "request_percentage"):
        entries = [entry(entity(ip="192.0.2.7"), **{key: 5.0})]
        broker.ask("AlterClientQuotas", 1, entries=entries, validate_only=True)
    limit(broker, entity(ip="192.0.2.77"), connection_creation_rate=5.0)
    broker.ask("DescribeClientQuotas", 1, components=[component(IP, EXACT, "192.0.2.77")])
    broker.ask("DescribeClientQuotas", 1, components=[component(IP, EXACT, "192.0.2.78")])
    broker.ask("DescribeClientQuotas", 1, components=[component(IP, DEFAULT)])
    entries = [entry(entity(ip="192.0.2.77"), connection_creation_rate=None)]
    broker.ask("AlterClientQuotas", 1, entries=entries, validate_only=False)
