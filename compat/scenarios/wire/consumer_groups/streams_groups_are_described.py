"""StreamsGroupDescribe of an unknown or a classic group is an error in its row."""

from compat.wire import Wire

FEATURE = "streams groups"


def run(broker: Wire) -> None:
    classic = broker.name("classic")
    broker.stable_group(classic)
    broker.ask("StreamsGroupDescribe", 0, group_ids=[classic, broker.name("none")])
