"""`wirekafka topics`: create, delete, describe, list and alter topics, as kafka-topics.sh does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wirekafka.cli.clients import add_connection_arguments, admin_client, code_text, pairs
from wirekafka.cli.output import CommandError, note, print_json

if TYPE_CHECKING:
    import argparse

SUMMARY = "create, delete, describe, list or alter topics"

_TOPIC_EXISTS = 36


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser)
    actions = parser.add_mutually_exclusive_group(required=True)
    for action in ("create", "delete", "describe", "list", "alter"):
        actions.add_argument(
            f"--{action}", dest="action", action="store_const", const=action,
            help=f"{action} topics",
        )  # fmt: skip
    parser.add_argument("--topic", help="a topic; except with --create also a regular expression")
    parser.add_argument("--partitions", type=int, help="number of partitions")
    parser.add_argument("--replication-factor", type=int, help="number of replicas")
    parser.add_argument(
        "--config", action="append", default=[], metavar="NAME=VALUE",
        help="a config of the new topic; can be repeated",
    )  # fmt: skip
    parser.add_argument("--if-exists", action="store_true", help="a missing topic is no error")
    parser.add_argument("--if-not-exists", action="store_true", help="an existing one neither")
    parser.add_argument(
        "--exclude-internal", action="store_true", help="leave out the broker's own topics"
    )
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(options: argparse.Namespace) -> int:
    """Do the one action asked for."""
    if options.action in ("create", "delete", "alter") and not options.topic:
        raise CommandError(f"--{options.action} needs --topic")
    if options.action == "alter" and options.partitions is None:
        raise CommandError("--alter needs --partitions; other changes are made with configs")
    with admin_client(options) as admin:
        match options.action:
            case "create":
                return _create(admin, options)
            case "list":
                return _list(admin, options)
            case "describe":
                return _describe(admin, options)
            case "delete":
                return _delete(admin, options)
            case _:
                return _alter(admin, options)


def _create(admin: Any, options: argparse.Namespace) -> int:
    name = options.topic
    wanted = {
        "num_partitions": -1 if options.partitions is None else options.partitions,
        "replication_factor": (
            -1 if options.replication_factor is None else options.replication_factor
        ),
        "configs": pairs(options.config),
    }
    if re.search(r"[._]", name) and not options.json:
        note(f"WARNING: {name}: in metric names '.' and '_' are the same; it is best to use one")
    (answer,) = admin.create_topics({name: wanted}, raise_errors=False)["topics"]
    code = answer["error_code"]
    if code and not (code == _TOPIC_EXISTS and options.if_not_exists):
        raise CommandError(code_text(code, answer.get("error_message")))
    if options.json:
        print_json({"topic": name, "created": not code})
    elif not code:
        print(f"Created topic {name}.")
    return 0


def _list(admin: Any, options: argparse.Namespace) -> int:
    names = [topic["name"] for topic in _chosen(admin, options, missing_is_fault=False)]
    if options.json:
        print_json(names)
    else:
        for name in names:
            print(name)
    return 0


def _describe(admin: Any, options: argparse.Namespace) -> int:
    from kafka.admin import ConfigResource

    topics = _chosen(admin, options, missing_is_fault=not options.if_exists)
    names = [topic["name"] for topic in topics]
    found = {}
    if names:
        resources = [ConfigResource("TOPIC", name) for name in names]
        found = admin.describe_configs(resources, config_filter="all").get("topic", {})
    rows = [_described(topic, found.get(topic["name"], {})) for topic in topics]
    if options.json:
        print_json(rows)
        return 0
    for row in rows:
        _print_topic(row)
    return 0


def _delete(admin: Any, options: argparse.Namespace) -> int:
    topics = _chosen(admin, options, missing_is_fault=not options.if_exists)
    names = [topic["name"] for topic in topics]
    answers = admin.delete_topics(names, raise_errors=False)["topics"] if names else []
    for answer in answers:
        if answer["error_code"]:
            reason = code_text(answer["error_code"], answer.get("error_message"))
            raise CommandError(f"topic {answer['name']}: {reason}")
    if options.json:
        print_json(names)
    return 0


def _alter(admin: Any, options: argparse.Namespace) -> int:
    topics = _chosen(admin, options, missing_is_fault=not options.if_exists)
    wanted = {topic["name"]: options.partitions for topic in topics}
    if wanted:
        answer = admin.create_partitions(wanted, raise_errors=False)
        for result in answer.results:
            if result.error_code:
                raise CommandError(code_text(result.error_code, result.error_message))
    if options.json:
        print_json(wanted)
    return 0


def _chosen(
    admin: Any, options: argparse.Namespace, *, missing_is_fault: bool
) -> list[dict[str, Any]]:
    """Metadata of the topics that --topic and --exclude-internal choose, by name."""
    pattern = re.compile(_expression(options.topic))
    topics = [
        topic
        for topic in admin.describe_topics()
        if pattern.fullmatch(topic["name"])
        and not (options.exclude_internal and topic.get("is_internal"))
    ]
    if not topics and missing_is_fault and options.topic:
        raise CommandError(f"Topic '{options.topic}' does not exist as expected")
    return sorted(topics, key=lambda topic: str(topic["name"]))


def _expression(topic: str | None) -> str:
    """Kafka's tools take a regular expression in which a comma means "or"."""
    if topic is None:
        return ".*"
    text = "|".join(part.strip() for part in topic.strip("\"'").split(","))
    try:
        re.compile(text)
    except re.error as error:
        raise CommandError(f"--topic {topic} is no regular expression: {error}") from None
    return text


def _described(topic: dict[str, Any], configs: dict[str, Any]) -> dict[str, Any]:
    partitions = sorted(topic["partitions"], key=lambda one: int(one["partition_index"]))
    set_ones = {
        name: row["value"]
        for name, row in sorted(configs.items())
        if row["config_source"] != "DEFAULT_CONFIG" and row["config_source"] != "UNKNOWN"
    }
    return {
        "topic": topic["name"],
        "topic_id": _id_text(topic.get("topic_id")),
        "replication_factor": len(partitions[0]["replica_nodes"]) if partitions else 0,
        "internal": bool(topic.get("is_internal")),
        "configs": set_ones,
        "partitions": [
            {
                "partition": one["partition_index"],
                "leader": one["leader_id"],
                "replicas": list(one["replica_nodes"]),
                "isr": list(one["isr_nodes"]),
            }
            for one in partitions
        ],
    }


def _print_topic(row: dict[str, Any]) -> None:
    configs = ",".join(f"{name}={value}" for name, value in row["configs"].items())
    print(
        f"Topic: {row['topic']}\tTopicId: {row['topic_id']}"
        f"\tPartitionCount: {len(row['partitions'])}"
        f"\tReplicationFactor: {row['replication_factor']}\tConfigs: {configs}"
    )
    for one in row["partitions"]:
        leader = "none" if one["leader"] < 0 else one["leader"]
        replicas, isr = (",".join(map(str, one[key])) for key in ("replicas", "isr"))
        print(
            f"\tTopic: {row['topic']}\tPartition: {one['partition']}\tLeader: {leader}"
            f"\tReplicas: {replicas}\tIsr: {isr}"
        )


def _id_text(topic_id: Any) -> str:
    """A topic id as Kafka writes it; kafka-python gives it as hexadecimal text."""
    import base64
    import uuid

    if topic_id is None:
        return ""
    return base64.urlsafe_b64encode(uuid.UUID(str(topic_id)).bytes).decode("ascii").rstrip("=")
