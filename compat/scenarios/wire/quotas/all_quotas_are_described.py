"""Without components everything is described; with strict nothing is, because every entity has
some part."""

from compat.wire import Wire
from compat.wire.quotas import ANY, CLIENT, IP, USER, component, entity, limit, set_entries

OWN_BROKER = True


def run(broker: Wire) -> None:
    for parts in (
        entity(user="u"),
        entity(user="u", client_id="c"),
        entity(user=None, client_id=None),
        entity(client_id=None),
        entity(client_id="c"),
    ):
        limit(broker, parts, producer_byte_rate=1e9, request_percentage=200.0)
    limit(broker, entity(ip=None), connection_creation_rate=100_000.0)
    for strict in (False, True):
        broker.ask("DescribeClientQuotas", 1, show=set_entries, components=[], strict=strict)
        for kinds in ([USER], [CLIENT], [IP], [USER, CLIENT]):
            parts = [component(kind, ANY) for kind in kinds]
            broker.ask("DescribeClientQuotas", 1, show=set_entries, components=parts, strict=strict)
