"""Quotas are the same after a restart, clean or not, and act."""

from compat.wire import Message, Wire, batch, produce
from compat.wire.quotas import entity, entry, limit, set_entries, throttled

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    limit(broker, entity(user=None, client_id="c"), producer_byte_rate=1000.0)
    limit(broker, entity(user="u"), consumer_byte_rate=7.0, request_percentage=12.5)
    limit(broker, entity(ip="192.0.2.1"), connection_creation_rate=3.0)
    removed = [entry(entity(user="u"), consumer_byte_rate=None)]
    broker.quiet("AlterClientQuotas", 1, entries=removed, validate_only=False)
    for hard in (False, True):
        broker.restart(hard=hard)
        broker.until(_all_there, "DescribeClientQuotas", 1, components=[])
        broker.ask("DescribeClientQuotas", 1, show=set_entries, components=[])
        connection = broker.connect("c")
        answer = broker.until(
            lambda answer: _error(answer) == 0,
            "Produce",
            9,
            **produce(topic, batch(b"small")),
        )
        pending = connection.send("Produce", 9, **produce(topic, batch(b"x" * 20_000)))
        broker.receive(connection, pending, show=throttled)
        assert answer


def _all_there(answer: Message) -> bool:
    return len(answer["entries"] or ()) == 3


def _error(answer: Message) -> int:
    code: int = answer["responses"][0]["partition_responses"][0]["error_code"]
    return code
