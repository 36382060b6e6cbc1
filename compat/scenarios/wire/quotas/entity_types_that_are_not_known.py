"""An unknown entity type, also beside a known one, in another case or empty, is refused by name."""

from compat.wire import Wire
from compat.wire.quotas import entry


def run(broker: Wire) -> None:
    for kinds in (["planet"], ["user", "planet"], ["USER"], [""], ["client_id"], ["users"]):
        parts = [{"entity_type": kind, "entity_name": "x"} for kind in kinds]
        entries = [entry(parts, producer_byte_rate=5.0)]
        broker.ask("AlterClientQuotas", 1, entries=entries, validate_only=True)
        components = [{"entity_type": kind, "match_type": 0, "match": "x"} for kind in kinds]
        broker.ask("DescribeClientQuotas", 1, components=components)
