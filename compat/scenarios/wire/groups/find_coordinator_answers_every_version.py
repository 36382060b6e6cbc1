"""FindCoordinator has one key up to v3, whose good answer says NONE in its message from v1 on, and
a list of keys from v4 on."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    group, other = broker.name("g"), broker.name("h")
    for version in range(4):
        broker.ask("FindCoordinator", version, key=group, key_type=0)
    for version in (4, 5, 6):
        broker.ask("FindCoordinator", version, key_type=0, coordinator_keys=[group, other])
