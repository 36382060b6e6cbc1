"""An entity has all of its operations carried out or none; a quota or an entity twice is refused,
and what is not there may be removed."""

from compat.wire import Wire
from compat.wire.quotas import CLIENT, EXACT, component, entity, entry


def run(broker: Wire) -> None:
    client, other = broker.name("c"), broker.name("other")
    one, two = entity(client_id=client), entity(client_id=other)
    good = {"key": "producer_byte_rate", "value": 1000.0, "remove": False}
    bad = {**good, "key": "no_such_quota"}
    gone = {**bad, "remove": True}
    for ops in ([good, good], [good, bad], [bad, good], [gone], [], [good, gone]):
        entries = [{"entity": one, "ops": ops}]
        broker.ask("AlterClientQuotas", 1, entries=entries, validate_only=False)
    entries = [entry(two, producer_byte_rate=5.0), entry(two, producer_byte_rate=6.0)]
    broker.ask("AlterClientQuotas", 1, entries=entries, validate_only=False)
    for name in (client, other):
        part = component(CLIENT, EXACT, name)
        broker.until(
            lambda answer: bool(answer["entries"]), "DescribeClientQuotas", 1, components=[part]
        )
        broker.ask("DescribeClientQuotas", 1, components=[part])
