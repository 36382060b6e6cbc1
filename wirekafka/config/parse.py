"""From what a user wrote to the broker's static configs.

Sources, the strongest first: `--set name=value`, the environment, server.properties, our presets.

Environment: KAFKA_LOG_RETENTION_MS is log.retention.ms ("_" is ".", "__" is "_", "___" is "-"), and
so is KAFKA_CFG_LOG_RETENTION_MS, which yields to the former. An empty variable counts as not set:
compose files pass those. Variables that steer Kafka's start script, a Kubernetes service or a
client are no configs and are passed over.

A name that nobody knows is an error naming the nearest one; in the environment it is an error only
when a known name is near, because KAFKA_ANYTHING may belong to an application. A known name that
the broker does not act on gives one warning, unless it is set to Kafka's default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from wirekafka.config.broker_properties import PRESETS, find, settable_properties, was_removed
from wirekafka.config.layers import ConfigLayers
from wirekafka.config.listeners import parse_advertised_port
from wirekafka.config.property import ConfigError
from wirekafka.config.values import value_of
from wirekafka.config.views import broker_config
from wirekafka.config.without_effect import hint, is_without_effect, nearest

_NOT_CONFIGS = frozenset({
    "BASE_DIR", "BOOTSTRAP", "BOOTSTRAP_SERVER", "BOOTSTRAP_SERVERS", "BROKER", "BROKERS",
    "BROKER_URL", "CLIENT_ID", "CLUSTER_ID", "CREATE_TOPICS", "DEBUG", "ENABLE_KRAFT",
    "EXTRA_FLAGS", "GC_LOG_OPTS", "GROUP", "GROUP_ID", "HEAP_OPTS", "HOME", "HOST",
    "JVM_PERFORMANCE_OPTS", "KRAFT_CLUSTER_ID", "MODE", "OPTS", "PORT", "SCALA_VERSION", "TOPIC",
    "TOPICS", "URL", "USER", "VERSION",
})  # fmt: skip
_NOT_CONFIG_PREFIXES = (
    "CONSUMER_", "JMX_", "LOG4J_", "PORT_", "PRODUCER_", "SERVICE_", "START_", "TOOLS_LOG4J_",
    "TOPIC_", "WAIT_",
)  # fmt: skip
_DOCKER_SECRETS = ("_FILENAME", "_CREDENTIALS")  # KAFKA_SSL_KEYSTORE_FILENAME and its like
ADVERTISED_PORT_VARIABLE = "WIREKAFKA_ADVERTISED_PORT"
_OWN_VARIABLES = (
    ADVERTISED_PORT_VARIABLE, "WIREKAFKA_CONTROL", "WIREKAFKA_CONTROL_TOKEN", "WIREKAFKA_DATA_DIR",
    "WIREKAFKA_SEED",
)  # fmt: skip
"""What we, or the start of our image, read under a name of ours."""
_LIKELY = 0.85  # similar enough for a typo, as difflib counts
_CLUSTER_ID_VARIABLES = ("CLUSTER_ID", "KAFKA_CLUSTER_ID", "KAFKA_KRAFT_CLUSTER_ID")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_NAME_PATTERN = r"((?:[^\\=: \t\f]|\\.)*)[ \t\f]*(?:[=:][ \t\f]*)?(.*)"
_MAX_PARTITIONS = 100_000  # of a topic in KAFKA_CREATE_TOPICS; more is a slip of the finger


@dataclass(frozen=True, slots=True)
class TopicToCreate:
    """An entry of KAFKA_CREATE_TOPICS, name:partitions:replicas[:cleanup policy]."""

    name: str
    partitions: int
    replication_factor: int
    configs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a user said, checked."""

    layers: ConfigLayers
    cluster_id: str | None
    """None: make one up, or take that of the log directory."""
    create_topics: tuple[TopicToCreate, ...]
    warnings: tuple[str, ...]
    """Lines to log once, each naming a config without effect."""
    advertised_port: tuple[str | None, int] | None = None
    """A port, perhaps of another host, that is forwarded to ours."""
    seed_file: Path | None = None
    """What is in it is made at the start; see wirekafka/control/seed.py for its form."""


def load(
    *,
    properties_text: str = "",
    properties_name: str = "server.properties",
    environ: Mapping[str, str] | None = None,
    assignments: Iterable[str] = (),
) -> Settings:
    """Read all sources; raises ConfigError with one line that names the source and the config."""
    environ = environ or {}
    warnings: list[str] = []
    from_file = {
        name: (text, properties_name) for name, text in parse_properties(properties_text).items()
    }
    from_environment = _from_environment(environ, warnings)
    from_command = dict(_assignment(text) for text in assignments)
    chosen = {**from_file, **from_environment, **from_command}
    static = dict(PRESETS)
    if "broker.id" in chosen and "node.id" not in chosen:
        del static["node.id"]
    for name, (text, where) in chosen.items():
        _check(name, text, where, warnings)
        if not was_removed(name):
            static[name] = text
    _link_node_ids(static)
    layers = ConfigLayers(static)
    broker_config(layers)  # raises for listeners and directories that cannot be
    cluster_id = next((environ[v] for v in _CLUSTER_ID_VARIABLES if environ.get(v)), None)
    topics = parse_create_topics(environ.get("KAFKA_CREATE_TOPICS", ""))
    hint = environ.get(ADVERTISED_PORT_VARIABLE)
    advertised_port = parse_advertised_port(hint) if hint else None
    return Settings(layers, cluster_id, topics, tuple(warnings), advertised_port)


def parse_properties(text: str) -> dict[str, str]:
    """Names and values of a Java properties file; the last of equal names wins."""
    found = {}
    for line in _logical_lines(text):
        match = re.fullmatch(_NAME_PATTERN, line, re.DOTALL)
        assert match is not None, "every line matches: the rest of it is the value"
        name, value = _unescape(match[1]), _unescape(match[2])
        found[name] = value.strip()  # Kafka trims what Java would keep behind a value
    return found


def environment_name(variable: str) -> str:
    """The config that a variable's name, without its KAFKA_ prefix, stands for."""
    text = variable.lower().replace("___", "-").replace("__", "\0")
    return text.replace("_", ".").replace("\0", "_")


def parse_create_topics(text: str) -> tuple[TopicToCreate, ...]:
    """The topics of KAFKA_CREATE_TOPICS, "a:3:1,b:1:1:compact"."""
    return tuple(
        _topic_to_create(entry.strip()) for entry in re.split(r"[,\n]", text) if entry.strip()
    )


def _logical_lines(text: str) -> Iterable[str]:
    """Lines without comments, continued ones joined."""
    pending = ""
    for raw in re.split(r"\r\n|\r|\n", text):
        line = raw.lstrip(" \t\f")
        if not pending and (not line or line[0] in "#!"):
            continue
        line = pending + line
        slashes = len(line) - len(line.rstrip("\\"))
        if slashes % 2:
            pending = line[:-1]
        else:
            pending = ""
            yield line
    if pending:
        yield pending


def _unescape(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] == "u" and len(code) == 5:
            return chr(int(code[1:], 16))
        return _ESCAPES.get(code, code)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", replace, text, flags=re.DOTALL)


def _from_environment(
    environ: Mapping[str, str], warnings: list[str]
) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    weak: dict[str, tuple[str, str]] = {}
    for variable, text in environ.items():
        if not text:
            continue
        if variable.startswith(("WIREKAFKA_", "KAFKA_CREATE")):
            _check_spelling(variable)
        if not variable.startswith("KAFKA_"):
            continue
        rest = variable.removeprefix("KAFKA_")
        if _is_no_config(rest):
            continue
        name = environment_name(rest.removeprefix("CFG_"))
        target = weak if variable.startswith("KAFKA_CFG_") else found
        if _is_known(name) or nearest(name, settable_properties()):
            target[name] = (text, variable)
        else:
            warnings.append(f"{variable} is no Kafka config ({name}) and is ignored")
    return {**weak, **found}


def _check_spelling(variable: str) -> None:
    """ConfigError where a variable looks like one of those that are no configs of Kafka."""
    known = (*_OWN_VARIABLES, "KAFKA_CREATE_TOPICS")
    if variable in known:
        return
    import difflib  # 5 ms that a start without a mistake saves

    near = difflib.get_close_matches(variable, known, 1, _LIKELY)
    if near:
        raise ConfigError(f"{variable}: unknown variable, did you mean {near[0]}?")


def _is_no_config(variable: str) -> bool:
    if variable in _NOT_CONFIGS or variable.startswith(_NOT_CONFIG_PREFIXES):
        return True
    return variable.startswith("SSL_") and variable.endswith(_DOCKER_SECRETS)


def _assignment(text: str) -> tuple[str, tuple[str, str]]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ConfigError(f"--set {text}: write name=value")
    return name.strip(), (value.strip(), "--set")


def _is_known(name: str) -> bool:
    return find(name, settable_properties()) is not None or was_removed(name)


def _check(name: str, text: str, where: str, warnings: list[str]) -> None:
    if was_removed(name):
        warnings.append(f"{where}: {name} is not a config of Kafka 4 and has no effect")
        return
    prop = find(name, settable_properties())
    if prop is None:
        known = settable_properties()
        raise ConfigError(f"{where}: unknown config {name}{hint(name, known)}")
    try:
        value_of(prop, text)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None
    if is_without_effect(name, prop, text):
        warnings.append(f"{where}: {name} is set, but wirekafka does not act on it yet")


def _link_node_ids(static: dict[str, str]) -> None:
    """Kafka shows the number under both names, and refuses two different ones."""
    if "broker.id" in static and static["broker.id"] != static.get("node.id", static["broker.id"]):
        raise ConfigError(
            f"node.id {static['node.id']} and broker.id {static['broker.id']} differ; set one"
        )
    number = static.get("node.id") or static["broker.id"]
    static["node.id"] = static["broker.id"] = number


def _topic_to_create(entry: str) -> TopicToCreate:
    name, *rest = entry.split(":")
    numbers, policy = rest[:2], rest[2:]
    correct = name and len(policy) <= 1 and all(re.fullmatch("[0-9]{1,6}", n) for n in numbers)
    if not correct:
        raise ConfigError(
            f"KAFKA_CREATE_TOPICS: {entry!r} is not name:partitions:replicas[:cleanup policy]"
        )
    partitions, replicas = ([int(number) for number in numbers] + [1, 1])[:2]
    if not 1 <= partitions <= _MAX_PARTITIONS:
        raise ConfigError(f"KAFKA_CREATE_TOPICS: {entry!r} has {partitions} partitions")
    if policy and policy[0] not in ("compact", "delete"):
        raise ConfigError(f"KAFKA_CREATE_TOPICS: {entry!r}: policies are compact and delete")
    configs = {"cleanup.policy": policy[0]} if policy else {}
    return TopicToCreate(name, partitions, replicas, configs)
