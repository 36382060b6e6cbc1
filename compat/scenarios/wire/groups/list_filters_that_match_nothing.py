"""Filters of states and types ignore case; words that no group knows match nothing and are no
error."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        return {**answer, "groups": broker.mine(answer["groups"], "group_id")}

    broker.stable_group(broker.name("g"))
    for states in ([], ["STABLE", "Empty"], ["nope"], [""], ["Stable", "nope"], ["NotReady"]):
        for types in ([], ["CLASSIC"], ["foo"], ["classic", "foo"], ["Unknown"], [""]):
            broker.ask("ListGroups", 5, show=mine, states_filter=states, types_filter=types)
        broker.ask("ListGroups", 4, show=mine, states_filter=states)
