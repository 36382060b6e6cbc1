"""A classic group whose assignment has data of an assignor is not converted, nor is one of another
protocol type or of unreadable assignments: GROUP_ID_NOT_FOUND."""

from typing import Any

from compat.wire import Message, Wire
from compat.wire.coordinators import assigned, enter, known_topic, subscription


def run(broker: Wire) -> None:
    groups = {short: broker.name(short) for short in ("custom", "connect", "garbled", "empty")}
    topic = known_topic(broker, near=groups["custom"])
    readable = (("range", subscription(topic)),)
    custom = assigned(topic, 0, user_data=b"data")
    broker.stable_group(groups["custom"], protocols=readable, assignment=custom)
    broker.stable_group(groups["connect"], protocol_type="connect")
    broker.stable_group(groups["garbled"], protocols=readable, assignment=b"\x00\x00\x00")
    broker.stable_group(groups["empty"], protocols=readable, assignment=b"")
    for group in groups.values():
        broker.ask(
            "ConsumerGroupHeartbeat",
            1,
            show=lambda a: (a["error_code"], a["error_message"]),
            **enter(group, "new", topic),
        )
    for group in groups.values():
        broker.ask("DescribeGroups", 5, show=_states, groups=[group])


def _states(answer: Message) -> list[Any]:
    return [(group["group_state"], group["protocol_type"]) for group in answer["groups"]]
