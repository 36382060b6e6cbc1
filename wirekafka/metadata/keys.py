"""The keys of the metadata model, one function or constant for each kind.

Keys are by name, ids are inside the values: a topic created again has the same keys and another
id. Names are the last part of a key, so those that may hold a slash (groups) need no quoting.
"""

from __future__ import annotations

from enum import IntEnum

CLUSTER_ID = b"cluster/id"
CLUSTER_VERSION = b"cluster/version"
CONTROLLER = b"controller"
CONTROLLER_EPOCH = b"controller_epoch"
PRODUCER_ID_BLOCK = b"latest_producer_id_block"

BROKERS = b"brokers/ids/"
REGISTRATIONS = b"brokers/reg/"
TOPICS = b"brokers/topics/"
CONFIGS = b"config/"
QUOTAS = b"quotas/"
SCRAM = b"scram/"
DELETIONS = b"admin/delete_topics/"


class ConfigResourceType(IntEnum):
    """What has configs of its own; the numbers are Kafka's `ConfigResource.Type`."""

    TOPIC = 2
    BROKER = 4
    BROKER_LOGGER = 8
    CLIENT_METRICS = 16
    GROUP = 32


CONFIG_FOLDERS = {
    ConfigResourceType.TOPIC: b"topics",
    ConfigResourceType.BROKER: b"brokers",
    ConfigResourceType.CLIENT_METRICS: b"client_metrics",
    ConfigResourceType.GROUP: b"groups",
}
"""The resource types whose configs are stored; loggers are changed in the process alone."""

_RESOURCE_TYPES = {folder: kind for kind, folder in CONFIG_FOLDERS.items()}

ConfigResource = tuple[ConfigResourceType, str]
"""A resource type and a name; the name "" stands for all brokers."""


def broker(broker_id: int) -> bytes:
    """The registration of a live broker; bound to its session."""
    return BROKERS + b"%d" % broker_id


def registration(broker_id: int) -> bytes:
    """The incarnation of a broker that the controller last took note of."""
    return REGISTRATIONS + b"%d" % broker_id


def topic(name: str) -> bytes:
    """Id and replicas of a topic. Written last and deleted first: without it there is no topic."""
    return TOPICS + name.encode()


def partition(name: str, index: int) -> bytes:
    """The state of one partition."""
    return b"%s%s/partitions/%d/state" % (TOPICS, name.encode(), index)


def config(resource: ConfigResource) -> bytes:
    """The configs that were set for one resource."""
    return b"%s%s/%s" % (CONFIGS, CONFIG_FOLDERS[resource[0]], resource[1].encode())


def deletion(topic_id: bytes) -> bytes:
    """A topic whose partition states are still to be removed."""
    return DELETIONS + topic_id.hex().encode()


def parse_topic(key: bytes) -> tuple[str, int | None]:
    """The topic's name, and the partition when the key is that of a partition's state."""
    name, _, rest = key[len(TOPICS) :].decode().partition("/")
    return name, int(rest.split("/")[1]) if rest else None


def parse_config(key: bytes) -> ConfigResource:
    """The resource whose configs the key holds."""
    folder, _, name = key[len(CONFIGS) :].partition(b"/")
    return _RESOURCE_TYPES[folder], name.decode()
