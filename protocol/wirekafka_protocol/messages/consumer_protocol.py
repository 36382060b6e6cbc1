"""ConsumerProtocolSubscription, ConsumerProtocolAssignment.

What consumers of a classic group tell each other inside JoinGroup and SyncGroup; an int16 version
precedes both. 1 owned partitions (KIP-429); 2 generations (KIP-792); 3 racks (KIP-881).

Generated from schemas/consumer_protocol.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class TopicPartition(Struct):
    __slots__ = ("partitions", "topic")

    FIELDS = (
        Field("topic", "string", ""),
        Field("partitions", "int32", (), is_array=True),
    )

    def __init__(self, topic: str = "", partitions: list[int] = EMPTY) -> None:
        self.topic = topic
        self.partitions: list[int] = [] if partitions is EMPTY else partitions


class ConsumerProtocolSubscription(Message):
    """Versions 0-3, none of them flexible."""

    __slots__ = ("generation_id", "owned_partitions", "rack_id", "topics", "user_data")

    VERSIONS = VersionRange(0, 3)
    FIELDS = (
        Field("topics", "string", (), is_array=True),
        Field("user_data", "bytes", None, nullable=ALWAYS),
        Field(
            "owned_partitions",
            "struct",
            (),
            struct=TopicPartition,
            is_array=True,
            versions=VersionRange(1),
        ),
        Field("generation_id", "int32", -1, versions=VersionRange(2)),
        Field("rack_id", "string", None, versions=VersionRange(3), nullable=ALWAYS),
    )

    def __init__(
        self,
        topics: list[str] = EMPTY,
        user_data: bytes | None = None,
        owned_partitions: list[TopicPartition] = EMPTY,
        generation_id: int = -1,
        rack_id: str | None = None,
    ) -> None:
        self.topics: list[str] = [] if topics is EMPTY else topics
        self.user_data = user_data
        self.owned_partitions: list[TopicPartition] = (
            [] if owned_partitions is EMPTY else owned_partitions
        )
        self.generation_id = generation_id
        self.rack_id = rack_id


class ConsumerProtocolAssignment(Message):
    """Versions 0-3, none of them flexible."""

    __slots__ = ("assigned_partitions", "user_data")

    VERSIONS = VersionRange(0, 3)
    FIELDS = (
        Field("assigned_partitions", "struct", (), struct=TopicPartition, is_array=True),
        Field("user_data", "bytes", None, nullable=ALWAYS),
    )

    def __init__(
        self, assigned_partitions: list[TopicPartition] = EMPTY, user_data: bytes | None = None
    ) -> None:
        self.assigned_partitions: list[TopicPartition] = (
            [] if assigned_partitions is EMPTY else assigned_partitions
        )
        self.user_data = user_data
