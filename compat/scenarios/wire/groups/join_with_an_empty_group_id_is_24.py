"""The empty group id is INVALID_GROUP_ID to JoinGroup."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    for version in (0, 3, 9):
        broker.ask("JoinGroup", version, **join(""))
