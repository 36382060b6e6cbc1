"""What a config property is: one row of the tables of broker, topic and group configs.

The rows are facts about Apache Kafka 4.3.1 (`ConfigDef`, `LogConfig`, `GroupConfig`): name, type,
default and valid values are Kafka's, and written as Kafka writes them; the explanation is ours.
A row is a named tuple because the tables are built at every start: the 390 rows cost about 1 ms.

`valid` keeps Kafka's own text, such as "[0,...]" for "at least 0"; `values.py` reads it.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import NamedTuple


class ConfigType(IntEnum):
    """The type of a config, with its number in DescribeConfigs (KIP-569)."""

    UNKNOWN = 0
    BOOLEAN = 1
    STRING = 2
    INT = 3
    SHORT = 4
    LONG = 5
    DOUBLE = 6
    LIST = 7
    CLASS = 8
    PASSWORD = 9


class ConfigSource(IntEnum):
    """Where a value comes from, with its number in DescribeConfigs."""

    TOPIC = 1
    DYNAMIC_BROKER = 2
    DYNAMIC_DEFAULT_BROKER = 3
    STATIC_BROKER = 4
    DEFAULT = 5
    DYNAMIC_BROKER_LOGGER = 6
    CLIENT_METRICS = 7
    GROUP = 8


class Importance(Enum):
    """How much Kafka thinks a config matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Update(Enum):
    """How a running broker's config may change; every topic and group config is DYNAMIC."""

    READ_ONLY = "read-only"
    PER_BROKER = "per-broker"
    CLUSTER_WIDE = "cluster-wide"
    DYNAMIC = "dynamic"


class Property(NamedTuple):
    """One config. `default` and `valid` are Kafka's text; None is "no default", "anything"."""

    name: str
    type: ConfigType
    default: str | None
    valid: str | None
    importance: Importance
    update: Update
    doc: str
    acted_on: bool = False
    """False: accepted, described, and without effect in this version."""
    broker_name: str | None = None
    """Of a topic or group config: the broker config that is its default."""

    @property
    def sensitive(self) -> bool:
        """Whether the value must never be shown."""
        return self.type is ConfigType.PASSWORD


class ConfigError(Exception):
    """A config that cannot be: the message is one line for the person who wrote it."""


BOOLEAN = ConfigType.BOOLEAN
STRING = ConfigType.STRING
INT = ConfigType.INT
SHORT = ConfigType.SHORT
LONG = ConfigType.LONG
DOUBLE = ConfigType.DOUBLE
LIST = ConfigType.LIST
CLASS = ConfigType.CLASS
PASSWORD = ConfigType.PASSWORD
HIGH = Importance.HIGH
MEDIUM = Importance.MEDIUM
LOW = Importance.LOW
READ_ONLY = Update.READ_ONLY
PER_BROKER = Update.PER_BROKER
CLUSTER_WIDE = Update.CLUSTER_WIDE
DYNAMIC = Update.DYNAMIC
