"""The small text files of a log directory and of a partition's folder.

Offset checkpoints: line `0` (version), line with the count, then `topic partition offset` lines.
`meta.properties`: Java properties that tie the directory to a cluster and a broker.
`partition.metadata`: version and topic id. The clean shutdown marker: a line of JSON.
Whatever does not read well raises CorruptFile; the caller goes on without it.

Source: Kafka's `OffsetCheckpointFile`, `MetaProperties`, `PartitionMetadataFile`,
`CleanShutdownFileHandler`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from wirekafka_protocol.uuids import uuid_from_text

from wirekafka_storage.errors import CorruptFile

TopicPartition = tuple[str, int]


class MetaProperties(NamedTuple):
    """To whom a log directory belongs; the ids are in Kafka's base64 form."""

    cluster_id: str
    node_id: int
    directory_id: str


def encode_offsets(offsets: Mapping[TopicPartition, int]) -> bytes:
    lines = [f"{topic} {partition} {offset}\n" for (topic, partition), offset in offsets.items()]
    return f"0\n{len(lines)}\n{''.join(lines)}".encode()


def decode_offsets(content: bytes) -> dict[TopicPartition, int]:
    """Read an offset checkpoint; CorruptFile unless all of it is there."""
    try:
        version, count, *lines = content.decode().split("\n")
        rows = [line.split(" ") for line in lines if line]
        offsets = {(topic, int(partition)): int(offset) for topic, partition, offset in rows}
        whole = int(version) == 0 and int(count) == len(rows)
    except ValueError as error:
        raise CorruptFile(f"not an offset checkpoint: {error}") from None
    if not whole:
        raise CorruptFile("version or count is wrong")
    return offsets


def encode_meta(meta: MetaProperties) -> bytes:
    return (
        f"version=1\ncluster.id={meta.cluster_id}\nnode.id={meta.node_id}\n"
        f"directory.id={meta.directory_id}\n"
    ).encode()


def decode_meta(content: bytes) -> MetaProperties:
    """Read meta.properties of version 0 (broker.id) or 1; CorruptFile when an id is missing."""
    values: dict[str, str] = {}
    for line in content.decode("utf-8", "replace").splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.startswith(("#", "!")):
            values[name.strip()] = value.strip()
    try:
        node_id = int(values.get("node.id") or values["broker.id"])
        return MetaProperties(values["cluster.id"], node_id, values.get("directory.id", ""))
    except (KeyError, ValueError) as error:
        raise CorruptFile(f"meta.properties lacks {error}") from None


def decode_partition_metadata(content: bytes) -> bytes:
    """The topic id, 16 bytes."""
    lines = content.decode("ascii", "replace").splitlines()
    values = dict(line.split(": ", 1) for line in lines if ": " in line)
    if values.get("version") != "0" or "topic_id" not in values:
        raise CorruptFile("not a partition.metadata file")
    return decode_uuid(values["topic_id"])


def encode_clean_shutdown(broker_epoch: int) -> bytes:
    return f'{{"version":0,"brokerEpoch":{broker_epoch}}}'.encode()


def decode_uuid(text: str) -> bytes:
    """The 16 bytes of an id; CorruptFile when the text is none."""
    try:
        return uuid_from_text(text)
    except ValueError as error:
        raise CorruptFile(str(error)) from None
