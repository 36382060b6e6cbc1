"""A consumer may read what its whole window allows at once; above its rate it gets an empty answer
with the time to wait, in every version."""

from typing import Any

from compat.wire import Message, Wire, batch, fetch
from compat.wire.quotas import entity, entry, limit, throttled

VERSIONS = (4, 7, 11, 12, 13, 16, 18)
ATTEMPTS = 4
"""Two make one above the rate; on a slow machine the window of the first may be over by then."""


def run(broker: Wire) -> None:
    topic = broker.topic()
    topic_id = broker.topic_id(topic)
    # One: of several as much is read as the window allows to the byte, and with what is around it
    # that is above the rate for the time of 70 bytes.
    broker.fill(topic, batch(b"x" * 6_000))
    clients = {version: broker.name(f"v{version}") for version in VERSIONS}
    quotas = [entry(entity(client_id=name), consumer_byte_rate=1000.0) for name in clients.values()]
    broker.quiet("AlterClientQuotas", 1, entries=quotas, validate_only=False)
    # Changes come one after the other: when this one is told those before it are in force.
    limit(broker, entity(client_id=broker.name("last")), consumer_byte_rate=1000.0)
    for version, client in clients.items():
        for what in ("within", "above"):
            for _ in range(ATTEMPTS if what == "above" else 1):
                connection = broker.connect(client)
                body = fetch((topic if version < 13 else topic_id, 0))
                answer: Any = connection.receive(connection.send("Fetch", version, **body))
                if answer["throttle_time_ms"]:
                    break
            broker.record(f"Fetch v{version} {what}", answer, show=seen)


def seen(answer: Message) -> Message:
    sizes = [
        len(row["records"] or b"") for topic in answer["responses"] for row in topic["partitions"]
    ]
    return {
        "throttled": throttled(answer),
        "error": answer.get("error_code"),
        "batches": [size // 6_000 for size in sizes],
    }
