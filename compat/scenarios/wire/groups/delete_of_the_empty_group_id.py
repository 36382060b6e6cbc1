"""The empty group id that does not exist is INVALID_GROUP_ID to DeleteGroups; no groups have an
empty answer."""

from compat.wire import Wire

ALONE = True


def run(broker: Wire) -> None:
    broker.quiet("DeleteGroups", 2, groups_names=[""])
    broker.ask("DeleteGroups", 2, groups_names=[""])
    broker.ask("DeleteGroups", 2, groups_names=[])
