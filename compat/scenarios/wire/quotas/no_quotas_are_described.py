"""DescribeClientQuotas that matches nothing has an empty list of entries, not null."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    part = {"entity_type": "client-id", "match_type": 0, "match": broker.name("c")}
    for version in (0, 1):
        for strict in (False, True):
            broker.ask("DescribeClientQuotas", version, components=[part], strict=strict)
