"""While a group waits for its leader's sync, a member that joins again unchanged is told the
same generation."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    group = broker.name("g")
    member = broker.quiet("JoinGroup", 3, **join(group))["member_id"]
    broker.ask("JoinGroup", 5, **join(group, member))
    broker.ask("JoinGroup", 5, **join(group, member, protocols=(("range", b"new"),)))
