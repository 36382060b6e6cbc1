"""`wirekafka transactions`: transactions and their producers, as kafka-transactions.sh shows them.

A hanging transaction is one that a partition still holds open and whose coordinator does not know
it, or knows nothing of that partition: nobody will ever end it but `abort`.
Differs from Kafka's tool: a partition that does not exist is named at once, where Java tries for a
minute. Source: KIP-664, KIP-994, KIP-1152; the output of `TransactionsCommand` in 4.3.1.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.describe_transactions import TransactionState
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from wirekafka_protocol.messages.list_transactions import (
    ListTransactionsRequest,
    ListTransactionsResponse,
)

from wirekafka.cli import open_transactions
from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.output import CommandError, print_json
from wirekafka.cli.wire.cluster import TRANSACTION, Cluster, TopicPartition, open_cluster
from wirekafka.cli.wire.fault_texts import fault

SUMMARY = "list, describe or abort transactions, find hanging ones"

_MINUTE_MS = 60_000
_TIMEOUT_MS = 30_000
_DURATION_VERSION = 1
_PATTERN_VERSION = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's subcommands and flags, and --json."""
    add_connection_arguments(parser)
    parser.add_argument("--json", action="store_true", help="write JSON")
    commands = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    listing = commands.add_parser("list", help="list transactions")
    listing.add_argument(
        "--duration-filter", type=int, default=-1, metavar="MS",
        help="only transactions that run longer; below 0 all (default: %(default)s)",
    )  # fmt: skip
    listing.add_argument(
        "--transactional-id-pattern", metavar="REGEX", help="only ids that match (RE2)"
    )
    describing = commands.add_parser("describe", help="describe the transaction of an id")
    describing.add_argument("--transactional-id", required=True, help="the transactional id")
    producers = commands.add_parser(
        "describe-producers", help="describe the producers of a partition"
    )
    producers.add_argument("--topic", required=True, help="the partition's topic")
    producers.add_argument("--partition", required=True, type=int, help="its number")
    producers.add_argument("--broker-id", type=int, help="ask this replica, not the leader")
    aborting = commands.add_parser("abort", help="abort a hanging transaction on a partition")
    aborting.add_argument("--topic", required=True, help="the partition's topic")
    aborting.add_argument("--partition", required=True, type=int, help="its number")
    aborting.add_argument("--start-offset", type=int, help="where the transaction starts")
    for name in ("producer-id", "producer-epoch", "coordinator-epoch"):
        aborting.add_argument(
            f"--{name}", type=int, help=f"the {name.replace('-', ' ')}, instead of --start-offset"
        )
    hanging = commands.add_parser("find-hanging", help="find hanging transactions")
    hanging.add_argument("--broker-id", type=int, help="search the partitions of this broker")
    hanging.add_argument(
        "--max-transaction-timeout", type=int, default=15, metavar="MINUTES",
        help="younger transactions are not hanging (default: %(default)s)",
    )  # fmt: skip
    hanging.add_argument("--topic", help="search this topic")
    hanging.add_argument("--partition", type=int, help="search this partition of --topic")
    force = commands.add_parser(
        "forceTerminateTransaction", help="abort the transaction of an id, fencing its producer"
    )
    force.add_argument(
        "--transactionalId", dest="transactional_id", required=True, help="the transactional id"
    )
    for sub in (listing, describing, producers, aborting, hanging, force):
        # Before or behind the subcommand; what is given behind it wins.
        sub.add_argument("--bootstrap-server", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        sub.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="write JSON"
        )


def run(options: argparse.Namespace) -> int:
    """Do the one thing asked for."""
    if options.subcommand == "find-hanging":
        open_transactions.validate(options.broker_id, options.topic, options.partition)
    if options.subcommand == "abort":
        open_transactions.validate_abort(options)
    with open_cluster(options) as cluster:
        match options.subcommand:
            case "list":
                return _list(cluster, options)
            case "describe":
                return _describe(cluster, options)
            case "describe-producers":
                return _describe_producers(cluster, options)
            case "abort":
                open_transactions.abort(cluster, options)
            case "find-hanging":
                return _find_hanging(cluster, options)
            case _:
                _force_terminate(cluster, options.transactional_id)
    if options.json:
        print_json({})
    return 0


def _list(cluster: Cluster, options: argparse.Namespace) -> int:
    request = ListTransactionsRequest(
        duration_filter=options.duration_filter,
        transactional_id_pattern=options.transactional_id_pattern,
    )
    rows: list[list[object]] = []
    for node_id in sorted(cluster.nodes):
        node = cluster.node(node_id)
        version = node.version_of(ApiKey.LIST_TRANSACTIONS)
        if (options.transactional_id_pattern is not None and version < _PATTERN_VERSION) or (
            options.duration_filter >= 0 and version < _DURATION_VERSION
        ):
            raise CommandError("the broker is too old for this filter of transactions")
        answer = node.ask(request, ListTransactionsResponse)
        if answer.error_code == ErrorCode.INVALID_REGULAR_EXPRESSION:
            pattern = options.transactional_id_pattern
            raise CommandError(f"--transactional-id-pattern {pattern} is no regular expression")
        if answer.error_code:
            raise CommandError(f"Failed to list transactions: {fault(answer.error_code)}")
        rows += [
            [one.transactional_id, node_id, one.producer_id, one.transaction_state]
            for one in answer.transaction_states
        ]
    titles = ["TransactionalId", "Coordinator", "ProducerId", "TransactionState"]
    return _print(options, titles, sorted(rows, key=lambda row: str(row[0])))


def _describe(cluster: Cluster, options: argparse.Namespace) -> int:
    name = options.transactional_id
    code, state = open_transactions.describe(cluster, name)
    if code:
        reason = (
            f"DescribeTransactions request for transactionalId `{name}` failed because the ID could"
            " not be found"
            if code == ErrorCode.TRANSACTIONAL_ID_NOT_FOUND
            else fault(code)
        )
        raise CommandError(
            f"Failed to describe transaction state of transactional-id `{name}`: {reason}"
        )
    started: object = "None"
    duration: object = "None"
    if state.transaction_start_time_ms >= 0:
        started = state.transaction_start_time_ms
        duration = int(time.time() * 1000) - state.transaction_start_time_ms
    row = [
        cluster.coordinator(TRANSACTION, name), name, state.producer_id, state.producer_epoch,
        state.transaction_state, state.transaction_timeout_ms, started, duration,
        ",".join(_partitions(state)),
    ]  # fmt: skip
    titles = [
        "CoordinatorId", "TransactionalId", "ProducerId", "ProducerEpoch", "TransactionState",
        "TransactionTimeoutMs", "CurrentTransactionStartTimeMs", "TransactionDurationMs",
        "TopicPartitions",
    ]  # fmt: skip
    return _print(options, titles, [row])


def _describe_producers(cluster: Cluster, options: argparse.Namespace) -> int:
    one = TopicPartition(options.topic, options.partition)
    rows = [
        [
            producer.producer_id, producer.producer_epoch, producer.coordinator_epoch,
            producer.last_sequence, producer.last_timestamp,
            "None" if producer.current_txn_start_offset < 0 else producer.current_txn_start_offset,
        ]
        for producer in open_transactions.producers(cluster, one, options.broker_id)
    ]  # fmt: skip
    titles = [
        "ProducerId", "ProducerEpoch", "LatestCoordinatorEpoch", "LastSequence", "LastTimestamp",
        "CurrentTransactionStartOffset",
    ]  # fmt: skip
    return _print(options, titles, rows)


def _find_hanging(cluster: Cluster, options: argparse.Namespace) -> int:
    now_ms = int(time.time() * 1000)
    found = open_transactions.find_hanging(
        cluster,
        broker_id=options.broker_id,
        topic=options.topic,
        partition=options.partition,
        before_ms=now_ms - options.max_transaction_timeout * _MINUTE_MS,
        quiet=options.json,
    )
    rows = [
        [
            one.topic, one.partition, producer.producer_id, producer.producer_epoch,
            producer.coordinator_epoch, producer.current_txn_start_offset,
            producer.last_timestamp, (now_ms - producer.last_timestamp) // _MINUTE_MS,
        ]
        for one, producer in found
    ]  # fmt: skip
    titles = [
        "Topic", "Partition", "ProducerId", "ProducerEpoch", "CoordinatorEpoch", "StartOffset",
        "LastTimestamp", "Duration(min)",
    ]  # fmt: skip
    return _print(options, titles, rows)


def _force_terminate(cluster: Cluster, name: str) -> None:
    """A new producer of the id, which ends the transaction of the old one."""
    answer = cluster.ask_coordinator(
        TRANSACTION, name, InitProducerIdRequest(name, _TIMEOUT_MS), InitProducerIdResponse,
        lambda answer: answer.error_code,
    )  # fmt: skip
    if answer.error_code:
        raise CommandError(
            f"Failed to force terminate transactionalId `{name}`: {fault(answer.error_code)}"
        )


def _partitions(state: TransactionState) -> list[str]:
    found = [
        TopicPartition(topic.topic, index) for topic in state.topics for index in topic.partitions
    ]
    return [str(one) for one in sorted(found)]


def _print(
    options: argparse.Namespace, titles: Sequence[str], rows: Sequence[Sequence[object]]
) -> int:
    """Cells as wide as the widest of their column, a tab behind each; "None" is null in JSON."""
    if options.json:
        print_json(
            [
                {
                    key: None if cell == "None" else cell
                    for key, cell in zip(titles, row, strict=True)
                }
                for row in rows
            ]
        )
        return 0
    lines = [list(titles), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (f"{cell:<{width}}\t" for cell, width in zip(line, widths, strict=True))
        print("".join(cells))
    return 0
