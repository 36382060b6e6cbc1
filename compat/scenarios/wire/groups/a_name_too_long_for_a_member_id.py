"""A client or instance whose name leaves no room for a member id in the answer hears -1."""

from typing import Any

from compat.wire import Message, Wire, join

LONG = "n" * 32_767


def run(broker: Wire) -> None:
    named = broker.connect(LONG)
    for version in (3, 4, 6, 9):
        group = broker.name(f"client-{version}")
        broker.receive(named, named.send("JoinGroup", version, **join(group)), show=_error)
    for version in (5, 6, 9):
        pending = named.send(
            "JoinGroup",
            version,
            **join(broker.name(f"instance-{version}"), group_instance_id=LONG),
        )
        broker.receive(named, pending, show=_error)


def _error(answer: Message) -> Any:
    return answer["error_code"], answer["member_id"], answer["generation_id"]
