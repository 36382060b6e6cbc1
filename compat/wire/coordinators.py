"""What scenarios say to the coordinators of groups and transactions.

Bodies as in `bodies`, and a few conversations that prepare: those take the broker and record
nothing. A producer is its id and epoch.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from typing import Any

from .batches import TRANSACTIONAL, batch
from .bodies import produce
from .broker import Wire
from .codec import Message
from .connection import Connection

Producer = tuple[int, int]

_SETTLED = ("CompleteCommit", "CompleteAbort", "Empty")


# -- classic groups


def sync(
    group_id: str, member_id: str, generation: int = 1, /, *assigned: tuple[str, bytes], **more: Any
) -> Message:
    """SyncGroup; `assigned` are pairs of member id and assignment. Versions from 5 on need
    protocol_type and protocol_name, which are those of `join()`."""
    return {
        "group_id": group_id,
        "generation_id": generation,
        "member_id": member_id,
        "protocol_type": "consumer",
        "protocol_name": "range",
        "assignments": [{"member_id": who, "assignment": what} for who, what in assigned],
        **more,
    }


def heartbeat(group_id: str, member_id: str, generation: int = 1, **more: Any) -> Message:
    """Heartbeat of a classic member."""
    return {"group_id": group_id, "generation_id": generation, "member_id": member_id, **more}


def leave(group_id: str, *member_ids: str, **more: Any) -> Message:
    """LeaveGroup of members by their ids, in the form of every version."""
    rows = [{"member_id": member_id} for member_id in member_ids]
    return {"group_id": group_id, "member_id": member_ids[0], "members": rows, **more}


def subscription(*topics: str) -> bytes:
    """Metadata of the consumer protocol, version 0, as a member of a classic group sends it."""
    names = [struct.pack(">h", len(topic)) + topic.encode() for topic in topics]
    return struct.pack(">hi", 0, len(topics)) + b"".join(names) + struct.pack(">i", -1)


def subscription_of(owned: dict[str, list[int]], *topics: str) -> bytes:
    """The same in version 1, by a member that owns partitions by topic."""
    parts = [
        struct.pack(">h", len(topic))
        + topic.encode()
        + struct.pack(f">i{len(rows)}i", len(rows), *rows)
        for topic, rows in owned.items()
    ]
    newer = struct.pack(">h", 1) + subscription(*topics)[2:]
    return newer + struct.pack(">i", len(parts)) + b"".join(parts)


def assigned(topic: str, *partitions: int, user_data: bytes | None = None) -> bytes:
    """An assignment of the consumer protocol, version 0, as the leader of a classic group sends
    it and as a member of a consumer group gets it in answer to SyncGroup."""
    rows = struct.pack(f">i{len(partitions)}i", len(partitions), *partitions)
    data = struct.pack(">i", -1) if user_data is None else struct.pack(">i", len(user_data))
    name = struct.pack(">h", len(topic)) + topic.encode()
    return struct.pack(">hi", 0, 1) + name + rows + data + (user_data or b"")


def synced(answer: Message) -> Message:
    """What to show of a SyncGroup answer with an assignment of the consumer protocol: its version
    and the partitions by topic."""
    data: bytes = answer["assignment"]
    if not data:
        return answer
    version, count = struct.unpack_from(">hi", data)
    place, rows = 6, []
    for _ in range(count):
        size = struct.unpack_from(">h", data, place)[0]
        name = data[place + 2 : place + 2 + size].decode()
        place += 2 + size
        number = struct.unpack_from(">i", data, place)[0]
        rows.append((name, list(struct.unpack_from(f">{number}i", data, place + 4))))
        place += 4 + 4 * number
    return {**answer, "assignment": (version, sorted(rows), data[place:].hex())}


def classic_group(broker: Wire, group_id: str, topic: str, *partitions: int, **more: Any) -> str:
    """A classic group of one member in generation 1 that owns partitions and could be converted;
    `more` are fields of JoinGroup. Returns the member id."""
    protocols = (("range", subscription(topic)),)
    assignment = assigned(topic, *partitions)
    return broker.stable_group(group_id, assignment=assignment, protocols=protocols, **more)


def rejoin(group_id: str, member_id: str, topic: str, *owned: int, **more: Any) -> Message:
    """JoinGroup of a member of `classic_group` that owns partitions."""
    metadata = subscription_of({topic: list(owned)} if owned else {}, topic)
    return {
        **_join(group_id, member_id),
        "protocols": [{"name": "range", "metadata": metadata}],
        **more,
    }


def ask_join(
    broker: Wire, version: int, /, *, show: Callable[[Message], Any] | None = None, **body: Any
) -> Message:
    """JoinGroup whose metadata names topics: it is sent, the answer is recorded, the request is
    not, for those names differ from run to run."""
    connection = broker.connect()
    pending = connection.send("JoinGroup", version, **body)
    return broker.receive(connection, pending, show=show or _without_metadata)


def described(answer: Message) -> list[Message]:
    """What to show of the groups of a DescribeGroups answer: whether its members have metadata and
    an assignment, not which."""
    return [{**group, "members": _sized(group["members"])} for group in answer["groups"]]


def _without_metadata(answer: Message) -> Message:
    return {**answer, "members": _sized(answer["members"])}


def _sized(members: list[Message]) -> list[Message]:
    return [
        {key: value != b"" if isinstance(value, bytes) else value for key, value in row.items()}
        for row in members
    ]


def group_of_two(broker: Wire, group_id: str) -> tuple[str, str, Connection]:
    """A stable classic group in generation 2. Returns the leader, the follower and the
    follower's connection."""
    leader, connection = broker.stable_group(group_id), broker.connect()
    joining = connection.send("JoinGroup", 3, **_join(group_id, ""))
    broker.rebalancing(group_id, leader)
    broker.quiet("JoinGroup", 3, **_join(group_id, leader))
    joined = connection.receive(joining)
    assert isinstance(joined, dict), joined
    follower = joined["member_id"]
    both = (leader, b"one"), (follower, b"two")
    broker.quiet("SyncGroup", 3, **sync(group_id, leader, 2, *both))
    broker.quiet("SyncGroup", 3, on=connection, **sync(group_id, follower, 2))
    return leader, follower, connection


def _join(group_id: str, member_id: str) -> Message:
    return {
        "group_id": group_id,
        "session_timeout_ms": 30_000,
        "rebalance_timeout_ms": 30_000,
        "member_id": member_id,
        "protocol_type": "consumer",
        "protocols": [{"name": "range", "metadata": b"meta"}],
    }


# -- groups of the new consumer protocol (KIP-848)


def beat(group_id: str, member_id: str, member_epoch: int, **more: Any) -> Message:
    """ConsumerGroupHeartbeat in which nothing has changed."""
    return {"group_id": group_id, "member_id": member_id, "member_epoch": member_epoch, **more}


def enter(group_id: str, member_id: str, *topics: str, **more: Any) -> Message:
    """ConsumerGroupHeartbeat that joins: epoch 0 and every field that it needs."""
    return {
        **beat(group_id, member_id, 0),
        "rebalance_timeout_ms": 30_000,
        "subscribed_topic_names": list(topics),
        "topic_partitions": [],
        **more,
    }


def assigning_at_once(broker: Wire, group_id: str) -> None:
    """A group of the new protocol is assigned anew whenever it changes, not once per second. To be
    called before `known_topic`: who knows of that topic knows of this as well."""
    row = {"name": "consumer.assignment.interval.ms", "config_operation": 0, "value": "0"}
    answer = broker.quiet(
        "IncrementalAlterConfigs",
        1,
        resources=[{"resource_type": 32, "resource_name": group_id, "configs": [row]}],
    )
    assert answer["responses"][0]["error_code"] == 0, answer


def known_topic(broker: Wire, short: str = "t", *, partitions: int = 1, near: str) -> str:
    """A topic that the coordinator of the group `near` knows, too: it learns of topics later than
    clients do, and would assign nothing. Returns the topic's name."""
    topic = broker.topic(short, partitions=partitions)
    group = _neighbour(broker, near)
    broker.until(
        lambda answer: bool(answer["assignment"] and answer["assignment"]["topic_partitions"]),
        "ConsumerGroupHeartbeat",
        1,
        **enter(group, "probe", topic),
    )
    broker.quiet("ConsumerGroupHeartbeat", 1, **beat(group, "probe", -1))
    return topic


def _neighbour(broker: Wire, group_id: str) -> str:
    """Another group in the same partition of the 50 of __consumer_offsets."""
    wanted = partition_of_group(group_id)
    names = (broker.name(f"probe-{number}") for number in range(10_000))
    return next(name for name in names if partition_of_group(name) == wanted)


def partition_of_group(group_id: str) -> int:
    """Of the 50 of __consumer_offsets."""
    return _java_hash(group_id) % 50


def _java_hash(text: str) -> int:
    value = 0
    for character in text:
        value = (31 * value + ord(character)) & 0xFFFFFFFF
    return 2**32 - value if value > 2**31 else value & 0x7FFFFFFF  # as Utils.abs


# -- transactions


def init_producer_id(
    transactional_id: str | None, producer: Producer = (-1, -1), timeout_ms: int = 60_000
) -> Message:
    """InitProducerId, of a new producer or of one that knows its id and epoch."""
    return {
        "transactional_id": transactional_id,
        "transaction_timeout_ms": timeout_ms,
        "producer_id": producer[0],
        "producer_epoch": producer[1],
    }


def begin(broker: Wire, short: str = "tx") -> tuple[str, Producer]:
    """A transactional id and its producer, which has begun nothing."""
    name = broker.name(short)
    got = broker.quiet("InitProducerId", 4, **init_producer_id(name))
    assert got["error_code"] == 0, got
    return name, (got["producer_id"], got["producer_epoch"])


def add_partitions(transactional_id: str, producer: Producer, *topics: str) -> Message:
    """AddPartitionsToTxn of partition 0 of topics, as producers send it (up to version 3)."""
    return {
        "v3_and_below_transactional_id": transactional_id,
        "v3_and_below_producer_id": producer[0],
        "v3_and_below_producer_epoch": producer[1],
        "v3_and_below_topics": [{"name": topic, "partitions": [0]} for topic in topics],
    }


def verify_partitions(
    transactional_id: str, producer: Producer, *topics: str, verify_only: bool = True
) -> Message:
    """AddPartitionsToTxn as brokers send it (from version 4 on)."""
    rows = [{"name": topic, "partitions": [0]} for topic in topics]
    one = {**_of(transactional_id, producer), "verify_only": verify_only, "topics": rows}
    return {"transactions": [one]}


def add_offsets(transactional_id: str, producer: Producer, group_id: str) -> Message:
    """AddOffsetsToTxn."""
    return {**_of(transactional_id, producer), "group_id": group_id}


def write(
    transactional_id: str,
    producer: Producer,
    topic: str | uuid.UUID,
    sequence: int,
    *values: bytes,
    **more: Any,
) -> Message:
    """Produce one transactional batch to partition 0."""
    records = batch(*(values or (b"x",)), attributes=TRANSACTIONAL, producer=(*producer, sequence))
    return produce(topic, records, transactional_id=transactional_id, **more)


def write_at(
    timestamp: int, transactional_id: str, producer: Producer, topic: str, sequence: int
) -> Message:
    """The same with one record of this time."""
    who = (*producer, sequence)
    records = batch(b"x", attributes=TRANSACTIONAL, producer=who, timestamp=timestamp)
    return produce(topic, records, transactional_id=transactional_id)


def marker(producer: Producer, *topics: str, committed: bool, **more: Any) -> Message:
    """A row of WriteTxnMarkers, of partition 0 of topics."""
    return {
        "producer_id": producer[0],
        "producer_epoch": producer[1],
        "transaction_result": committed,
        "topics": [{"name": topic, "partition_indexes": [0]} for topic in topics],
        "coordinator_epoch": 5,
        **more,
    }


def txn_offsets(
    transactional_id: str, producer: Producer, group_id: str, topic: str, offset: int, **more: Any
) -> Message:
    """TxnOffsetCommit of partition 0, without a member."""
    row = {"partition_index": 0, "committed_offset": offset, "committed_metadata": "m"}
    return {
        **_of(transactional_id, producer),
        "group_id": group_id,
        "generation_id": -1,
        "member_id": "",
        "topics": [{"name": topic, "partitions": [row]}],
        **more,
    }


def end(transactional_id: str, producer: Producer, *, committed: bool) -> Message:
    """EndTxn."""
    return {**_of(transactional_id, producer), "committed": committed}


def opened(broker: Wire, *topics: str, short: str = "tx") -> tuple[str, Producer]:
    """A producer of an open transaction of the old protocol that wrote a record to partition 0 of
    each topic."""
    name, producer = begin(broker, short)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, *topics))
    for topic in topics:
        broker.quiet("Produce", 9, **write(name, producer, topic, 0))
    return name, producer


def prepared(
    broker: Wire, topic: str, *, short: str = "tx", committed: bool
) -> tuple[str, Producer]:
    """The producer of a transaction that is being ended and will be as long as its coordinator is:
    the log has a marker by a later coordinator, so it refuses the one that is to be written."""
    name, producer = opened(broker, topic, short=short)
    foreign = marker(producer, topic, committed=False, coordinator_epoch=1)
    broker.quiet("WriteTxnMarkers", 1, markers=[foreign])
    broker.quiet("Produce", 9, **write(name, producer, topic, 1))
    got = broker.quiet("EndTxn", 3, **end(name, producer, committed=committed))
    assert got["error_code"] == 0, got
    return name, producer


def ended(broker: Wire, transactional_id: str, producer: Producer, *, committed: bool) -> None:
    """End a transaction by the old protocol and wait until its markers are written."""
    got = broker.quiet("EndTxn", 3, **end(transactional_id, producer, committed=committed))
    assert got["error_code"] == 0, got
    settled(broker, transactional_id)


def ended_anew(
    broker: Wire, transactional_id: str, producer: Producer, *, committed: bool
) -> Producer:
    """The same by the new protocol (KIP-890); returns the producer with its next epoch."""
    got = broker.quiet("EndTxn", 5, **end(transactional_id, producer, committed=committed))
    assert got["error_code"] == 0, got
    settled(broker, transactional_id)
    return got["producer_id"], got["producer_epoch"]


def settled(broker: Wire, transactional_id: str) -> None:
    """Wait until the markers of the transaction are written."""
    broker.until(
        lambda answer: answer["transaction_states"][0]["transaction_state"] in _SETTLED,
        "DescribeTransactions",
        0,
        transactional_ids=[transactional_id],
    )


def _of(transactional_id: str, producer: Producer) -> Message:
    return {
        "transactional_id": transactional_id,
        "producer_id": producer[0],
        "producer_epoch": producer[1],
    }
