"""States filter in any case, several of them together; a state that does not exist finds
nothing."""

from compat.wire import Message, Wire, commit, join


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        return {**answer, "groups": broker.mine(answer["groups"], "group_id")}

    broker.stable_group(broker.name("stable"))
    broker.quiet("OffsetCommit", 8, **commit(broker.name("empty"), broker.topic(), 1))
    broker.quiet("JoinGroup", 3, **join(broker.name("syncing")))
    for states in (
        ["Stable"],
        ["stable", "EMPTY"],
        ["CompletingRebalance"],
        ["Nonsense"],
        ["Dead"],
    ):
        broker.ask("ListGroups", 4, show=mine, states_filter=states)
