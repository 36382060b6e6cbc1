"""The admin client and configs of topics and brokers."""

from __future__ import annotations

from typing import Any

from kafka.admin import AlterConfigOp, ConfigResource
from kafka.errors import InvalidConfigurationError

from ..python.scenario import Broker, equal, until
from .kit import admin_client, new_topic


def _of_topic(broker: Broker, topic: str, which: str = "all") -> dict[str, Any]:
    resource = ConfigResource("TOPIC", topic)
    found = admin_client(broker).describe_configs([resource], config_filter=which)
    return {name: entry["value"] for name, entry in found["topic"][topic].items()}


def configs_of_a_topic(broker: Broker) -> None:
    """A topic's configs are described: what it was created with, and the defaults."""
    topic = new_topic(broker, retention_ms="1000000")
    equal(_of_topic(broker, topic, "modified"), {"retention.ms": "1000000"}, "modified")
    found = _of_topic(broker, topic)
    equal((found["cleanup.policy"], found["segment.bytes"]), ("delete", "1073741824"), "defaults")


def configs_of_the_broker(broker: Broker) -> None:
    """A broker's configs are described with sources and types."""
    admin = admin_client(broker)
    node = str(admin.describe_cluster()["brokers"][0]["broker_id"])
    found = admin.describe_configs([ConfigResource("BROKER", node)], config_filter="all")
    configs = found["broker"][node]
    equal(configs["log.segment.bytes"]["value"], "1073741824", "log.segment.bytes")
    assert len(configs) > 200, len(configs)


def configs_altered_and_reset(broker: Broker) -> None:
    """A config is set and, deleted, has its default again; another one stays."""
    topic, admin = new_topic(broker, segment_ms="5000000"), admin_client(broker)
    admin.alter_configs([ConfigResource("TOPIC", topic, {"retention.ms": "2000000"})])
    wanted = {"retention.ms": "2000000", "segment.ms": "5000000"}
    until(lambda: _of_topic(broker, topic, "modified") == wanted, "both are set")
    admin.reset_configs([ConfigResource("TOPIC", topic, ["retention.ms"])])
    wanted = {"segment.ms": "5000000"}
    until(lambda: _of_topic(broker, topic, "modified") == wanted, "one is set")


def configs_appended_and_subtracted(broker: Broker) -> None:
    """A list's value is appended and subtracted."""
    topic, admin = new_topic(broker), admin_client(broker)

    def change(operation: AlterConfigOp, value: str) -> None:
        configs = {"cleanup.policy": (operation, value)}
        admin.alter_configs([ConfigResource("TOPIC", topic, configs)])

    change(AlterConfigOp.APPEND, "compact")
    until(lambda: _of_topic(broker, topic)["cleanup.policy"] == "delete,compact", "both")
    change(AlterConfigOp.SUBTRACT, "delete")
    until(lambda: _of_topic(broker, topic)["cleanup.policy"] == "compact", "compact alone")


def configs_altered_the_old_way(broker: Broker) -> None:
    """AlterConfigs, not incremental, sets what is named; the client adds the rest."""
    topic, admin = new_topic(broker, segment_ms="5000000"), admin_client(broker)
    resource = ConfigResource("TOPIC", topic, {"retention.ms": "2000000"})
    admin.alter_configs([resource], incremental=False)
    wanted = {"retention.ms": "2000000", "segment.ms": "5000000"}
    until(lambda: _of_topic(broker, topic, "modified") == wanted, "both are set")


def config_with_a_wrong_value(broker: Broker) -> None:
    """A value that a config may not have is INVALID_CONFIG and changes nothing."""
    topic, admin = new_topic(broker), admin_client(broker)
    resource = ConfigResource("TOPIC", topic, {"retention.ms": "soon"})
    try:
        answer = str(admin.alter_configs([resource]))
    except InvalidConfigurationError as error:
        answer = f"InvalidConfig {error}"
    assert "InvalidConfig" in answer, answer
    equal(_of_topic(broker, topic, "modified"), {}, "modified")


def config_resources_listed(broker: Broker) -> None:
    """Resources with configs are listed, topics among them.

    FEATURE: admin (ListConfigResources)
    """
    topic = new_topic(broker)
    found = admin_client(broker).list_config_resources(["TOPIC"])
    assert topic in found["topic"], found
