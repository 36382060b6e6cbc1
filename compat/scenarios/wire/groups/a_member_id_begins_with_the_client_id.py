"""The member id is the client id, a dash and a random part; without a client id, only the
latter."""

from compat.wire import Wire, join


def run(broker: Wire) -> None:
    for number, client in enumerate(("my client", "", None)):
        connection = broker.connect(client)
        group = broker.name(f"g{number}")
        joined = broker.ask("JoinGroup", 3, on=connection, **join(group))
        broker.ask("DescribeGroups", 4, groups=[group])
        assert joined["member_id"]
