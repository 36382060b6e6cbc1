"""What the administering commands read out of their arguments; no broker needed."""

from __future__ import annotations

import argparse

import pytest

from wirekafka.cli.client_quotas import double
from wirekafka.cli.config_entities import (
    Entity,
    add_entity_arguments,
    entities_of,
    validate_entities,
)
from wirekafka.cli.delete_records import parse_offsets
from wirekafka.cli.group_partitions import parse_topics
from wirekafka.cli.output import CommandError
from wirekafka.cli.perf_statistics import Statistics
from wirekafka.cli.scram import parse_credential


def entities(*words: str) -> list[Entity]:
    parser = argparse.ArgumentParser()
    add_entity_arguments(parser)
    return entities_of(parser.parse_args(words))


def test_names_and_defaults_pair_up_with_types_in_their_order() -> None:
    words = ("--entity-type", "users", "--entity-default", "--entity-type", "clients",
             "--entity-name", "c")  # fmt: skip
    assert entities(*words) == [Entity("users", ""), Entity("clients", "c")]
    assert entities("--entity-type", "topics") == [Entity("topics", None)]
    assert entities("--user", "u", "--client", "c") == [
        Entity("clients", "c"),
        Entity("users", "u"),
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "At least one entity type"),
        (["--user", "u", "--entity-type", "users"], "Duplicate entity type"),
        (["--user", "u", "--entity-type", "clients"], "should not be used in conjunction"),
        (["--entity-name", "x"], "More entity names"),
    ],
)
def test_entities_refused(words: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        entities(*words)


@pytest.mark.parametrize(
    ("found", "alters", "message"),
    [
        ([Entity("bogus", "x")], False, "Invalid entity type bogus"),
        ([Entity("topics", "t"), Entity("users", "u")], False, "Only 'users' and 'clients'"),
        ([Entity("topics", "")], False, "--entity-default must not be specified with --describe"),
        ([Entity("brokers", "x")], False, "must be a valid integer broker id, but it is: x"),
        ([Entity("ips", "no ip")], False, "must be a valid IP or resolvable host"),
        ([Entity("broker-loggers", None)], False, "with --describe of broker-loggers"),
        ([Entity("topics", None)], True, "must be specified with --alter of topics"),
        ([Entity("users", None)], True, "with --alter of users, clients, brokers or ips"),
    ],
)
def test_entities_that_cannot_be(found: list[Entity], alters: bool, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        validate_entities(found, alters=alters)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"), (50.0, "50.0"), (0.5, "0.5"), (2048.25, "2048.25"), (9999999.0, "9999999.0"),
        (1e7, "1.0E7"), (12345678901.0, "1.2345678901E10"), (1e-4, "1.0E-4"), (1e22, "1.0E22"),
        (9.223372036854775807e18, "9.223372036854776E18"),
    ],
)  # fmt: skip
def test_quotas_are_printed_as_java_prints_doubles(value: float, text: str) -> None:
    assert double(value) == text


def test_credentials() -> None:
    assert parse_credential("SCRAM-SHA-256", "password=p,q") == (4096, "p,q")
    assert parse_credential("SCRAM-SHA-512", "iterations=8192,password=p") == (8192, "p")
    assert parse_credential("SCRAM-SHA-512", "iterations=-1,password=p") == (4096, "p")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("iterations=5,password=p", "Iterations 5 is less than the minimum 4096"),
        ("secret=p", "Invalid credential property SCRAM_SHA_256=secret=p"),
    ],
)
def test_credentials_refused(text: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        parse_credential("SCRAM-SHA-256", text)


def test_topics_with_partitions() -> None:
    assert parse_topics(["a", "b:0,2"]) == [("a", None), ("b", [0, 2])]


@pytest.mark.parametrize("text", ["a:", "a:b:0", "a:x", "a:0,", "a:-1"])
def test_topics_refused(text: str) -> None:
    with pytest.raises(CommandError, match=r"Invalid (partition|topic arg)"):
        parse_topics([text])


def test_offsets_of_a_file() -> None:
    text = '{"partitions": [{"topic": "a", "partition": 1, "offset": -1}], "version": 1}'
    assert parse_offsets(text) == {("a", 1): -1}
    assert parse_offsets('{"partitions": []}') == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bogus", "not a valid JSON"),
        ("[]", "not a valid JSON"),
        ('{"partitions": [], "version": 2}', "Not supported version field value 2"),
        ('{"version": 1}', "Missing partitions field"),
        ('{"partitions": 1}', "is no list"),
        ('{"partitions": [1]}', "topic: Expected `String` value"),
        ('{"partitions": [{"topic": "a", "partition": 0, "offset": "x"}]}', 'received "x"'),
        ('{"partitions": [{"topic": "a", "partition": true, "offset": 1}]}', "received true"),
        (
            '{"partitions": [{"topic": "a", "partition": 0, "offset": 1},'
            '{"topic": "a", "partition": 0, "offset": 2}]}',
            "duplicate topic partitions: a-0",
        ),
    ],
)
def test_offsets_of_a_file_refused(text: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        parse_offsets(text)


def test_percentiles_are_those_of_the_latencies() -> None:
    statistics = Statistics(1000)
    for latency in range(1000):
        statistics.record([0], 10, latency)
    assert statistics.percentiles() == [500, 950, 990, 999]
    assert statistics.document()["avg_latency_ms"] == 499.5
    line = statistics.summary()
    assert line.startswith("1000 records sent, ")
    assert line.endswith(
        "499.50 ms avg latency, 999.00 ms max latency, 500 ms 50th, 950 ms 95th, 990 ms 99th, "
        "999 ms 99.9th."
    )


def test_many_records_are_sampled() -> None:
    statistics = Statistics(2_000_000)
    for _ in range(10):
        statistics.record([0] * 1000, 1000, 7)
    assert statistics.count == 10_000
    assert len(statistics._latencies) == 2_500
