"""`wirekafka configs`: configs of topics, brokers and groups, as kafka-configs.sh shows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wirekafka.cli import default_broker
from wirekafka.cli.clients import add_connection_arguments, admin_client, fault_text
from wirekafka.cli.output import CommandError, print_json

if TYPE_CHECKING:
    import argparse

SUMMARY = "show or change configs of topics, brokers or groups"

_KINDS = {"topics": "topic", "brokers": "broker", "groups": "group"}
_DYNAMIC_OF_ENTITY = {
    "topic": "DYNAMIC_TOPIC_CONFIG",
    "broker": "DYNAMIC_BROKER_CONFIG",
    "group": "DYNAMIC_GROUP_CONFIG",
}
_ALL_BROKERS = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    actions = parser.add_mutually_exclusive_group(required=True)
    for action in ("describe", "alter"):
        actions.add_argument(
            f"--{action}", dest="action", action="store_const", const=action,
            help=f"{action} configs",
        )  # fmt: skip
    parser.add_argument("--entity-type", choices=sorted(_KINDS), help="what has the configs")
    entity = parser.add_mutually_exclusive_group()
    entity.add_argument("--entity-name", help="a topic, a broker's number or a group")
    entity.add_argument(
        "--entity-default", action="store_true", help="with brokers: what is set for all of them"
    )
    for kind in _KINDS.values():
        entity.add_argument(
            f"--{kind}", metavar="NAME", help=f"short for --entity-type {kind}s --entity-name NAME"
        )
    parser.add_argument(
        "--all", action="store_true", help="with --describe: defaults and static configs too"
    )
    parser.add_argument(
        "--add-config", metavar="NAME=VALUE,…", help="configs to set; lists in brackets: a=[b,c]"
    )
    parser.add_argument("--delete-config", metavar="NAME,…", help="configs to reset")
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(options: argparse.Namespace) -> int:
    """Describe or alter."""
    kind, name = _entity(options)
    with admin_client(options) as admin:
        if options.action == "describe":
            return _describe(admin, options, kind, name)
        return _alter(admin, options, kind, name)


def parse_added(text: str) -> dict[str, str]:
    """Configs of "a=1,b=[c,d],e=": values in brackets may contain commas."""
    found = {}
    position = 0
    pattern = re.compile(r"\s*([^=,\s]+)\s*=(\[[^\]]*\]|[^,]*)(?:,|$)")
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            raise CommandError(f"--add-config: {text[position:]!r} is not name=value")
        value = match[2].strip()
        bracketed = value.startswith("[") and value.endswith("]")
        found[match[1]] = value[1:-1] if bracketed else value
        position = match.end()
    if not found:
        raise CommandError("--add-config: no config given")
    return found


def _entity(options: argparse.Namespace) -> tuple[str, str | None]:
    """Kind and name; None is every entity of the kind, "" is what is set for all brokers."""
    for kind in _KINDS.values():
        if getattr(options, kind) is not None:
            options.entity_type, options.entity_name = f"{kind}s", getattr(options, kind)
    if options.entity_type is None:
        raise CommandError("--entity-type is needed, with --entity-name or --entity-default")
    kind = _KINDS[options.entity_type]
    if options.entity_default:
        if kind != "broker":
            raise CommandError("--entity-default goes with --entity-type brokers only")
        return kind, _ALL_BROKERS
    name = options.entity_name
    if kind == "broker" and name is not None and not name.isdecimal():
        raise CommandError(f"--entity-name {name}: a broker's name is its number")
    return kind, name


def _describe(admin: Any, options: argparse.Namespace, kind: str, name: str | None) -> int:
    entities = [name] if name is not None else _every_entity(admin, kind)
    result = {}
    for entity in entities:
        if kind == "topic" and not _topic_exists(admin, entity):
            raise CommandError(f"the topic {entity!r} does not exist")
        configs = _configs_of(admin, kind, entity)
        if not options.all:
            wanted = _dynamic_source(kind, entity)
            configs = {key: row for key, row in configs.items() if row["config_source"] == wanted}
        result[entity] = configs
    if options.json:
        print_json({entity: _plain(configs) for entity, configs in result.items()})
        return 0
    for entity, configs in result.items():
        print(_title(kind, entity, every=options.all))
        for key, row in sorted(configs.items()):
            print(f"  {key}={row['value']} sensitive={_lower(row['is_sensitive'])} {_origin(row)}")
    return 0


def _alter(admin: Any, options: argparse.Namespace, kind: str, name: str | None) -> int:
    from kafka.admin import AlterConfigOp, ConfigResource

    if name is None:
        raise CommandError("--alter needs --entity-name, or --entity-default for all brokers")
    changes: dict[str, tuple[Any, str | None]] = {}
    if options.add_config is not None:
        for key, value in parse_added(options.add_config).items():
            changes[key] = (AlterConfigOp.SET, value)
    for key in (options.delete_config or "").split(","):
        if key.strip():
            changes[key.strip()] = (AlterConfigOp.DELETE, None)
    if not changes:
        raise CommandError("--alter needs --add-config or --delete-config")
    if name == _ALL_BROKERS:
        default_broker.alter(admin, changes)
    else:
        resource = ConfigResource(kind.upper(), name, changes)
        answer = admin.alter_configs([resource], raise_on_unknown=False, incremental=True)
        outcome = answer[kind][name]
        if outcome != "OK":
            raise CommandError(fault_text(outcome))
    if options.json:
        print_json({name: {key: value for key, (_, value) in changes.items()}})
    else:
        print(f"Completed updating {_described_entity(kind, name)}.")
    return 0


def _every_entity(admin: Any, kind: str) -> list[str]:
    if kind == "topic":
        return sorted(admin.list_topics())
    if kind == "group":
        return sorted(group["group_id"] for group in admin.list_groups())
    brokers = sorted(broker["broker_id"] for broker in admin.describe_cluster()["brokers"])
    return [*map(str, brokers), _ALL_BROKERS]


def _topic_exists(admin: Any, name: str) -> bool:
    return any(topic["error_code"] == 0 for topic in admin.describe_topics([name]))


def _configs_of(admin: Any, kind: str, name: str) -> dict[str, dict[str, Any]]:
    from kafka.admin import ConfigResource

    if kind == "broker" and name == _ALL_BROKERS:
        return default_broker.describe(admin)
    found = admin.describe_configs(
        [ConfigResource(kind.upper(), name)], include_synonyms=True, config_filter="all"
    )
    rows: dict[str, dict[str, Any]] = found[kind][name]
    return rows


def _dynamic_source(kind: str, name: str) -> str:
    if kind == "broker" and name == _ALL_BROKERS:
        return "DYNAMIC_DEFAULT_BROKER_CONFIG"
    return _DYNAMIC_OF_ENTITY[kind]


def _title(kind: str, name: str, *, every: bool) -> str:
    start = "All" if every else "Dynamic"
    if kind == "broker" and name == _ALL_BROKERS:
        return "Default configs for brokers in the cluster are:"
    return f"{start} configs for {kind} {name} are:"


def _described_entity(kind: str, name: str) -> str:
    if kind == "broker" and name == _ALL_BROKERS:
        return "default config for brokers in the cluster"
    return f"config for {kind} {name}"


def _origin(row: dict[str, Any]) -> str:
    listed = ", ".join(
        f"{one['source']}:{one['name']}={one['value']}" for one in row.get("synonyms", [])
    )
    return f"synonyms={{{listed}}}"


def _plain(configs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        key: {
            "value": row["value"],
            "source": row["config_source"],
            "read_only": row["read_only"],
            "sensitive": row["is_sensitive"],
        }
        for key, row in sorted(configs.items())
    }


def _lower(flag: object) -> str:
    return str(bool(flag)).lower()
