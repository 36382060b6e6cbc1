"""ListGroups has a group that only has pending offsets, and after an abort."""

from compat.wire import Message, Wire, committed
from compat.wire.coordinators import begin, ended_anew, txn_offsets


def run(broker: Wire) -> None:
    def mine(answer: Message) -> list[Message]:
        return broker.mine(answer["groups"], "group_id")

    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 5))
    broker.ask("ListGroups", 5, show=mine)
    ended_anew(broker, name, producer, committed=False)
    broker.until(
        lambda answer: answer["groups"][0]["topics"][0]["partitions"][0]["error_code"] == 0,
        "OffsetFetch",
        8,
        **committed(group, topic, require_stable=True),
    )
    broker.ask("ListGroups", 5, show=mine)
    broker.ask("DescribeGroups", 6, groups=[group])
    broker.ask("DeleteGroups", 2, groups_names=[group])
