"""What the commands read out of their arguments, and how they shape lines; no broker needed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from wirekafka_protocol.records.record import Record

from wirekafka.cli.clients import addresses, pairs
from wirekafka.cli.configs import parse_added
from wirekafka.cli.get_offsets import parse_partitions, parse_rules
from wirekafka.cli.group_reset import duration_ms, timestamp_ms
from wirekafka.cli.output import CommandError, print_table
from wirekafka.cli.record_formatter import Formatter, JsonFormatter
from wirekafka.cli.topic_filter import topic_filter
from wirekafka.cli.topics import parse_assignment
from wirekafka.cli.wire.cluster import TopicPartition, client_properties
from wirekafka.cli.wire.fetcher import Polled


def options(**given: Any) -> Any:
    return SimpleNamespace(**{"bootstrap_server": "h:1", "command_config": None, **given})


def test_client_properties_keep_their_java_names(tmp_path: Path) -> None:
    file = tmp_path / "client.properties"
    file.write_text("linger.ms = 1\nbootstrap.servers=elsewhere:1\nclient.id=me\n")
    given = ["linger.ms=5", 'sasl.jaas.config=x.Plain required username="u" password="p=1";']
    known = frozenset({"linger.ms"})
    assert client_properties(options(command_config=str(file)), given, known) == {
        "client.id": "me",
        "linger.ms": "5",
        "sasl.jaas.config": 'x.Plain required username="u" password="p=1";',
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("group.protocol=consumer", "group.protocol is not supported"),
        ("linger.ms", "is not name=value"),
    ],
)
def test_client_properties_refused(text: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        client_properties(options(), [text])


@pytest.mark.parametrize("address", ["", "h", "h:", "h:x", "::1:9092", "h:1,x"])
def test_addresses_refused(address: str) -> None:
    with pytest.raises(CommandError, match="--bootstrap-server"):
        addresses(address)


def test_pairs() -> None:
    assert pairs(["a=1", "b=", "a=2=3"]) == {"a": "2=3", "b": ""}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=1", {"a": "1"}),
        ("a=1,b=2", {"a": "1", "b": "2"}),
        ("cleanup.policy=[compact,delete],b=", {"cleanup.policy": "compact,delete", "b": ""}),
        ("a = x", {"a": "x"}),
        ("a=[iterations=8192,password=p],b=1", {"a": "iterations=8192,password=p", "b": "1"}),
    ],
)
def test_added_configs(text: str, found: dict[str, str]) -> None:
    assert parse_added(text) == found


@pytest.mark.parametrize("text", ["", "a", "a=1,b", "a=b=c"])
def test_added_configs_refused(text: str) -> None:
    with pytest.raises(CommandError, match="Invalid entity config"):
        parse_added(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("0", {0}), ("0,2", {0, 2}), ("1-3", {1, 2}), ("-2,7", {0, 1, 7})],
)
def test_partitions_end_before_the_end_of_a_range(text: str, found: set[int]) -> None:
    assert parse_partitions(text) == found


@pytest.mark.parametrize("text", ["", "x", "1-", "1,,2", "-"])
def test_partitions_refused(text: str) -> None:
    with pytest.raises(CommandError, match="--partitions"):
        parse_partitions(text)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1970-01-01T00:00:01", 1_000),
        ("1970-01-01T00:00:01.250", 1_250),
        ("1970-01-01T01:00:00.000+01:00", 0),
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00-0130", 5_400_000),
    ],
)
def test_timestamps_are_utc_unless_they_say_otherwise(text: str, ms: int) -> None:
    assert timestamp_ms(text) == ms


@pytest.mark.parametrize("text", ["", "now", "2020-01-01", "2020-13-01T00:00:00"])
def test_timestamps_refused(text: str) -> None:
    with pytest.raises(CommandError, match="--to-datetime"):
        timestamp_ms(text)


@pytest.mark.parametrize(
    ("text", "ms"), [("P1D", 86_400_000), ("PT1H30M", 5_400_000), ("PT1.5S", 1_500)]
)
def test_durations(text: str, ms: int) -> None:
    assert duration_ms(text) == ms


@pytest.mark.parametrize("text", ["", "P", "PT", "1H", "P1Y"])
def test_durations_refused(text: str) -> None:
    with pytest.raises(CommandError, match="--by-duration"):
        duration_ms(text)


def record(
    *, timestamp_type: int = 0, leader_epoch: int = -1, **given: Any
) -> tuple[Polled, Record]:
    fields = {"offset": 2, "timestamp": 3, "key": None, "value": b"v", "headers": [], **given}
    one = Record(**fields)
    return Polled(TopicPartition("t", 1), timestamp_type, leader_epoch, [one]), one


ALL = {f"print.{part}": "true" for part in ("timestamp", "partition", "offset", "headers", "key")}


@pytest.mark.parametrize(
    ("properties", "given", "line"),
    [
        ({}, {}, b"v\n"),
        ({}, {"value": None}, b"null\n"),
        ({}, {"value": b"\xff\x00"}, b"\xff\x00\n"),
        (ALL, {}, b"CreateTime:3\tPartition:1\tOffset:2\tNO_HEADERS\tnull\tv\n"),
        (
            {**ALL, "key.separator": "|", "line.separator": ";"},
            {"timestamp_type": 1, "key": b"k", "headers": [("a", b"1"), ("b", None)]},
            b"LogAppendTime:3|Partition:1|Offset:2|a:1,b:null|k|v;",
        ),
        ({"print.timestamp": "true"}, {"timestamp": -1}, b"NO_TIMESTAMP\tv\n"),
        ({"print.value": "false", "print.key": "true"}, {"key": b"k"}, b"k\n"),
        ({"null.literal": "-"}, {"value": None}, b"-\n"),
        ({"print.epoch": "true"}, {}, b"Epoch:NOT_PRESENT\tv\n"),
        ({"print.epoch": "true"}, {"leader_epoch": 7}, b"Epoch:7\tv\n"),
        ({"print.value": "false"}, {}, b""),
        (
            {"print.headers": "true", "headers.deserializer": "ShortDeserializer"},
            {"headers": [("h", b"\0\7"), ("i", None)]},
            b"h:7,i:null\tv\n",
        ),
    ],
)
def test_a_record_as_a_line(properties: dict[str, str], given: dict[str, Any], line: bytes) -> None:
    assert Formatter.from_properties(properties).line(*record(**given)) == line


def test_a_record_as_json() -> None:
    line = JsonFormatter().line(*record(headers=[("h", b"x")]))
    assert line == (
        b'{"topic": "t", "partition": 1, "offset": 2, "timestamp": 3, '
        b'"timestamp_type": "CreateTime", "key": null, "value": "v", "headers": [["h", "x"]]}\n'
    )


def test_a_table_is_as_wide_as_its_cells(capsys: pytest.CaptureFixture[str]) -> None:
    print_table((("A", 3), ("B", 0)), [("longer", None), ("x", 5)])
    assert capsys.readouterr().out == "A      B\nlonger -\nx      5\n"


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        (None, ["a", "b", "ab"]), ("a", ["a"]), ("a.*", ["a", "ab"]), (" a , b ", ["a", "b"]),
        ("'ab'", ["ab"]), ("a|ab", ["a", "ab"]), ("c", []),
    ],
)  # fmt: skip
def test_topics_are_chosen_by_whole_names(text: str | None, chosen: list[str]) -> None:
    assert list(filter(topic_filter(text), ["a", "b", "ab"])) == chosen


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("t", [("t", 0), ("t", 1), ("t", 2)]), ("t:", [("t", 0), ("t", 1), ("t", 2)]),
        ("t:1", [("t", 1)]),
        ("t:1-", [("t", 1), ("t", 2)]), ("t:-1", [("t", 0)]), ("t:1-2", [("t", 1)]),
        (":0", [("t", 0), ("u", 0)]), ("[tu]:2-9,u:0", [("t", 2), ("u", 0)]), ("t:2-1", []),
    ],
)  # fmt: skip
def test_rules_choose_partitions(text: str, chosen: list[tuple[str, int]]) -> None:
    every = [TopicPartition("t", 0), TopicPartition("t", 1), TopicPartition("t", 2)]
    every.append(TopicPartition("u", 0))
    assert list(filter(parse_rules(text), every)) == chosen


def test_replica_assignments() -> None:
    assert parse_assignment(None) == []
    assert parse_assignment("1:2, 2 : 3") == [[1, 2], [2, 3]]


@pytest.mark.parametrize("text", ["1:1", "1,1:2", "x", "1,,2", "-1", "1:"])
def test_replica_assignments_refused(text: str) -> None:
    with pytest.raises(CommandError):
        parse_assignment(text)
