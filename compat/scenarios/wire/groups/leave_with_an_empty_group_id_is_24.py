"""The empty group id is INVALID_GROUP_ID to LeaveGroup."""

from compat.wire import Wire
from compat.wire.coordinators import leave


def run(broker: Wire) -> None:
    for version in (0, 5):
        broker.ask("LeaveGroup", version, **leave("", "nobody"))
