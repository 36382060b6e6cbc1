"""The administering commands against a broker; what they print is what Kafka's tools print.

The expectations are the output of Apache Kafka 4.3.1's tools for the same commands, up to ids and
times; what these send to standard error as a stack trace is one line here.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from confluent_kafka import Consumer, Producer

Run = Any  # the fixture


@pytest.fixture
def name() -> str:
    """A topic, group or user that no other test uses."""
    return f"a{uuid.uuid4().hex[:8]}"


@pytest.fixture
def topic(run: Run, name: str) -> str:
    """A topic of two partitions with three and two records."""
    run.good("topics", "--create", "--topic", name, "--partitions", "2")
    with producing(run) as producer:
        for number in range(5):
            producer.produce(name, b"%d" % number, partition=number % 2)
    return name


class producing:
    def __init__(self, run: Run) -> None:
        self._producer = Producer({"bootstrap.servers": run._broker.bootstrap, "linger.ms": 1})

    def __enter__(self) -> Producer:
        return self._producer

    def __exit__(self, *unused: object) -> None:
        self._producer.flush(30)


class Member(NamedTuple):
    """A consumer with its partitions, and its group."""

    group: str
    consumer: Consumer


@pytest.fixture(params=["classic", "consumer"])
def member(run: Run, topic: str, request: pytest.FixtureRequest) -> Iterator[Member]:
    """The one member of a group of each protocol, which has committed offset 1 of partition 0."""
    group = f"g-{topic}"
    settings = {
        "bootstrap.servers": run._broker.bootstrap, "group.id": group, "client.id": "cli",
        "group.protocol": request.param, "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
    }  # fmt: skip
    consumer = Consumer(settings)
    consumer.subscribe([topic])
    seen = set()
    for _ in range(600):
        message = consumer.poll(0.1)
        if message is None or message.error():
            continue
        seen.add(message.partition())
        if message.partition() == 0 and message.offset() == 0:
            consumer.commit(message, asynchronous=False)
        if len(seen) == 2:
            break
    assert len(seen) == 2
    yield Member(group, consumer)
    consumer.close()


def test_configs_of_topics(run: Run, name: str, tmp_path: Path) -> None:
    run.good("topics", "--create", "--topic", name)
    file = tmp_path / "added.properties"
    file.write_text("retention.ms=77\nsegment.ms=88888888\n")
    alter = ("configs", "--topic", name, "--alter")
    assert run.good(*alter, "--add-config-file", str(file)) == (
        f"Completed updating config for topic {name}.\n"
    )
    shown = run.good("configs", "--topic", name, "--describe").splitlines()
    assert shown[1] == (
        "  retention.ms=77 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=77}"
    )
    every = run.good("configs", "--entity-type", "topics", "--describe")
    assert f"Dynamic configs for topic {name} are:\n" in every
    assert run.bad(*alter, "--add-config", "segment.bytes=abc") == (
        "Invalid value abc for configuration segment.bytes: Not a number of type INT"
    )
    assert run.bad(*alter) == (
        "At least one of --add-config, --add-config-file, or --delete-config must be specified "
        "with --alter"
    )


def test_configs_of_groups_client_metrics_and_loggers(run: Run, name: str) -> None:
    run.good("configs", "--alter", "--group", name, "--add-config",
             "consumer.session.timeout.ms=50000")  # fmt: skip
    assert run.good("configs", "--describe", "--group", name) == (
        f"Dynamic configs for group {name} are:\n"
        "  consumer.session.timeout.ms=50000 sensitive=false synonyms={DYNAMIC_GROUP_CONFIG:"
        "consumer.session.timeout.ms=50000, "
        "DEFAULT_CONFIG:group.consumer.session.timeout.ms=45000}\n"
    )
    run.good("configs", "--alter", "--client-metrics", name, "--add-config",
             "interval.ms=1000,metrics=[a.,b.]")  # fmt: skip
    assert run.good("configs", "--describe", "--client-metrics", name).splitlines() == [
        f"Dynamic configs for client-metric {name} are:",
        "  interval.ms=1000 sensitive=false synonyms={DYNAMIC_CLIENT_METRICS_CONFIG:"
        "interval.ms=1000}",
        "  metrics=a.,b. sensitive=false synonyms={DYNAMIC_CLIENT_METRICS_CONFIG:metrics=a.,b.}",
    ]
    loggers = run.good("configs", "--describe", "--broker-logger", "1").splitlines()
    assert loggers[0] == "Dynamic configs for broker-logger 1 are:"
    assert run.bad(
        "configs", "--alter", "--broker-logger", "1", "--add-config", f"{name}=DEBUG"
    ) == (f"Invalid broker logger(s): {name}")
    for kind in ("group", "client-metrics", "broker-logger"):
        unknown = "77" if kind == "broker-logger" else f"{name}-none"
        shown = kind.removesuffix("s")
        assert run.good("configs", "--describe", f"--{kind}", unknown) == (
            f"The {shown} '{unknown}' doesn't exist and doesn't have dynamic config.\n"
        )


def test_quotas_and_credentials(run: Run, name: str) -> None:
    user = ("configs", "--user", name)
    assert run.good(*user, "--client", "c", "--alter", "--add-config", "request_percentage=50") == (
        "Completed updating config for client c.\n"
    )
    run.good(*user, "--alter", "--add-config", "producer_byte_rate=12345678901")
    done = run.good(*user, "--alter", "--add-config", "SCRAM-SHA-512=[iterations=8192,password=p]")
    assert done == f"Completed updating config for user {name}.\n"
    assert run.good(*user, "--describe") == (
        f"Quota configs for user-principal '{name}' are producer_byte_rate=1.2345678901E10\n"
        f"SCRAM credential configs for user-principal '{name}' are SCRAM-SHA-512=iterations=8192\n"
    )
    assert run.good(*user, "--client", "c", "--describe") == (
        f"Quota configs for user-principal '{name}', client-id 'c' are request_percentage=50.0\n"
    )
    assert run.document(*user, "--describe") == {
        "quotas": [{"entity": {"user": name}, "quotas": {"producer_byte_rate": 12345678901.0}}],
        "scram": {name: {"SCRAM-SHA-512": 8192}},
    }
    assert run.bad(*user, "--alter", "--delete-config", "consumer_byte_rate") == (
        "Invalid config(s): consumer_byte_rate"
    )
    assert run.bad(*user, "--alter", "--add-config", "bogus=1") == (
        "Only quota and SCRAM credential configs can be added for 'users' using "
        "--bootstrap-server. Unexpected config names: Set(bogus)"
    )
    assert run.bad(*user, "--alter", "--add-config", "producer_byte_rate=2048.5") == (
        "producer_byte_rate cannot be a fractional value."
    )
    assert run.bad(*user, "--alter", "--delete-config", "SCRAM-SHA-256") == (
        "Attempt to delete a user credential that does not exist"
    )
    run.good(*user, "--alter", "--delete-config", "producer_byte_rate")
    run.good(*user, "--alter", "--delete-config", "SCRAM-SHA-512")
    run.good(*user, "--client", "c", "--alter", "--delete-config", "request_percentage")
    assert run.good(*user, "--describe") == ""


def test_quota_of_an_address(run: Run) -> None:
    address = ("configs", "--ip", "192.0.2.7")
    run.good(*address, "--alter", "--add-config", "connection_creation_rate=10")
    assert run.good(*address, "--describe") == (
        "Quota configs for ip '192.0.2.7' are connection_creation_rate=10.0\n"
    )
    run.good(*address, "--alter", "--delete-config", "connection_creation_rate")
    assert run.good(*address, "--describe") == ""


def test_a_group_with_a_member(run: Run, topic: str, member: Member) -> None:
    group = member.group
    describe = ("consumer-groups", "--describe", "--group", group)
    title, *rows = run.good(*describe).splitlines()[1:]
    assert title.split() == [
        "GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID",
        "HOST", "CLIENT-ID",
    ]  # fmt: skip
    consumer_id = rows[0].split()[6]
    assert [row.split() for row in rows] == [
        [group, topic, "0", "1", "3", "2", consumer_id, "/127.0.0.1", "cli"],
        [group, topic, "1", "-", "2", "-", consumer_id, "/127.0.0.1", "cli"],
    ]
    members = run.good(*describe, "--members").splitlines()[1:]
    assert members[1].split() == [group, consumer_id, "/127.0.0.1", "cli", "2"]
    title, row = run.good(*describe, "--members", "--verbose").splitlines()[1:]
    assert title.split()[-4:] == [
        "CURRENT-EPOCH", "CURRENT-ASSIGNMENT", "TARGET-EPOCH", "TARGET-ASSIGNMENT",
    ]  # fmt: skip
    (document,) = run.document(*describe)
    epochs = row.split()[-4:]
    if document["type"] == "Classic":
        assert epochs == ["-", f"{topic}:0,1", "-", "-"]
    else:
        assert epochs[1::2] == [f"{topic}:0,1"] * 2
        assert epochs[0] == epochs[2] == str(document["group_epoch"])
    state = run.good(*describe, "--state").splitlines()[2].split()
    assert state[0] == group
    assert state[2:] == ["(1)", document["assignment_strategy"], "Stable", "1"]

    assert run.bad("consumer-groups", "--delete", "--group", group) == (
        f"Deletion of some consumer groups failed: Group '{group}' could not be deleted due to: "
        "org.apache.kafka.common.errors.GroupNotEmptyException: The group is not empty."
    )
    reset = ("consumer-groups", "--reset-offsets", "--topic", topic, "--to-latest")
    assert run.bad(*reset, "--group", group, "--execute") == (
        f"Assignments can only be reset if the group '{group}' is inactive, but the current state "
        "is Stable."
    )
    subscribed = run.document("groups", "--list", "--consumer")
    assert {"group": group, "type": document["type"], "protocol": "consumer"} in subscribed
    listed = run.good("consumer-groups", "--list", "--type", "--state", "stable")
    assert [group, document["type"], "Stable"] in [line.split() for line in listed.splitlines()]


def test_every_form_of_reset(run: Run, topic: str, tmp_path: Path) -> None:
    reset = ("consumer-groups", "--reset-offsets", "--group", topic)

    def planned(*words: str) -> list[int]:
        return [row["new_offset"] for row in run.document(*reset, *words)]

    both = ("--topic", topic)
    assert planned(*both, "--to-latest", "--execute") == [3, 2]
    assert planned(*both, "--to-earliest", "--dry-run") == [0, 0]
    assert planned("--all-topics", "--shift-by", "-1", "--execute") == [2, 1]
    assert planned("--all-topics", "--to-current") == [2, 1]
    assert planned("--topic", f"{topic}:1", "--to-offset", "1") == [1]
    assert planned("--all-topics", "--to-offset", "99") == [3, 2]
    assert planned("--all-topics", "--to-offset", "-5") == [0, 0]
    assert planned("--all-topics", "--by-duration", "PT1H") == [0, 0]
    assert planned("--all-topics", "--to-datetime", "2020-01-01T00:00:00.000") == [0, 0]
    exported = run.good(*reset, "--all-topics", "--to-current", "--export")
    assert exported == f"{topic},0,2\n{topic},1,1\n\n"
    file = tmp_path / "plan.csv"
    file.write_text(f"{topic},0,1\n")
    assert planned("--from-file", str(file), "--execute") == [1]

    several = (*reset, "--group", f"{topic}-2")
    file.write_text(f"{topic},{topic},0,3\n{topic}-2,{topic},1,2\n")
    shown = run.good(*several, "--from-file", str(file), "--execute").splitlines()
    assert [line.split() for line in shown[1:]] == [
        ["GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"],
        [topic, topic, "0", "3"],
        [f"{topic}-2", topic, "1", "2"],
    ]
    done = run.good("consumer-groups", "--delete", "--group", topic, "--group", f"{topic}-2")
    assert done == (
        f"Deletion of requested consumer groups ('{topic}', '{topic}-2') was successful.\n"
    )


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--topic", "TOPIC:1", "--shift-by", "1"], "Cannot shift offset for partition TOPIC-1"),
        (["--topic", "TOPIC:9", "--to-latest"], 'The partitions "TOPIC-9" do not exist'),
        (["--topic", "TOPIC-none", "--to-latest"], "does not host this topic-partition"),
        (["--topic", "TOPIC:x", "--to-latest"], "Invalid partition 'x' specified"),
        (["--to-latest"], "One of the reset scopes should be defined"),
        (["--topic", "TOPIC"], "[reset-offsets] takes one of these options"),
        (["--from-file", "/no/such/plan"], "Unable to read file /no/such/plan"),
    ],
)
def test_resets_refused(run: Run, topic: str, words: list[str], complaint: str) -> None:
    words = [word.replace("TOPIC", topic) for word in words]
    said = run.bad("consumer-groups", "--reset-offsets", "--group", f"{topic}-new", *words)
    assert complaint.replace("TOPIC", topic) in said


def test_offsets_of_a_group_are_deleted(run: Run, topic: str) -> None:
    run.good("consumer-groups", "--reset-offsets", "--group", topic, "--topic", topic,
             "--to-latest", "--execute")  # fmt: skip
    delete = ("consumer-groups", "--delete-offsets", "--group", topic, "--topic")
    assert run.good(*delete, f"{topic}:0") == (
        f"Request succeeded for deleting offsets from group {topic}.\n\n"
        f"{'TOPIC':<15} {'PARTITION':<10} {'STATUS':<15}\n{topic:<15} {0:<10} Successful     \n"
    )
    (row,) = run.document("consumer-groups", "--describe", "--group", topic)[0]["offsets"]
    assert row["partition"] == 1
    assert run.bad("consumer-groups", "--delete-offsets", "--group", f"{topic}-none", "--topic",
                   topic) == "The group id does not exist."  # fmt: skip


def test_regular_expressions_are_re2(run: Run) -> None:
    valid = run.good("consumer-groups", "--validate-regex", "a+")
    assert valid == "The regular expression `a+` is valid.\n"
    invalid = run.good("consumer-groups", "--validate-regex", "a(")
    assert invalid == "The regular expression `a(` is invalid: missing closing ).\n"


def test_records_are_deleted(run: Run, topic: str, tmp_path: Path) -> None:
    file = tmp_path / "offsets.json"
    rows = [{"topic": topic, "partition": 0, "offset": 1},
            {"topic": topic, "partition": 1, "offset": -1}]  # fmt: skip
    file.write_text(json.dumps({"partitions": rows, "version": 1}))
    command = ("delete-records", "--offset-json-file", str(file))
    assert run.good(*command) == (
        "Executing records delete operation\nRecords delete operation completed:\n"
        f"partition: {topic}-0\tlow_watermark: 1\npartition: {topic}-1\tlow_watermark: 2\n"
    )
    rows = [{"topic": topic, "partition": 0, "offset": 99},
            {"topic": f"{topic}-none", "partition": 0, "offset": 1}]  # fmt: skip
    file.write_text(json.dumps({"partitions": rows, "version": 1}))
    assert run.bad(*command) == f"no records deleted in {topic}-0, {topic}-none-0"


def test_log_dirs(run: Run, topic: str) -> None:
    shown = run.good("log-dirs", "--describe", "--topic-list", topic).splitlines()
    assert shown[:2] == [
        "Querying brokers for log directories information",
        "Received log directory information from brokers 1",
    ]
    document = json.loads(shown[2])
    assert document == run.document("log-dirs", "--describe", "--topic-list", topic)
    assert document["version"] == 1
    ((directory,),) = (broker["logDirs"] for broker in document["brokers"])
    assert directory["error"] is None
    assert [row["partition"] for row in directory["partitions"]] == [f"{topic}-0", f"{topic}-1"]
    assert directory["partitions"][0]["size"] > 0
    assert run.bad("log-dirs", "--describe", "--broker-list", "1,9") == (
        "The given brokers do not exist from --broker-list: 9. Current existent brokers: 1"
    )


def test_broker_api_versions(run: Run, broker: Any) -> None:
    lines = run.good("broker-api-versions").splitlines()
    assert lines[0] == f"{broker.bootstrap} (id: 1 rack: null isFenced: false) -> ("
    assert lines[1] == "\tProduce(0): 0 to 13 [usable: 13],"
    assert "\tOffsetDelete(47): 0 [usable: 0]," in lines
    assert "\tPushTelemetry(72): UNSUPPORTED," in lines
    assert lines[-1] == ")"
    (document,) = run.document("broker-api-versions")
    assert document["apis"][0] == {
        "key": 0, "name": "Produce", "min_version": 0, "max_version": 13, "usable": 13
    }  # fmt: skip


def test_an_open_transaction(run: Run, topic: str) -> None:
    producer = Producer(
        {"bootstrap.servers": run._broker.bootstrap, "transactional.id": f"x-{topic}",
         "transaction.timeout.ms": 600_000}
    )  # fmt: skip
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(topic, b"x", partition=0)
    producer.flush(30)

    listed = run.document("transactions", "list", "--transactional-id-pattern", f"x-{topic}")
    assert [row["TransactionState"] for row in listed] == ["Ongoing"]
    (described,) = run.document("transactions", "describe", "--transactional-id", f"x-{topic}")
    assert described["TopicPartitions"] == f"{topic}-0"
    assert described["TransactionTimeoutMs"] == 600_000
    where = ("--topic", topic, "--partition", "0")
    shown = run.good("transactions", "describe-producers", *where).splitlines()
    assert shown[0].split("\t") == [
        "ProducerId", "ProducerEpoch", "LatestCoordinatorEpoch", "LastSequence", "LastTimestamp",
        "CurrentTransactionStartOffset", "",
    ]  # fmt: skip
    assert shown[-1].split("\t")[5].strip() == "3"
    # Its coordinator knows it, so it hangs not, however old.
    searched = ("--max-transaction-timeout", "0")
    assert run.document("transactions", "find-hanging", "--topic", topic, *searched) == []
    assert run.bad("transactions", "abort", *where, "--start-offset", "99") == (
        f"Could not find any open transactions starting at offset 99 on partition {topic}-0"
    )
    name = ("--transactionalId", f"x-{topic}")
    assert run.good("transactions", "forceTerminateTransaction", *name) == ""
    (ended,) = run.document("transactions", "describe-producers", *where)[-1:]
    assert ended["CurrentTransactionStartOffset"] is None


def test_transactions_that_are_not_there(run: Run, topic: str) -> None:
    assert run.bad("transactions", "describe", "--transactional-id", topic) == (
        f"Failed to describe transaction state of transactional-id `{topic}`: "
        f"DescribeTransactions request for transactionalId `{topic}` failed because the ID could "
        "not be found"
    )
    missing = ("--topic", topic, "--partition", "9")
    assert run.bad("transactions", "describe-producers", *missing) == (
        f"Failed to describe producers for partition {topic}-9 on leader: This server does not "
        "host this topic-partition."
    )
    assert "requires either --topic or --broker-id" in run.bad("transactions", "find-hanging")
    assert "is no regular expression" in run.bad(
        "transactions", "list", "--transactional-id-pattern", "("
    )


def test_a_client_property_that_is_not_known_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "client.properties"
    file.write_text("client.id=me\nno.such=1\n")
    complaint = run.bad("groups", "--list", "--command-config", str(file))
    assert complaint == "client property no.such is not supported by this tool"
    file.write_text("client.id=me\nrequest.timeout.ms=9000\n")
    run.good("groups", "--list", "--command-config", str(file))
