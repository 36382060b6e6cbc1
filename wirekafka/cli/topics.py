"""`wirekafka topics`: create, delete, describe, list and alter topics, as kafka-topics.sh does.

Differs from Kafka's tool: what fails is one line on standard error, and so are warnings; an option
that an action does not take is refused in the same words, without the usage text behind them.
--delete-config, which Kafka's tool ignores with a remark, is refused. Source: `TopicCommand` and
its output in 4.3.1.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.create_partitions import (
    CreatePartitionsAssignment,
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreatePartitionsTopic,
)
from wirekafka_protocol.messages.create_topics import (
    CreatableReplicaAssignment,
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from wirekafka_protocol.messages.delete_topics import (
    DeleteTopicsRequest,
    DeleteTopicsResponse,
    DeleteTopicState,
)
from wirekafka_protocol.uuids import ZERO_UUID, uuid_from_text

from wirekafka.cli.clients import add_connection_arguments, pairs
from wirekafka.cli.output import CommandError, note, print_json
from wirekafka.cli.topic_description import REPORTS, describe_topics
from wirekafka.cli.topic_filter import topic_filter
from wirekafka.cli.wire.cluster import Cluster, Topic, open_cluster
from wirekafka.cli.wire.fault_texts import fault

SUMMARY = "create, delete, describe, list or alter topics"

_TIMEOUT_MS = 30_000
_BROKERS_CHOICE = -1
_MOST_REPLICAS = 32_767
_TAKEN_BY: Mapping[str, tuple[str, ...]] = {
    "config": ("create",),
    "partitions": ("create", "alter"),
    "replication_factor": ("create",),
    "replica_assignment": ("create", "alter"),
    "if_not_exists": ("create",),
    "if_exists": ("alter", "delete", "describe"),
    "exclude_internal": ("list", "describe"),
    "topic_id": ("describe",),
    "partition_size_limit_per_response": ("describe",),
    "topics_with_overrides": ("describe",),
    **dict.fromkeys(REPORTS, ("describe",)),
}
_CONFIGS_HINT = " (To alter topic configurations, the configs command can be used.)"


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
    parser.add_argument("--topic-id", metavar="ID", help="with --describe: the topic of this id")
    parser.add_argument("--partitions", type=int, help="number of partitions")
    parser.add_argument("--replication-factor", type=int, help="number of replicas")
    parser.add_argument(
        "--replica-assignment", metavar="1:2,2:3",
        help="instead of both: the brokers of each partition",
    )  # fmt: skip
    parser.add_argument(
        "--config", action="append", default=[], metavar="NAME=VALUE",
        help="a config of the new topic; can be repeated",
    )  # fmt: skip
    parser.add_argument("--if-exists", action="store_true", help="a missing topic is no error")
    parser.add_argument("--if-not-exists", action="store_true", help="an existing one neither")
    parser.add_argument(
        "--exclude-internal", action="store_true", help="leave out the broker's own topics"
    )
    shown = parser.add_argument_group("what --describe shows").add_mutually_exclusive_group()
    for report, text in zip(
        REPORTS,
        ("with less replicas in sync than there are", "without a leader that lives",
         "below min.insync.replicas", "exactly at min.insync.replicas"),
        strict=True,
    ):  # fmt: skip
        shown.add_argument(
            f"--{report.replace('_', '-')}", action="store_true", help=f"only partitions {text}"
        )
    shown.add_argument(
        "--topics-with-overrides", action="store_true", help="only topics with configs of their own"
    )
    parser.add_argument(
        "--partition-size-limit-per-response", type=int, metavar="N",
        help="most partitions in one answer of the broker",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(options: argparse.Namespace) -> int:
    """Do the one action asked for."""
    _check(options)
    assigned = parse_assignment(options.replica_assignment)
    topic_filter(options.topic)  # mistakes are told before a broker is looked for
    _topic_id(options.topic_id)
    with open_cluster(options) as cluster:
        match options.action:
            case "create":
                return _create(cluster, options, assigned)
            case "list":
                return _list(cluster, options)
            case "describe":
                return _describe(cluster, options)
            case "delete":
                return _delete(cluster, options)
            case _:
                return _alter(cluster, options, assigned)


def parse_assignment(text: str | None) -> list[list[int]]:
    """The brokers of each partition in "1:2,2:3"; none for None. Raises CommandError."""
    found: list[list[int]] = []
    for part in (text or "").split(",") if text else ():
        if not re.fullmatch(r"\s*[0-9]{1,9}\s*(:\s*[0-9]{1,9}\s*)*", part):
            raise CommandError(f"--replica-assignment {text}: {part!r} is no list of brokers")
        brokers = [int(number) for number in part.split(":")]
        twice = sorted({one for one in brokers if brokers.count(one) > 1})
        if twice:
            raise CommandError(
                "Partition replica lists may not contain duplicate entries: "
                + ",".join(map(str, twice))
            )
        if found and len(brokers) != len(found[0]):
            raise CommandError(
                f"Partition {len(found)} has different replication factor: {brokers}"
            )
        found.append(brokers)
    return found


def _check(options: argparse.Namespace) -> None:
    action = options.action
    if action in ("create", "delete", "alter") and not options.topic:
        raise CommandError(f"--{action} needs --topic")
    for name, actions in _TAKEN_BY.items():
        if getattr(options, name) not in (None, False, []) and action not in actions:
            raise CommandError(
                f"--{name.replace('_', '-')} cannot be used with --{action}"
                + (_CONFIGS_HINT if name == "config" and action == "alter" else "")
            )
    if action == "alter" and options.partitions is None:
        raise CommandError("--alter needs --partitions; other changes are made with configs")
    if action != "create":
        return
    counted = (options.partitions, options.replication_factor) != (None, None)
    if options.replica_assignment and counted:
        raise CommandError(
            "--replica-assignment cannot be used with --partitions or --replication-factor"
        )
    if options.partitions is not None and options.partitions < 1:
        raise CommandError("The partitions must be greater than 0")
    factor = options.replication_factor
    if factor is not None and not 1 <= factor <= _MOST_REPLICAS:
        raise CommandError(
            f"The replication factor must be between 1 and {_MOST_REPLICAS} inclusive"
        )


def _create(cluster: Cluster, options: argparse.Namespace, assigned: list[list[int]]) -> int:
    name = options.topic
    wanted = CreatableTopic(
        name,
        _BROKERS_CHOICE if options.partitions is None else options.partitions,
        _BROKERS_CHOICE if options.replication_factor is None else options.replication_factor,
        [CreatableReplicaAssignment(index, brokers) for index, brokers in enumerate(assigned)],
        [
            CreatableTopicConfig(key.strip(), value.strip())
            for key, value in pairs(options.config).items()
        ],
    )
    if re.search(r"[._]", name) and not options.json:
        note(f"WARNING: {name}: in metric names '.' and '_' are the same; it is best to use one")
    request = CreateTopicsRequest([wanted], _TIMEOUT_MS)
    (answer,) = cluster.controller().ask(request, CreateTopicsResponse).topics
    exists = answer.error_code == ErrorCode.TOPIC_ALREADY_EXISTS
    if answer.error_code and not (exists and options.if_not_exists):
        raise CommandError(fault(answer.error_code, answer.error_message))
    if options.json:
        print_json({"topic": name, "created": not answer.error_code})
    elif not answer.error_code:
        print(f"Created topic {name}.")
    return 0


def _list(cluster: Cluster, options: argparse.Namespace) -> int:
    names = list(_chosen(cluster, options, missing_is_fault=False))
    if options.json:
        print_json(names)
    else:
        for name in names:
            print(name)
    return 0


def _describe(cluster: Cluster, options: argparse.Namespace) -> int:
    topic_id = _topic_id(options.topic_id)
    if topic_id == ZERO_UUID:
        topics = _chosen(cluster, options, missing_is_fault=not options.if_exists)
        return describe_topics(cluster, options, list(topics))
    if options.topic is not None:
        note("--topic is not looked at beside --topic-id")
    names = [
        topic.name
        for topic in cluster.topics().values()
        if topic.topic_id == topic_id and not (options.exclude_internal and topic.is_internal)
    ]
    if not names and not options.if_exists:
        raise CommandError(f"TopicId '{options.topic_id}' does not exist as expected")
    return describe_topics(cluster, options, names)


def _delete(cluster: Cluster, options: argparse.Namespace) -> int:
    names = list(_chosen(cluster, options, missing_is_fault=not options.if_exists))
    if names:
        # Brokers before version 6 read the second list.
        request = DeleteTopicsRequest(
            [DeleteTopicState(name, ZERO_UUID) for name in names], names, _TIMEOUT_MS
        )
        answer = cluster.controller().ask(request, DeleteTopicsResponse)
        for row in answer.responses:
            if row.error_code:
                reason = fault(row.error_code, row.error_message)
                raise CommandError(f"topic {row.name}: {reason}")
    if options.json:
        print_json(names)
    return 0


def _alter(cluster: Cluster, options: argparse.Namespace, assigned: list[list[int]]) -> int:
    topics = _chosen(cluster, options, missing_is_fault=not options.if_exists)
    wanted = [
        CreatePartitionsTopic(
            topic.name,
            options.partitions,
            # Those before are where they are, and only count the new ones' places.
            [CreatePartitionsAssignment(one) for one in assigned[len(topic.partitions) :]]
            if assigned
            else None,
        )
        for topic in topics.values()
    ]
    if wanted:
        request = CreatePartitionsRequest(wanted, _TIMEOUT_MS)
        answer = cluster.controller().ask(request, CreatePartitionsResponse)
        for result in answer.results:
            if result.error_code:
                raise CommandError(fault(result.error_code, result.error_message))
    if options.json:
        print_json(dict.fromkeys(topics, options.partitions))
    return 0


def _chosen(
    cluster: Cluster, options: argparse.Namespace, *, missing_is_fault: bool
) -> dict[str, Topic]:
    """The topics that --topic and --exclude-internal choose, by name."""
    matches = topic_filter(options.topic)
    found = {
        name: topic
        for name, topic in sorted(cluster.topics().items())
        if matches(name) and not (options.exclude_internal and topic.is_internal)
    }
    if not found and missing_is_fault and options.topic:
        raise CommandError(f"Topic '{options.topic}' does not exist as expected")
    return found


def _topic_id(text: str | None) -> bytes:
    if text is None:
        return ZERO_UUID
    try:
        return uuid_from_text(text)
    except ValueError as error:
        raise CommandError(f"--topic-id {text}: {error}") from None
