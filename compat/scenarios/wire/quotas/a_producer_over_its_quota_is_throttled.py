"""A producer above its byte rate is answered at once with a throttle time, in versions that
throttle themselves."""

import time

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic, client = broker.topic(), broker.name("c")
    entity = [{"entity_type": "client-id", "entity_name": client}]
    entry = {
        "entity": entity,
        "ops": [{"key": "producer_byte_rate", "value": 1000.0, "remove": False}],
    }
    broker.ask("AlterClientQuotas", 1, entries=[entry], validate_only=False)
    part = {"entity_type": "client-id", "match_type": 0, "match": client}
    broker.until(
        lambda answer: bool(answer["entries"]), "DescribeClientQuotas", 1, components=[part]
    )
    connection = broker.connect(client)
    began = time.monotonic()
    pending = connection.send("Produce", 9, **produce(topic, batch(b"x" * 20_000)))
    answer = connection.receive(pending)
    assert isinstance(answer, dict), answer
    outcome = {
        "throttled": answer["throttle_time_ms"] > 0,
        "held back": time.monotonic() - began > 0.9 * answer["throttle_time_ms"] / 1000,
    }
    broker.record("Produce v9 over the quota", outcome)
