"""ConsumerGroupDescribe of an unknown, a classic or a nameless group is an error in its row."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    classic = broker.name("classic")
    broker.stable_group(classic)
    for version in (0, 1):
        broker.ask("ConsumerGroupDescribe", version, group_ids=[classic, broker.name("none"), ""])
