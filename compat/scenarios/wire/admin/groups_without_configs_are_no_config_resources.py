"""A group with members and offsets but without configs of its own is not listed; internal topics
are."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def internal(answer: Message) -> Message:
        rows = [row for row in answer["config_resources"] if row["resource_name"][:2] == "__"]
        return {**answer, "config_resources": [row for row in rows if "offsets" in str(row)]}

    broker.stable_group(broker.name("g"))
    broker.ask(
        "ListConfigResources",
        1,
        show=lambda answer: broker.mine(answer["config_resources"], "resource_name"),
        resource_types=[32],
    )
    broker.ask("ListConfigResources", 1, show=internal, resource_types=[2])
