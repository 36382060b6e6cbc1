"""POST /seed and the file of --seed."""

from __future__ import annotations

import pytest
from wirekafka_protocol.murmur2 import partition_of_key

from wirekafka.testing.control import ControlRefused

YAML = b"""
topics:
  - {name: orders, partitions: 3, configs: {cleanup.policy: compact, retention.ms: 1000}}
records:
  - {topic: orders, key: a, value: {id: 1}, headers: {trace: x1, none: null}}
  - {topic: orders, key: a, value: null, timestamp: 2026-01-01T00:00:00Z}
  - {topic: orders, partition: 2, key_base64: /w==, value: 12}
offsets:
  - {group: app, topic: orders, partition: 2, offset: latest, metadata: seeded}
"""


def test_a_seed_makes_topics_records_and_offsets(controlled):
    control = controlled.control
    done = control.seed(
        topics=[{"name": "orders", "partitions": 3, "configs": {"retention.ms": 1000}}],
        records=[
            {"topic": "orders", "key": "a", "value": {"id": 1}, "headers": [["h", "1"], ["h", 2]]},
            {"topic": "orders", "key": "a", "value": None, "timestamp": "2026-01-01T00:00:00Z"},
            {"topic": "orders", "key": "b", "value": ["x"], "timestamp": 5},
        ],
        offsets=[{"group": "app", "topic": "orders", "partition": 1, "offset": "earliest"}],
    )
    assert done == {"topics": ["orders"], "records": 3, "offsets": 1}
    a, b = partition_of_key(b"a", 3), partition_of_key(b"b", 3)
    first, second = control.records("orders", partition=a, limit=2)
    assert (first["value"], first["key"]) == ('{"id":1}', "a")
    assert [(row["key"], row["value"]) for row in first["headers"]] == [("h", "1"), ("h", "2")]
    assert (second["tombstone"], second["timestamp_ms"]) == (True, 1767225600000)
    assert control.records("orders", partition=b, last=1)[0]["timestamp_ms"] == 5
    (offset,) = control.group("app")["partitions"]
    assert (offset["partition"], offset["committed"]) == (1, 0)
    configs = controlled.run(lambda: controlled.broker.image.topics["orders"].configs)
    assert dict(configs) == {"retention.ms": "1000"}


def test_a_seed_may_be_yaml(controlled):
    pytest.importorskip("yaml")
    control = controlled.control
    answer = post_yaml(control, YAML)
    assert answer == {"topics": ["orders"], "records": 3, "offsets": 1}
    (record,) = control.records("orders", partition=2, last=1)
    assert (record["key"], record["value"]) == ("/w==", "12")


def test_records_without_key_and_partition_go_around(controlled):
    controlled.control.seed(
        topics=[{"name": "t", "partitions": 2}], records=[{"topic": "t", "value": "x"}] * 4
    )
    found = controlled.control.records("t")
    assert [row["partition"] for row in found] == [0, 0, 1, 1]


def test_many_and_large_records_are_cut_into_batches(controlled):
    large = "x" * 300_000
    controlled.control.seed(
        topics=[{"name": "t"}],
        records=[{"topic": "t", "value": value} for value in (large, "small", large)],
    )
    assert [len(row["value"]) for row in controlled.control.records("t")] == [300000, 5, 300000]


@pytest.mark.parametrize(
    ("body", "field", "hint"),
    [
        ({"topic": []}, "topic", "did you mean 'topics'?"),
        ({"topics": [{}]}, "topics[0].name", None),
        ({"topics": [{"name": "a b"}]}, "topics[0]", None),
        ({"topics": [{"name": "x", "partitions": 0}]}, "topics[0].partitions", None),
        ({"topics": [{"name": "x", "partitons": 1}]}, "topics[0].partitons", "partitions"),
        ({"topics": [{"name": "x", "configs": {"retention": 1}}]}, "topics[0]", None),
        ({"topics": [{"name": "x"}, {"name": "x"}]}, "topics[1].name", None),
        ({"records": [{"topic": "nope", "value": ""}]}, "records[0].topic", None),
        ({"records": [{"topic": "t"}]}, "records[0].value", "null makes a tombstone"),
        ({"records": [{"topic": "t", "value": "", "partition": 7}]}, "records[0].partition", None),
        ({"records": [{"topic": "t", "value_base64": "?"}]}, "records[0].value_base64", None),
        ({"records": [{"topic": "t", "value": "", "value_base64": ""}]}, "value_base64", None),
        ({"records": [{"topic": "t", "value": "", "timestamp": "noon"}]}, "timestamp", None),
        ({"records": [{"topic": "t", "value": "", "headers": 1}]}, "headers", None),
        ({"records": [{"topic": "compacted", "value": "no key"}]}, "records[0]", None),
        ({"offsets": [{"group": "g", "topic": "nope", "offset": 0}]}, "offsets[0].topic", None),
        ({"offsets": [{"group": "g", "topic": "t", "partition": 3}]}, "offsets[0].partition", None),
        ({"offsets": [{"group": "g", "topic": "t", "offset": "end"}]}, "offsets[0].offset", None),
        ({"offsets": [{"group": "", "topic": "t"}]}, "offsets[0].group", None),
    ],
)
def test_a_seed_that_cannot_be_is_refused_with_the_place(shared, body, field, hint):
    shared.control.seed(
        topics=[{"name": "t"}, {"name": "compacted", "configs": {"cleanup.policy": "compact"}}]
    )
    with pytest.raises(ControlRefused) as refused:
        shared.control.request("POST", "/seed", body)
    assert refused.value.status == 400
    assert field in (refused.value.field or ""), refused.value
    assert hint is None or hint in (refused.value.hint or "")


def post_yaml(control, document: bytes) -> object:
    import http.client
    import json

    host, _, port = control.url.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=20)
    connection.request("POST", "/seed", document, {"content-type": "application/yaml"})
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    return content
