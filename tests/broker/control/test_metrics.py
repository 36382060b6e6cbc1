"""GET /metrics: what Prometheus' own parser reads from it."""

from __future__ import annotations

from confluent_kafka import Producer
from prometheus_client.parser import text_string_to_metric_families


def figures(controlled) -> dict[tuple[str, tuple[str, ...]], float]:
    """By name and the labels' values, in the order of the alphabet."""
    text = controlled.control.metrics()
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_show_partitions_groups_requests_and_connections(controlled):
    control = controlled.control
    control.seed(
        topics=[{"name": "orders", "partitions": 2}],
        records=[{"topic": "orders", "partition": 1, "value": "x"}] * 5,
        offsets=[{"group": "app", "topic": "orders", "partition": 1, "offset": 2}],
    )
    producer = Producer({"bootstrap.servers": controlled.bootstrap})
    producer.produce("orders", b"y", partition=1)
    assert producer.flush(20) == 0
    found = figures(controlled)
    assert found["wirekafka_partition_log_end_offset", ("1", "orders")] == 6
    assert found["wirekafka_partition_log_end_offset", ("0", "orders")] == 0
    assert found["wirekafka_partition_log_start_offset", ("1", "orders")] == 0
    assert found["wirekafka_group_lag", ("1", "app", "orders")] == 4
    assert found["wirekafka_groups", ("Empty", "classic")] == 1
    assert found["wirekafka_group_members", ("app",)] == 0
    assert found["wirekafka_coordinator_partitions", ("active", "group")] == 50
    assert found["wirekafka_connections", ("PLAINTEXT",)] >= 1
    assert found["wirekafka_requests_total", ("Produce",)] == 1
    assert found["wirekafka_requests_total", ("Metadata",)] >= 1
    assert found["wirekafka_received_bytes_total", ()] > 100


def test_counters_do_not_fall_when_connections_close(controlled):
    producer = Producer({"bootstrap.servers": controlled.bootstrap})
    controlled.control.seed(topics=[{"name": "orders"}])
    producer.produce("orders", b"y")
    assert producer.flush(20) == 0
    before = figures(controlled)
    controlled.control.reset()
    after = figures(controlled)
    for name in ("wirekafka_requests_total", "wirekafka_received_bytes_total"):
        labels = ("Produce",) if "requests" in name else ()
        assert after[name, labels] >= before[name, labels] > 0
