"""OffsetForLeaderEpoch: an unknown topic or partition is 3, a current epoch of the future 75."""

from compat.wire import Wire, batch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"))
    for name, partition, current in (
        (broker.name("none"), 0, -1),
        (topic, 5, -1),
        (topic, 0, 9),
        (topic, 0, 0),
    ):
        rows = [{"partition": partition, "current_leader_epoch": current, "leader_epoch": 0}]
        for version in (2, 4):
            broker.ask(
                "OffsetForLeaderEpoch",
                version,
                replica_id=-2,
                topics=[{"topic": name, "partitions": rows}],
            )
