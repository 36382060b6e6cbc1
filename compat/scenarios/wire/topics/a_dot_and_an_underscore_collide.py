"""Names that differ only in "." and "_" collide, since they do in the names of metrics: 17."""

from compat.wire import Wire, create_topics


def run(broker: Wire) -> None:
    for short in ("a.b", "a_b", "a.b.c", "a_b.c"):
        broker.ask("CreateTopics", 4, **create_topics(broker.name(short)))
    broker.ask("CreateTopics", 4, **create_topics(broker.name("x.y"), broker.name("x_y")))
