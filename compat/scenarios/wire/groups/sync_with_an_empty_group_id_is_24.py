"""The empty group id is INVALID_GROUP_ID to SyncGroup, also in versions with the protocol."""

from compat.wire import Wire
from compat.wire.coordinators import sync


def run(broker: Wire) -> None:
    for version in (0, 5):
        broker.ask("SyncGroup", version, **sync("", "nobody"))
