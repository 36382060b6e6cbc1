"""ListGroups has the state from v4 on and the type from v5 on."""

from compat.wire import Message, Wire, commit


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        return {**answer, "groups": broker.mine(answer["groups"], "group_id")}

    broker.stable_group(broker.name("members"))
    broker.quiet("OffsetCommit", 8, **commit(broker.name("offsets"), broker.topic(), 1))
    for version in range(6):
        broker.ask("ListGroups", version, show=mine)
