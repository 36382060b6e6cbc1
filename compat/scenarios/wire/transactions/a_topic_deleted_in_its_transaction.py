"""A transaction ends though one of its topics was deleted meanwhile, and the others get their
markers."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import ended, opened


def run(broker: Wire) -> None:
    topic, other = broker.topic(), broker.topic("other")
    name, producer = opened(broker, topic, other)
    broker.quiet("DeleteTopics", 6, topics=[{"name": other}], timeout_ms=5000)
    broker.until(
        lambda answer: answer["topics"][0]["error_code"] == 3,
        "Metadata",
        12,
        topics=[{"name": other}],
        allow_auto_topic_creation=False,
    )
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    ended(broker, name, producer, committed=True)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
