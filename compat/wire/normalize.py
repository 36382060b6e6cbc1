"""Replaces what differs from run to run by placeholders, and orders what has no order.

Ids, member ids, producer ids and fetch sessions become `<id-1>`, `<id-2>`… in the order in which a
scenario first shows them: that two answers carry the *same* id stays visible. Times, ports, hosts
and cluster ids become one placeholder each. Lists of named things are sorted by name, because the
real broker returns most of them in the order of a hash table; they are sorted before their ids are
numbered, else two ids would swap their numbers with that order.

Invariant: normalizing depends only on the values of one scenario and the order in which they are
shown, so a scenario gives the same recording alone and beside others.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from typing import Any

from .batches import Batch, read_batches
from .codec import ZERO_UUID

SORT_KEYS = (
    "index",
    "partition_index",
    "partition",
    "name",
    "topic",
    "topic_name",
    "topic_id",
    "group_id",
    "group",
    "key",
    "transactional_id",
    "resource_name",
    "api_key",
    "node_id",
    "broker_id",
    "entity_type",
    "member_id",
    "feature",
)
UNSORTED = {"records", "aborted_transactions"}  # their order is the answer
_HEARTBEAT_INTERVAL_MS = 5_000  # Kafka's default; a broker may ask members to come back sooner
_NEW = "new"  # instead of the number of an id that has none yet
_TIMES = range(10**12, 10**13)  # milliseconds from 2001 to 2286
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KAFKA_ID = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{22}(?![\w-])")
_PRODUCER_TEXT = re.compile(r"(?i)(producer ?id:? ?)\d+")


class Normalizer:
    """The placeholders of one scenario. `prefixes` are taken out of every text, the first first."""

    def __init__(self, prefixes: tuple[str, ...], address: str) -> None:
        self._prefixes = prefixes
        self._address = address
        self._seen: dict[str, list[Any]] = {}
        self._numbering = True  # False while a list is sorted: looking at an id gives it no number

    def plain(self, value: Any, key: str = "") -> Any:
        """The value as JSON with placeholders; `key` is the name of the field that holds it."""
        if isinstance(value, dict):
            return {str(name): self.plain(inner, str(name)) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(inner, key) for inner in value]
        if isinstance(value, Batch):
            return self.plain(value.about)
        if isinstance(value, bytes | bytearray | memoryview):
            return self._bytes(bytes(value), key)
        if isinstance(value, uuid.UUID):
            return "zero-id" if value == ZERO_UUID else self.mark("id", value)
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return self._number(value, key)
        return self._text(str(value), key)

    def in_order(self, value: Any) -> Any:
        """A value that was not normalized yet, with its lists of named things sorted; what has an
        order of its own keeps it."""
        if isinstance(value, dict):
            return {
                name: inner if name in UNSORTED else self.in_order(inner)
                for name, inner in value.items()
            }
        if not isinstance(value, list | tuple):
            return value
        rows = [self.in_order(inner) for inner in value]
        keys = [self._sort_key(row) for row in rows]
        if not all(keys):
            return rows
        return [rows[index] for index in sorted(range(len(rows)), key=keys.__getitem__)]

    def mark(self, kind: str, value: Any) -> str:
        """The placeholder of a value: the same for the same value."""
        known = self._seen.setdefault(kind, [])
        if value not in known:
            if not self._numbering:
                return f"<{kind}-{_NEW}>"
            known.append(value)
        return f"<{kind}-{known.index(value) + 1}>"

    def _sort_key(self, row: Any) -> list[tuple[bool, Any]]:
        """Numbers before texts; empty for a thing without a name. Things whose name is an id that
        was not shown before have no order by it: what else is known of them gives one."""
        if not isinstance(row, dict):
            return []
        self._numbering = False
        try:
            for name in SORT_KEYS:
                key = self.plain(row.get(name), name)
                if key is not None:
                    more = json.dumps(self.plain(row)) if f"-{_NEW}>" in str(key) else ""
                    return [(isinstance(key, str), key), (True, more)]
        finally:
            self._numbering = True
        return []

    def _bytes(self, value: bytes, key: str) -> Any:
        if key == "records" and value:
            return self.plain(read_batches(value))
        text = value.decode(errors="replace")
        return self._text(text, key) if text.isprintable() else "0x" + value.hex()

    def _number(self, value: int, key: str) -> Any:
        if key.endswith(("producer_id", "producer_id_filters")) and value >= 0:
            return self.mark("producer", value)
        if key == "session_id" and value > 0:
            return self.mark("session", value)
        if key == "subscription_id" and value:
            return self.mark("subscription", value)
        if key in ("port", "finalized_features_epoch"):
            return f"<{key}>"
        if key == "heartbeat_interval_ms" and 0 < value <= _HEARTBEAT_INTERVAL_MS:
            return f"<{key}>"
        return "<time>" if value in _TIMES else value

    def _text(self, value: str, key: str) -> str:
        if key in ("host", "cluster_id", "client_host", "log_dir"):
            return f"<{key}>"
        for prefix in self._prefixes:
            value = value.replace(prefix, "")
        for known in self._seen.get("id", []):
            value = value.replace(kafka_id(known), self.mark("id", known))
        if key in ("member_id", "leader", "member_ids"):
            # KIP-848 members of the Java client choose ids in Kafka's form of a UUID.
            value = _KAFKA_ID.sub(lambda match: self.mark("uuid", match[0]), value)
        value = _UUID.sub(lambda match: self.mark("uuid", match[0]), value)
        value = value.replace(self._address, "<host>:<port>")
        value = re.sub(r"\b\d{13}\b", "<time>", value)
        return _PRODUCER_TEXT.sub(r"\1<producer>", value)


def kafka_id(value: uuid.UUID) -> str:
    """A UUID as Kafka prints it."""
    return base64.urlsafe_b64encode(value.bytes).decode().rstrip("=")
