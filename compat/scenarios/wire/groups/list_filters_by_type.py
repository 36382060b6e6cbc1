"""Types filter in any case; together with states both must match."""

from compat.wire import Message, Wire, commit


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        return {**answer, "groups": broker.mine(answer["groups"], "group_id")}

    broker.stable_group(broker.name("stable"))
    broker.quiet("OffsetCommit", 8, **commit(broker.name("empty"), broker.topic(), 1))
    for types in (["classic"], ["Classic", "share"], ["consumer"], ["nonsense"]):
        broker.ask("ListGroups", 5, show=mine, types_filter=types)
    broker.ask("ListGroups", 5, show=mine, types_filter=["classic"], states_filter=["Empty"])
