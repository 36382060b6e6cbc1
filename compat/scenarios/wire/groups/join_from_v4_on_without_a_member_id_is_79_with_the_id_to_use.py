"""JoinGroup v4 and later without a member id is answered MEMBER_ID_REQUIRED and the id to come
back with."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    for version in range(4, 10):
        group = broker.name(f"g{version}")
        member = broker.ask("JoinGroup", version, **join(group))["member_id"]
        broker.ask("JoinGroup", version, **join(group, member))
