"""A topic twice in one CreatePartitions is 42, once, beside good ones."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    twice, once = broker.topic("a"), broker.topic("b")
    rows = [
        {"name": name, "count": count, "assignments": None}
        for name, count in ((twice, 4), (twice, 5), (once, 2))
    ]
    broker.ask("CreatePartitions", 3, topics=rows, timeout_ms=10_000)
