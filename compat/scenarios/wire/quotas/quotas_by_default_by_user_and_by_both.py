"""Filters match exactly, the default, or any entity; strict leaves out entities with further
parts."""

from compat.wire import Message, Wire

ALONE = True
EXACT, DEFAULT, ANY = 0, 1, 2


def run(broker: Wire) -> None:
    user, client = broker.name("u"), broker.name("c")
    entities: list[list[Message]] = [
        [{"entity_type": "user", "entity_name": user}],
        [
            {"entity_type": "user", "entity_name": user},
            {"entity_type": "client-id", "entity_name": client},
        ],
        [{"entity_type": "user", "entity_name": None}],
    ]
    alter(broker, entities, remove=False)
    everything = {"entity_type": "user", "match_type": ANY, "match": None}
    broker.until(
        lambda answer: len(answer["entries"] or []) == 3,
        "DescribeClientQuotas",
        1,
        components=[everything],
    )
    for match_type, match in ((EXACT, user), (DEFAULT, None), (ANY, None)):
        part = {"entity_type": "user", "match_type": match_type, "match": match}
        for strict in (False, True):
            broker.ask("DescribeClientQuotas", 1, show=ordered, components=[part], strict=strict)
    alter(broker, entities, remove=True)


def alter(broker: Wire, entities: list[list[Message]], *, remove: bool) -> None:
    ops = [{"key": "producer_byte_rate", "value": 1000.0, "remove": remove}]
    entries = [{"entity": entity, "ops": ops} for entity in entities]
    broker.ask(
        "AlterClientQuotas",
        1,
        show=lambda answer: {**answer, "entries": sorted(answer["entries"], key=str)},
        entries=entries,
        validate_only=False,
    )


def ordered(answer: Message) -> Message:
    for entry in answer["entries"]:
        entry["entity"].sort(key=str)
    return {**answer, "entries": sorted(answer["entries"], key=str)}
