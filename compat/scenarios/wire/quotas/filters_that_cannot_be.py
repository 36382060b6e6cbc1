"""Unknown entity types and match types, a type twice, and an address beside a user, are refused."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    user = {"entity_type": "user", "match_type": 0, "match": broker.name("u")}
    for parts in (
        [{"entity_type": "planet", "match_type": 0, "match": "x"}],
        [{"entity_type": "user", "match_type": 9, "match": None}],
        [{"entity_type": "user", "match_type": 0, "match": None}],
        [user, user],
        [user, {"entity_type": "ip", "match_type": 0, "match": "127.0.0.1"}],
        [{"entity_type": "", "match_type": 0, "match": "x"}],
    ):
        broker.ask("DescribeClientQuotas", 1, components=parts)
