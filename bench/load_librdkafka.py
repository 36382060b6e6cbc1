"""What applications see: librdkafka through confluent-kafka."""

from __future__ import annotations

import uuid
from time import perf_counter

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

from .client import BenchError
from .process import cpu_seconds

LIMIT_S = 120
BATCH = 10_000  # messages handed over per call
TRANSACTION_MESSAGES, TRANSACTION_VALUE_BYTES = 10, 100
TRANSACTIONS_WARM_UP = 20
QUEUE = 2_000_000  # more than any load sends: the client must not stop for its own queue


def librdkafka_produce(
    host: str,
    port: int,
    topic: str,
    partitions: int,
    messages: int,
    value_bytes: int,
    pid: int | None = None,
) -> dict[str, float]:
    """Produce with acks=all, linger 5 ms, to the partitions in turn, until all is acknowledged."""
    producer = Producer(
        {
            "bootstrap.servers": f"{host}:{port}",
            "acks": "all",
            "linger.ms": 5,
            "queue.buffering.max.messages": QUEUE,
            "queue.buffering.max.kbytes": 2_000_000,
        }
    )
    producer.list_topics(topic, timeout=LIMIT_S)
    # The client is the limit of this load: the same messages again and again cost it least.
    rows = [{"value": bytes(value_bytes)}] * BATCH
    cpu_before = cpu_seconds(pid) if pid else 0.0
    started = perf_counter()
    for number, first in enumerate(range(0, messages, BATCH)):
        count = min(BATCH, messages - first)
        if producer.produce_batch(topic, rows[:count], partition=number % partitions) != count:
            raise BenchError("librdkafka refused messages")
    left = producer.flush(LIMIT_S)
    seconds = perf_counter() - started
    cpu = cpu_seconds(pid) - cpu_before if pid else 0.0
    if left:
        raise BenchError(f"{left} messages were not acknowledged")
    return {"records": messages, "seconds": seconds, "cpu_seconds": cpu}


def librdkafka_transactions(
    host: str, port: int, topic: str, seconds: float, pid: int | None = None
) -> dict[str, float]:
    """Transactions of ten messages one after the other, for `seconds` behind a warm-up."""
    producer = Producer(
        {
            "bootstrap.servers": f"{host}:{port}",
            "transactional.id": f"bench-{uuid.uuid4()}",
            "linger.ms": 0,
        }
    )
    producer.init_transactions(LIMIT_S)
    for _ in range(TRANSACTIONS_WARM_UP):
        _transaction(producer, topic)
    cpu_before = cpu_seconds(pid) if pid else 0.0
    started = now = perf_counter()
    transactions = 0
    while now < started + seconds:
        _transaction(producer, topic)
        transactions += 1
        now = perf_counter()
    cpu = cpu_seconds(pid) - cpu_before if pid else 0.0
    everything = TRANSACTIONS_WARM_UP + transactions
    return {
        "transactions": transactions,
        "seconds": now - started,
        "cpu_seconds": cpu,
        # Each has a marker in the log, too.
        "records": everything * (TRANSACTION_MESSAGES + 1),
    }


def librdkafka_read(
    host: str, port: int, topic: str, partitions: int, messages: int, value_bytes: int
) -> dict[str, float]:
    """Read a topic from the beginning with assigned partitions."""
    consumer = Consumer(
        {
            "bootstrap.servers": f"{host}:{port}",
            "group.id": "bench-read",
            "enable.auto.commit": False,
            # A broker faster than the application fills the client's queue, and the client then
            # stops fetching for a second; these let all of the topic fit.
            "queued.min.messages": 1_000_000,
            "queued.max.messages.kbytes": 2_000_000,
            "fetch.queue.backoff.ms": 1,
        }
    )
    consumer.list_topics(topic, timeout=LIMIT_S)
    started = perf_counter()
    consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in range(partitions)])
    got = size = 0
    while got < messages:
        batch = consumer.consume(BATCH, timeout=1.0)
        for message in batch:
            if message.error():
                raise BenchError(str(message.error()))
        got += len(batch)
        size += value_bytes * len(batch)
        if perf_counter() - started > LIMIT_S:
            raise BenchError(f"read {got} of {messages} messages in {LIMIT_S} s")
    seconds = perf_counter() - started
    consumer.close()
    return {"records": got, "bytes": size, "seconds": seconds}


def group_join(host: str, port: int, topic: str) -> dict[str, float]:
    """A brand-new group with default settings: first record, then a second member's assignment."""
    settings = {
        "bootstrap.servers": f"{host}:{port}",
        "group.id": f"bench-{uuid.uuid4()}",
        "auto.offset.reset": "earliest",
    }
    first, second = Consumer(settings), Consumer(settings)
    started = perf_counter()
    first.subscribe([topic])
    while not _got_record(first, 0.05):
        if perf_counter() - started > LIMIT_S:
            raise BenchError("the first member got no record")
    first_record_s = perf_counter() - started
    started = perf_counter()
    second.subscribe([topic])
    while not second.assignment():
        second.poll(0.005)
        first.poll(0.005)
        if perf_counter() - started > LIMIT_S:
            raise BenchError("the second member got no partition")
    second_assigned_s = perf_counter() - started
    second.close()
    first.close()
    return {"first_record_s": first_record_s, "second_assigned_s": second_assigned_s}


def _transaction(producer: Producer, topic: str) -> None:
    producer.begin_transaction()
    for _ in range(TRANSACTION_MESSAGES):
        producer.produce(topic, bytes(TRANSACTION_VALUE_BYTES), partition=0)
    producer.commit_transaction(LIMIT_S)


def _got_record(consumer: Consumer, timeout_s: float) -> bool:
    message = consumer.poll(timeout_s)
    if message is None:
        return False
    if message.error():
        raise BenchError(str(message.error()))
    return True
