"""Reads the coordinators' records that a real Kafka wrote, and writes them again: the same bytes.

Set WIREKAFKA_KAFKA_LOGS to a log directory of Kafka 4.3 (the folder that holds the partitions
`__consumer_offsets-N` and `__transaction_state-N`); nothing in it is changed.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import wirekafka_protocol.messages as generated
from wirekafka_protocol.codec import decoder, encode
from wirekafka_protocol.messages.transaction_log import TransactionLogKey
from wirekafka_protocol.records.batch import iter_batches
from wirekafka_protocol.records.record import Record, read_records
from wirekafka_protocol.schema import Message

VARIABLE = "WIREKAFKA_KAFKA_LOGS"
FOLDER = os.environ.get(VARIABLE)
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason=f"{VARIABLE} does not name a log directory of Kafka"
)
CONTROL_BATCH_BIT = 0x20


def message_classes() -> dict[str, type[Message]]:
    found = {}
    for module in pkgutil.iter_modules(generated.__path__):
        content = vars(importlib.import_module(f"{generated.__name__}.{module.name}"))
        for name, value in content.items():
            if isinstance(value, type) and issubclass(value, Message):
                found[name] = value
    return found


def record_keys() -> dict[int, type[Message]]:
    """The key classes of __consumer_offsets by their record type."""
    return {
        message.KEY: message
        for name, message in message_classes().items()
        if name.endswith("Key") and message.KEY is not None and message is not TransactionLogKey
        if not name.startswith(("ShareSnapshot", "ShareUpdate"))
    }


def records_of(topic: str) -> Iterator[Record]:
    for path in sorted(Path(FOLDER or ".").glob(f"{topic}-*/*.log")):
        for header, batch in iter_batches(path.read_bytes()):
            if not header.attributes & CONTROL_BATCH_BIT:
                yield from read_records(batch)


def check(message: type[Message], version: int, raw: bytes) -> None:
    body = raw[2:]
    value, pos = decoder(message, version)(body, 0, len(body))
    assert pos == len(body), value
    assert encode(value, version) == body, value


@pytest.mark.parametrize("topic", ["__consumer_offsets", "__transaction_state"])
def test_records_that_kafka_wrote_are_written_again_alike(topic: str) -> None:
    classes = message_classes()
    keys = {0: TransactionLogKey} if topic == "__transaction_state" else record_keys()
    seen: set[str] = set()
    for record in records_of(topic):
        assert record.key is not None
        key_class = keys[int.from_bytes(record.key[:2], "big")]
        check(key_class, key_class.VERSIONS.first, record.key)
        seen.add(key_class.__name__)
        if record.value is not None:
            value_class = classes[key_class.__name__.removesuffix("Key") + "Value"]
            check(value_class, int.from_bytes(record.value[:2], "big"), record.value)
    assert seen, f"no records of {topic} in {FOLDER}"
