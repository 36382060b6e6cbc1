"""AlterClientQuotas sets quotas of a client id, DescribeClientQuotas shows them, and removing
takes them away."""

from functools import partial

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    client = broker.name("c")
    entity = [{"entity_type": "client-id", "entity_name": client}]
    part = {"entity_type": "client-id", "match_type": 0, "match": client}
    keys = ("producer_byte_rate", "consumer_byte_rate", "request_percentage")
    for version, remove in ((0, False), (1, True)):
        ops = [{"key": key, "value": 1e6, "remove": remove} for key in keys[:2]]
        entry = {"entity": entity, "ops": ops}
        broker.ask("AlterClientQuotas", version, entries=[entry], validate_only=False)
        broker.until(
            partial(_are_there, not remove),
            "DescribeClientQuotas",
            1,
            components=[part],
        )
        broker.ask("DescribeClientQuotas", version, components=[part])


def _are_there(wanted: bool, answer: Message) -> bool:
    return bool(answer["entries"]) == wanted
