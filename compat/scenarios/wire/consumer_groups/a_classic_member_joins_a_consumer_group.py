"""A classic consumer with a readable subscription may join a group of the new protocol, and is
told to sync."""

from compat.wire import Wire, join
from compat.wire.coordinators import beat, enter, known_topic, subscription


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, partitions=2, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    body = join(group, protocols=(("range", subscription(topic)),))
    connection = broker.connect()
    joining = connection.send("JoinGroup", 3, **body)
    # The generation depends on how soon the assignor runs again.
    broker.receive(connection, joining, show=lambda a: {**a, "generation_id": "some"})
    broker.ask(
        "ConsumerGroupDescribe",
        1,
        show=lambda a: sorted(row["member_type"] for row in a["groups"][0]["members"]),
        group_ids=[group],
    )
    broker.ask("ConsumerGroupHeartbeat", 1, show=lambda a: a["error_code"], **beat(group, "m", 2))
