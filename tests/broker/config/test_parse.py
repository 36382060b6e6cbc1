"""server.properties, the environment and --set become one set of static configs."""

from __future__ import annotations

import pytest

from wirekafka.config.parse import (
    environment_name,
    load,
    parse_create_topics,
    parse_properties,
)
from wirekafka.config.property import ConfigError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=b", {"a": "b"}),
        ("a = b ", {"a": "b"}),
        ("a: b", {"a": "b"}),
        ("a b", {"a": "b"}),
        ("  a  :  b=c", {"a": "b=c"}),
        ("a", {"a": ""}),
        ("# no\n! no\n\n  \t# no\na=1", {"a": "1"}),
        ("a=1\\\n   2\\\n3\nb=4", {"a": "123", "b": "4"}),
        ("a=1\\\\\nb=2", {"a": "1\\", "b": "2"}),
        ("a\\=b=c", {"a=b": "c"}),
        ("a\\ b=c", {"a b": "c"}),
        ("a=\\u00e9\\n\\t\\q", {"a": "\u00e9\n\tq"}),
        ("a=1\r\nb=2\rc=3", {"a": "1", "b": "2", "c": "3"}),
        ("a=1\na=2", {"a": "2"}),
        ("a=1\\", {"a": "1"}),
        ("a=x\\\n# joined", {"a": "x# joined"}),
        ("a=\\u12", {"a": "u12"}),
    ],
)
def test_properties_are_read_as_java_reads_them(text: str, found: dict[str, str]) -> None:
    assert parse_properties(text) == found


@pytest.mark.parametrize("cut", range(12))
def test_properties_cut_anywhere_do_not_fail(cut: int) -> None:
    parse_properties("a=\\u00e9\\\n b"[:cut])


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("LOG_RETENTION_MS", "log.retention.ms"),
        ("A__B", "a_b"),
        ("A___B", "a-b"),
        ("LISTENER_NAME_SASL__SSL_SCRAM___SHA", "listener.name.sasl_ssl.scram-sha"),
    ],
)
def test_environment_names(variable: str, name: str) -> None:
    assert environment_name(variable) == name


def test_set_beats_environment_beats_file_beats_preset() -> None:
    settings = load(
        properties_text="num.partitions=2\nmessage.max.bytes=2000\nfetch.max.bytes=2000",
        environ={"KAFKA_MESSAGE_MAX_BYTES": "3000", "KAFKA_FETCH_MAX_BYTES": "3000"},
        assignments=["fetch.max.bytes=4000"],
    )
    static = settings.layers.static
    assert static["num.partitions"] == "2"
    assert static["message.max.bytes"] == "3000"
    assert static["fetch.max.bytes"] == "4000"
    assert static["group.initial.rebalance.delay.ms"] == "0"
    assert settings.warnings == ()


def test_cfg_variables_are_read_and_yield_to_plain_ones() -> None:
    environ = {
        "KAFKA_NUM_PARTITIONS": "3",
        "KAFKA_CFG_NUM_PARTITIONS": "4",
        "KAFKA_CFG_MESSAGE_MAX_BYTES": "7",
    }
    static = load(environ=environ).layers.static
    assert static["num.partitions"] == "3"
    assert static["message.max.bytes"] == "7"


def test_empty_variables_count_as_not_set() -> None:
    assert (
        load(environ={"KAFKA_ADVERTISED_LISTENERS": ""}).layers.static.get("advertised.listeners")
        is None
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            {"properties_text": "num.partitons=3"},
            "server.properties: unknown config num.partitons, did you mean num.partitions?",
        ),
        (
            {"environ": {"KAFKA_NUM_PARTITON": "3"}},
            "KAFKA_NUM_PARTITON: unknown config num.partiton, did you mean num.partitions?",
        ),
        ({"assignments": ["quux=3"]}, "--set: unknown config quux"),
        ({"assignments": ["quux"]}, "--set quux: write name=value"),
        (
            {"assignments": ["num.partitions=x"]},
            "--set: Invalid value x for configuration num.partitions: Not a number of type INT",
        ),
        (
            {"properties_text": "node.id=1\nbroker.id=2"},
            "node.id 1 and broker.id 2 differ; set one",
        ),
    ],
)
def test_mistakes_are_one_line_naming_the_source(source: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(**source)  # type: ignore[arg-type]
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "variable",
    [
        "KAFKA_HEAP_OPTS", "KAFKA_OPTS", "KAFKA_VERSION", "KAFKA_HOME", "KAFKA_JMX_PORT",
        "KAFKA_LOG4J_LOGGERS", "KAFKA_PORT_9092_TCP_ADDR", "KAFKA_SERVICE_HOST",
        "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_BROKERS", "KAFKA_SSL_KEYSTORE_FILENAME",
    ],
)  # fmt: skip
def test_variables_that_are_no_configs_are_passed_over(variable: str) -> None:
    assert load(environ={variable: "x"}).warnings == ()


def test_a_variable_far_from_every_config_is_a_warning_not_an_error() -> None:
    settings = load(environ={"KAFKA_MY_APPLICATION_RETRIES": "x"})
    assert settings.warnings == (
        "KAFKA_MY_APPLICATION_RETRIES is no Kafka config (my.application.retries) and is ignored",
    )


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("KAFKA_CREATE_TOPIC", "KAFKA_CREATE_TOPICS"),
        ("WIREKAFKA_ADVERTISED_PROT", "WIREKAFKA_ADVERTISED_PORT"),
        ("WIREKAFKA_CONTROL_TOKENS", "WIREKAFKA_CONTROL_TOKEN"),
    ],
)
def test_a_slip_in_a_variable_that_is_no_config_is_named(variable: str, meant: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(environ={variable: "1"})
    assert str(caught.value) == f"{variable}: unknown variable, did you mean {meant}?"


def test_other_variables_of_ours_are_none_of_the_brokers_business() -> None:
    assert load(environ={"WIREKAFKA_CONTROL": "9094", "WIREKAFKA_FACTS": "x"}).warnings == ()


def test_a_config_without_effect_is_a_warning_unless_it_is_the_default() -> None:
    settings = load(assignments=["num.io.threads=8", "background.threads=2"])
    assert settings.warnings == (
        "--set: background.threads is set, but wirekafka does not act on it yet",
    )


def test_a_config_of_one_listener_is_a_warning() -> None:
    name = "listener.name.plaintext.connections.max.idle.ms"
    settings = load(assignments=[f"{name}=5", "listener.name.plaintext.max.connections=5"])
    assert settings.warnings == (f"--set: {name} is set, but wirekafka does not act on it yet",)


def test_a_config_of_an_older_kafka_is_a_warning() -> None:
    settings = load(environ={"KAFKA_ZOOKEEPER_CONNECT": "zk:2181"})
    assert "zookeeper.connect" in settings.warnings[0]
    assert "zookeeper.connect" not in settings.layers.static


@pytest.mark.parametrize("name", ["node.id", "broker.id"])
def test_the_node_number_is_known_under_both_names(name: str) -> None:
    static = load(assignments=[f"{name}=7"]).layers.static
    assert static["node.id"] == static["broker.id"] == "7"


def test_the_usual_container_variables_are_accepted() -> None:
    settings = load(
        environ={
            "CLUSTER_ID": "5L6g3nShT-eMCtK--X86sw",
            "KAFKA_NODE_ID": "1",
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_LISTENERS": "PLAINTEXT://0.0.0.0:9093,BROKER://0.0.0.0:9092,"
            "CONTROLLER://0.0.0.0:9094",
            "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://localhost:32768,BROKER://host:9092",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT,"
            "CONTROLLER:PLAINTEXT",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        }
    )
    assert settings.cluster_id == "5L6g3nShT-eMCtK--X86sw"
    assert settings.warnings == ()


def test_create_topics() -> None:
    first, second = parse_create_topics("a:3:1, b:1:1:compact")
    assert (first.name, first.partitions, first.replication_factor) == ("a", 3, 1)
    assert first.configs == {}
    assert second.configs == {"cleanup.policy": "compact"}
    assert parse_create_topics("") == ()


@pytest.mark.parametrize("text", ["a:x:1", ":1:1", "a:0:1", "a:1:1:zap", "a:1:1:compact:1"])
def test_create_topics_refuses(text: str) -> None:
    with pytest.raises(ConfigError, match="KAFKA_CREATE_TOPICS"):
        parse_create_topics(text)
