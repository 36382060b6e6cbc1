"""With a group instance id JoinGroup enters at once in every version that has it; its id begins
with that."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    for version in range(5, 10):
        group = broker.name(f"g{version}")
        broker.ask("JoinGroup", version, **join(group, group_instance_id="one"))
