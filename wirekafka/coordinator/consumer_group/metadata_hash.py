"""The metadata hash of a group: one number that changes when a subscribed topic does.

It is in the record of the group's epoch, so that a coordinator that has just loaded knows whether
the topics are still what the target assignment was computed from. Kafka 4.1 and later compute the
same number from the same topics: ids, names, partition counts, and the racks of each partition.

Layout of what is hashed. Topic: a byte 0, the two halves of the id, the name, the number of
partitions, then for each its number and its racks in order, each with its length before it. Group:
the hashes of its topics in the order of their names. Integers are little endian; a string is its
UTF-16 units and their number. Topics that do not exist are left out; none at all is 0.

Source: Kafka's `Utils.computeTopicHash`, `computeGroupHash` (KIP-1101), read off the records of
4.3.1; tests/broker/coordinator/consumer_group/test_metadata_hash.py has some.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from xxhash import xxh3_64_intdigest

from wirekafka.coordinator.assignors.spec import TopicSpec
from wirekafka.coordinator.consumer_group.cluster import Cluster

_MAGIC = b"\0"
_NO_TOPICS = 0
_SIGN = 1 << 63
_UUID = struct.Struct(">QQ")


class MetadataHash:
    """Hashes of topics, each computed once as long as the topic stays the same."""

    __slots__ = ("_by_topic",)

    def __init__(self) -> None:
        self._by_topic: dict[str, tuple[TopicSpec, int]] = {}

    def of(self, names: Iterable[str], cluster: Cluster) -> int:
        """Of a group with these subscribed topics; signed, as it is in the record."""
        topics = [topic for name in sorted(names) if (topic := cluster.topic(name)) is not None]
        if not topics:
            return _NO_TOPICS
        hashes = [self._of_topic(topic) for topic in topics]
        value = xxh3_64_intdigest(struct.pack(f"<{len(hashes)}Q", *hashes))
        return value - 2 * _SIGN if value & _SIGN else value

    def forget(self, names: Iterable[str]) -> None:
        """The topics may be gone."""
        for name in names:
            self._by_topic.pop(name, None)

    def _of_topic(self, topic: TopicSpec) -> int:
        known = self._by_topic.get(topic.name)
        if known is not None and known[0] == topic:
            return known[1]
        value = topic_hash(topic)
        self._by_topic[topic.name] = (topic, value)
        return value


def metadata_hash(names: Iterable[str], cluster: Cluster) -> int:
    """Of a group with these subscribed topics, computed afresh."""
    return MetadataHash().of(names, cluster)


def topic_hash(topic: TopicSpec) -> int:
    """Unsigned."""
    high, low = _UUID.unpack(topic.topic_id)
    data = bytearray(_MAGIC + struct.pack("<QQ", high, low))
    data += _text(topic.name) + struct.pack("<i", topic.num_partitions)
    for index in range(topic.num_partitions):
        data += struct.pack("<i", index)
        for rack in sorted(topic.racks[index]) if topic.racks else ():
            data += struct.pack("<i", len(rack.encode("utf-16-le")) // 2) + _text(rack)
    return xxh3_64_intdigest(bytes(data))


def _text(text: str) -> bytes:
    units = text.encode("utf-16-le", "surrogatepass")
    return units + struct.pack("<i", len(units) // 2)
