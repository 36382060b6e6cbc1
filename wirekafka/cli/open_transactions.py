"""What `wirekafka transactions` asks of partitions and coordinators about open transactions."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.describe_producers import (
    DescribeProducersRequest,
    DescribeProducersResponse,
    ProducerState,
    TopicRequest,
)
from wirekafka_protocol.messages.describe_transactions import (
    DescribeTransactionsRequest,
    DescribeTransactionsResponse,
    TransactionState,
)
from wirekafka_protocol.messages.list_transactions import (
    ListTransactionsRequest,
    ListTransactionsResponse,
)
from wirekafka_protocol.messages.write_txn_markers import (
    WritableTxnMarker,
    WritableTxnMarkerTopic,
    WriteTxnMarkersRequest,
    WriteTxnMarkersResponse,
)

from wirekafka.cli.output import CommandError, progress
from wirekafka.cli.wire.cluster import TRANSACTION, Cluster, TopicPartition
from wirekafka.cli.wire.fault_texts import fault


def validate(broker_id: int | None, topic: str | None, partition: int | None) -> None:
    """Raise CommandError for a search without limits."""
    if topic is None and broker_id is None:
        raise CommandError(
            "The `find-hanging` command requires either --topic or --broker-id to limit the scope "
            "of the search"
        )
    if partition is not None and topic is None:
        raise CommandError("The --partition argument requires --topic")


def validate_abort(options: argparse.Namespace) -> None:
    """Raise CommandError where the transaction is not identified."""
    older = (options.producer_id, options.producer_epoch, options.coordinator_epoch)
    if options.start_offset is None and None in older:
        raise CommandError(
            "The transaction to abort must be identified either with --start-offset (for brokers "
            "on 3.0 or above) or with --producer-id, --producer-epoch, and --coordinator-epoch "
            "(for older brokers)"
        )


def describe(cluster: Cluster, transactional_id: str) -> tuple[int, TransactionState]:
    """Error code and state of a transactional id."""
    answer = cluster.ask_coordinator(
        TRANSACTION, transactional_id,
        DescribeTransactionsRequest([transactional_id]), DescribeTransactionsResponse,
        lambda answer: answer.transaction_states[0].error_code,
    )  # fmt: skip
    (state,) = answer.transaction_states
    return state.error_code, state


def producers(
    cluster: Cluster, one: TopicPartition, broker_id: int | None = None
) -> list[ProducerState]:
    """The producers that the leader, or a replica, of a partition knows, by their ids."""
    where = "leader" if broker_id is None else f"broker {broker_id}"
    try:
        node_id = _leader(cluster, one) if broker_id is None else broker_id
        request = DescribeProducersRequest([TopicRequest(one.topic, [one.partition])])
        answer = cluster.node(node_id).ask(request, DescribeProducersResponse)
    except CommandError as error:
        raise CommandError(
            f"Failed to describe producers for partition {one} on {where}: {error}"
        ) from None
    (row,) = answer.topics[0].partitions
    if row.error_code:
        reason = fault(row.error_code, row.error_message)
        raise CommandError(f"Failed to describe producers for partition {one} on {where}: {reason}")
    return sorted(row.active_producers, key=lambda producer: producer.producer_id)


def abort(cluster: Cluster, options: argparse.Namespace) -> None:
    """Write an abort marker behind a hanging transaction."""
    one = TopicPartition(options.topic, options.partition)
    producer_id, epoch, coordinator_epoch = (
        options.producer_id, options.producer_epoch, options.coordinator_epoch
    )  # fmt: skip
    if options.start_offset is not None:
        found = [
            producer
            for producer in producers(cluster, one)
            if producer.current_txn_start_offset == options.start_offset
        ]
        if not found:
            raise CommandError(
                f"Could not find any open transactions starting at offset {options.start_offset} "
                f"on partition {one}"
            )
        producer_id, epoch = found[0].producer_id, found[0].producer_epoch
        # A producer whose transactions no coordinator ever ended has none yet.
        coordinator_epoch = max(found[0].coordinator_epoch, 0)
    marker = WritableTxnMarker(
        producer_id, epoch, False, [WritableTxnMarkerTopic(one.topic, [one.partition])],
        coordinator_epoch,
    )  # fmt: skip
    node = cluster.node(_leader(cluster, one))
    answer = node.ask(WriteTxnMarkersRequest([marker]), WriteTxnMarkersResponse)
    code = answer.markers[0].topics[0].partitions[0].error_code
    if code:
        raise CommandError(f"Failed to abort the transaction on partition {one}: {fault(code)}")


def find_hanging(
    cluster: Cluster,
    *,
    broker_id: int | None,
    topic: str | None,
    partition: int | None,
    before_ms: int,
    quiet: bool,
) -> list[tuple[TopicPartition, ProducerState]]:
    """Transactions that were last written to before a time and that no coordinator will end."""
    candidates = []
    partitions = _partitions_to_search(cluster, broker_id, topic, partition)
    with progress(total=len(partitions), unit="partition", quiet=quiet) as bar:
        for one in partitions:
            candidates += [
                (one, producer)
                for producer in producers(cluster, one, broker_id)
                if producer.current_txn_start_offset >= 0 and producer.last_timestamp < before_ms
            ]
            bar.update(1)
    if not candidates:
        return []
    ids = _transactional_ids(cluster, {producer.producer_id for _, producer in candidates})
    held = {transactional_id: _held(cluster, transactional_id) for transactional_id in ids.values()}
    return [
        (one, producer)
        for one, producer in candidates
        if one not in held.get(ids.get(producer.producer_id, ""), set())
    ]


def _partitions_to_search(
    cluster: Cluster, broker_id: int | None, topic: str | None, partition: int | None
) -> list[TopicPartition]:
    if topic is not None and partition is not None:
        return [TopicPartition(topic, partition)]
    topics = cluster.topics(None if topic is None else [topic])
    if topic is not None and topic not in topics:
        reason = fault(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        raise CommandError(f"Failed to describe 1 topics: {reason}")
    return [
        TopicPartition(name, index)
        for name, found in sorted(topics.items())
        for index, where in found.partitions.items()
        if broker_id is None or broker_id in where.replicas
    ]


def _transactional_ids(cluster: Cluster, producer_ids: Iterable[int]) -> dict[int, str]:
    found = {}
    request = ListTransactionsRequest(producer_id_filters=sorted(producer_ids))
    for node_id in cluster.nodes:
        answer = cluster.node(node_id).ask(request, ListTransactionsResponse)
        if answer.error_code:
            raise CommandError(f"Failed to list transactions: {fault(answer.error_code)}")
        for row in answer.transaction_states:
            found[row.producer_id] = row.transactional_id
    return found


def _held(cluster: Cluster, transactional_id: str) -> set[TopicPartition]:
    """The partitions that a coordinator will still write a marker to."""
    code, state = describe(cluster, transactional_id)
    if code == ErrorCode.TRANSACTIONAL_ID_NOT_FOUND:
        return set()
    if code:
        raise CommandError(f"Failed to describe transaction {transactional_id}: {fault(code)}")
    return {
        TopicPartition(topic.topic, index) for topic in state.topics for index in topic.partitions
    }


def _leader(cluster: Cluster, one: TopicPartition) -> int:
    led, missing = cluster.by_leader([one])
    if missing:
        raise CommandError(fault(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION))
    return next(iter(led))
