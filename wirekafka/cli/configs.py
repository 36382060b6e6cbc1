"""`wirekafka configs`: configs and quotas of entities, as kafka-configs.sh shows and changes them.

Topics, brokers, loggers, groups and client metrics have configs (DescribeConfigs,
IncrementalAlterConfigs); users, clients and addresses have quotas, users SCRAM credentials as well
(client_quotas.py, scram.py). Differs from Kafka's tool: there is no --bootstrap-controller, since
every broker here answers for the controller.
Source: `kafka.admin.ConfigCommand` and its output in 4.3.1.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wirekafka_protocol.messages.describe_configs import DescribeConfigsResourceResult
from wirekafka_protocol.messages.list_groups import ListGroupsRequest, ListGroupsResponse

from wirekafka.cli import client_quotas, scram
from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.config_entities import (
    Entity,
    add_entity_arguments,
    entities_of,
    validate_entities,
)  # fmt: skip
from wirekafka.cli.config_resources import (
    BROKER,
    BROKER_LOGGER,
    CLIENT_METRICS,
    GROUP,
    TOPIC,
    alter,
    config_names,
    describe,
)  # fmt: skip
from wirekafka.cli.output import CommandError, print_json
from wirekafka.cli.wire.cluster import Cluster, open_cluster

if TYPE_CHECKING:
    import argparse

SUMMARY = "show or change configs and quotas"

_RESOURCES = {
    "topics": TOPIC, "brokers": BROKER, "broker-loggers": BROKER_LOGGER, "groups": GROUP,
    "client-metrics": CLIENT_METRICS,
}  # fmt: skip
_SOURCES = {
    1: "DYNAMIC_TOPIC_CONFIG", 2: "DYNAMIC_BROKER_CONFIG", 3: "DYNAMIC_DEFAULT_BROKER_CONFIG",
    4: "STATIC_BROKER_CONFIG", 5: "DEFAULT_CONFIG", 6: "DYNAMIC_BROKER_LOGGER_CONFIG",
    7: "DYNAMIC_CLIENT_METRICS_CONFIG", 8: "DYNAMIC_GROUP_CONFIG",
}  # fmt: skip
_DYNAMIC_SOURCE = {"topics": 1, "brokers": 2, "groups": 8, "client-metrics": 7}
_DEFAULT_BROKER_SOURCE = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    parser.add_argument("--describe", action="store_true", help="show configs")
    parser.add_argument("--alter", action="store_true", help="change configs")
    add_entity_arguments(parser)
    parser.add_argument(
        "--all", action="store_true", help="with --describe: defaults and static configs too"
    )
    parser.add_argument(
        "--add-config", metavar="NAME=VALUE,…", help="configs to set; lists in brackets: a=[b,c]"
    )
    parser.add_argument("--add-config-file", metavar="FILE", help="a file of configs to set")
    parser.add_argument("--delete-config", metavar="NAME,…", help="configs to reset")
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(options: argparse.Namespace) -> int:
    """Describe or alter."""
    entities = entities_of(options)
    _validate(options, entities)
    added = _added(options) if options.alter else {}
    deleted = _deleted(options)
    with open_cluster(options) as cluster:
        head = entities[0]
        if options.describe:
            if head.kind in _RESOURCES:
                return _describe_resources(cluster, options, head)
            return _describe_quotas(cluster, options, entities)
        if head.kind in _RESOURCES:
            _alter_resource(cluster, head, added, deleted)
        elif head.kind == "ips":
            client_quotas.alter_addresses(cluster, entities, added, deleted)
        else:
            _alter_users_or_clients(cluster, entities, added, deleted)
    if options.json:
        print_json({"entity": {one.kind: one.name for one in entities},
                    "set": added, "deleted": deleted})  # fmt: skip
    elif head.name:
        print(f"Completed updating config for {head.singular} {head.name}.")
    else:
        print(f"Completed updating default config for {head.kind} in the cluster.")
    return 0


def parse_added(text: str) -> dict[str, str]:
    """Configs of "a=1,b=[c,d],e=": values in brackets may contain commas and equal signs."""
    found = {}
    for part in _split_outside_brackets(text):
        name, equals, value = part.partition("=")
        if not equals or ("=" in value and "[" not in value):
            raise CommandError(
                'Invalid entity config: all configs to be added must be in the format "key=val" or '
                ' "key=[val1,val2]" to group values which contain commas.'
            )
        found[name.strip()] = value.replace("[", "").replace("]", "").strip()
    return found


def _split_outside_brackets(text: str) -> list[str]:
    parts = [""]
    depth = 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _validate(options: argparse.Namespace, entities: list[Entity]) -> None:
    if options.describe == options.alter:
        raise CommandError("Command must include exactly one action: --describe, --alter")
    if options.describe and (options.add_config or options.delete_config):
        raise CommandError("--add-config and --delete-config go with --alter")
    if options.alter and options.all:
        raise CommandError("--all goes with --describe")
    validate_entities(entities, alters=options.alter)
    if not options.alter:
        return
    if options.add_config is not None and options.add_config_file is not None:
        raise CommandError("Only one of --add-config or --add-config-file must be specified")
    if options.add_config is options.add_config_file is options.delete_config is None:
        raise CommandError(
            "At least one of --add-config, --add-config-file, or --delete-config must be "
            "specified with --alter"
        )


def _added(options: argparse.Namespace) -> dict[str, str]:
    found = {}
    if options.add_config_file is not None:
        from wirekafka.config.parse import parse_properties

        try:
            found = parse_properties(Path(options.add_config_file).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options.add_config_file}: {error}") from None
    elif options.add_config is not None:
        found = parse_added(options.add_config)
    for name in found:
        if not all(one.isascii() and (one.isalnum() or one in "._-") for one in name):
            raise CommandError(f"Invalid character found for config key: {name}")
    return found


def _deleted(options: argparse.Namespace) -> list[str]:
    return [name.strip() for name in (options.delete_config or "").split(",") if name.strip()]


def _describe_resources(cluster: Cluster, options: argparse.Namespace, head: Entity) -> int:
    document = {}
    if head.name is not None and not _is_known(cluster, head):
        if options.json:
            print_json({})
        else:
            print(
                f"The {head.singular} '{head.name}' doesn't exist and doesn't have dynamic config."
            )
        return 0
    for name in [head.name] if head.name is not None else _every_name(cluster, head.kind):
        rows = describe(cluster, _RESOURCES[head.kind], name)
        if not options.all and head.kind in _DYNAMIC_SOURCE:
            wanted = _DYNAMIC_SOURCE[head.kind]
            if head.kind == "brokers" and name == "":
                wanted = _DEFAULT_BROKER_SOURCE
            rows = [row for row in rows if row.config_source == wanted]
        document[name] = rows
    if options.json:
        print_json({name: _plain(rows) for name, rows in document.items()})
        return 0
    for name, rows in document.items():
        if name == "":
            print(f"Default configs for {head.kind} in the cluster are:")
        else:
            print(f"{'All' if options.all else 'Dynamic'} configs for {head.singular} {name} are:")
        for row in rows:
            sensitive = str(row.is_sensitive).lower()
            print(f"  {row.name}={_shown(row.value)} sensitive={sensitive} {_synonyms(row)}")
    return 0


def _describe_quotas(cluster: Cluster, options: argparse.Namespace, entities: list[Entity]) -> int:
    quotas = client_quotas.describe(cluster, entities)
    # Credentials are a user's, so they are shown where neither a client nor a default is asked for.
    shows_scram = entities[0].kind == "users" and len(entities) == 1 and entities[0].name != ""
    credentials = scram.describe(cluster, entities[0].name) if shows_scram else {}
    if options.json:
        rows = [{"entity": dict(entity), "quotas": values} for entity, values in quotas]
        print_json({"quotas": rows, "scram": credentials} if shows_scram else {"quotas": rows})
        return 0
    for entity, values in quotas:
        shown = ", ".join(f"{key}={client_quotas.double(value)}" for key, value in values.items())
        print(f"Quota configs for {client_quotas.entity_text(entity)} are {shown}")
    for user, mechanisms in credentials.items():
        shown = ", ".join(f"{name}=iterations={count}" for name, count in mechanisms.items())
        print(f"SCRAM credential configs for user-principal '{user}' are {shown}")
    return 0


def _alter_resource(
    cluster: Cluster, head: Entity, added: dict[str, str], deleted: list[str]
) -> None:
    assert head.name is not None
    if head.kind == "broker-loggers":
        known = {row.name for row in describe(cluster, BROKER_LOGGER, head.name)}
        unknown = [name for name in (*deleted, *added) if name not in known]
        if unknown:
            raise CommandError(f"Invalid broker logger(s): {','.join(unknown)}")
    alter(cluster, _RESOURCES[head.kind], head.name, added, deleted)


def _alter_users_or_clients(
    cluster: Cluster, entities: list[Entity], added: dict[str, str], deleted: list[str]
) -> None:
    is_user = len(entities) == 1 and entities[0].kind == "users"
    for names, verb in ((list(added), "added"), (deleted, "deleted")):
        unknown = [name for name in names if name not in client_quotas.QUOTAS]
        kinds = "quota"
        if is_user:
            unknown = [name for name in unknown if name not in scram.MECHANISMS]
            kinds = "quota and SCRAM credential"
        if unknown:
            raise CommandError(
                f"Only {kinds} configs can be {verb} for '{'users' if is_user else 'clients'}' "
                f"using --bootstrap-server. Unexpected config names: Set({', '.join(unknown)})"
            )
    credentials = {name: value for name, value in added.items() if name in scram.MECHANISMS}
    removed = [name for name in deleted if name in scram.MECHANISMS]
    if not credentials and not removed:
        client_quotas.alter(cluster, entities, added, deleted)
        return
    user = entities[0].name
    if not user:
        raise CommandError(
            "The use of --entity-default or --user-defaults is not allowed with User SCRAM "
            "Credentials using --bootstrap-server."
        )
    if len(credentials) + len(removed) < len(added) + len(deleted):
        raise CommandError(
            "Cannot alter both quota and SCRAM credential configs simultaneously for 'users' "
            "using --bootstrap-server."
        )
    scram.alter(cluster, user, credentials, removed)


def _is_known(cluster: Cluster, head: Entity) -> bool:
    """Whether there is anything to show: the entity, or configs that wait for it."""
    assert head.name is not None
    match head.kind:
        case "topics":
            known = bool(cluster.topics([head.name]))
        case "brokers" | "broker-loggers":
            known = head.name == "" or int(head.name) in cluster.nodes
        case "groups":
            known = head.name in _group_names(cluster)
        case _:
            known = False
    return known or head.name in config_names(cluster, _RESOURCES[head.kind])


def _every_name(cluster: Cluster, kind: str) -> list[str]:
    if kind == "topics":
        return sorted(cluster.topics())
    if kind == "brokers":
        return [*map(str, sorted(cluster.nodes)), ""]
    names = config_names(cluster, _RESOURCES[kind])
    if kind == "groups":
        names |= _group_names(cluster)
    return sorted(names)


def _group_names(cluster: Cluster) -> set[str]:
    found = set()
    for node_id in cluster.nodes:
        answer = cluster.node(node_id).ask(ListGroupsRequest(), ListGroupsResponse)
        found |= {group.group_id for group in answer.groups}
    return found


def _synonyms(row: DescribeConfigsResourceResult) -> str:
    listed = ", ".join(
        f"{_SOURCES.get(one.source, 'UNKNOWN')}:{one.name}={_shown(one.value)}"
        for one in row.synonyms
    )
    return f"synonyms={{{listed}}}"


def _shown(value: str | None) -> str:
    return "null" if value is None else value


def _plain(rows: list[DescribeConfigsResourceResult]) -> dict[str, dict[str, object]]:
    return {
        row.name: {
            "value": row.value,
            "source": _SOURCES.get(row.config_source, "UNKNOWN"),
            "sensitive": row.is_sensitive,
            "read_only": row.read_only,
            "synonyms": [
                {"source": _SOURCES.get(one.source, "UNKNOWN"), "name": one.name,
                 "value": one.value}
                for one in row.synonyms
            ],
        }
        for row in rows
    }  # fmt: skip
