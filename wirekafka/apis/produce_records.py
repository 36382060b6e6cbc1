"""The records in a Produce request: which of them count, whose they are, who owns the bytes.

A partition that is listed twice is written once, as listed last, as in Kafka.
"""

from __future__ import annotations

from wirekafka_protocol.messages.produce import PartitionProduceData, ProduceRequest
from wirekafka_protocol.records.batch import HEADER_BYTES, MAGIC, read_header


def last_listed(
    request: ProduceRequest,
) -> dict[tuple[str, bytes, int], PartitionProduceData]:
    """By topic name, topic id and partition number."""
    return {
        (topic.name, topic.topic_id, data.index): data
        for topic in request.topic_data
        for data in topic.partition_data
    }


def keep_records(request: ProduceRequest) -> None:
    """Copy what will be appended later; the connection reads on into its buffer."""
    for data in last_listed(request).values():
        if data.records is not None:
            data.records = memoryview(bytearray(data.records))


def is_transactional(records: bytes | bytearray | memoryview | None) -> bool:
    """Whether the first batch says so; what is no batch does not."""
    if records is None or len(records) < HEADER_BYTES:
        return False
    header = read_header(records)
    return header.magic == MAGIC and header.is_transactional
