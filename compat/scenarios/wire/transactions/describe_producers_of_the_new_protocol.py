"""DescribeProducers of a producer of the new protocol: the marker raises its epoch and takes its
sequence."""

from compat.wire import Wire
from compat.wire.coordinators import begin, ended_anew, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    wanted = [{"name": topic, "partition_indexes": [0]}]
    for sequence in (0, 1):
        broker.ask("Produce", 12, **write(name, producer, topic, sequence, b"a"))
    broker.ask("DescribeProducers", 0, topics=wanted)
    producer = ended_anew(broker, name, producer, committed=True)
    broker.ask("DescribeProducers", 0, topics=wanted)
    broker.ask("Produce", 12, **write(name, producer, topic, 0, b"a", b"b"))
    broker.ask("DescribeProducers", 0, topics=wanted)
