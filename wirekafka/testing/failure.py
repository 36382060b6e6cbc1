"""What the report of a failed test says of its broker: its requests, decoded, and its records."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wirekafka.testing.control import ControlClient, ControlRefused

MOST_REQUESTS = 40
MOST_TOPICS = 10
RECORDS_PER_TOPIC = 5

_MOST_CHARACTERS = 200
_NO_TOPIC_ID = "A" * 22

_TIMEOUT_S = 3.0
"""A broker that the test has frozen or killed must not hold up the report."""

Row = Mapping[str, Any]


def sections(control_url: str) -> list[tuple[str, str]]:
    """(heading, text), without those that have nothing to say."""
    found = []
    with ControlClient(control_url, timeout_s=_TIMEOUT_S) as control:
        try:
            log = control.requests(limit=MOST_REQUESTS)
        except (ControlRefused, OSError) as error:
            return [("kafka", f"the control port does not tell more: {error}")]
        rows = log["requests"]
        if rows:
            heading = f"kafka: the last {len(rows)} of {log['count']} requests"
            found.append((heading, "\n".join(_request_line(row, rows[0]["time"]) for row in rows)))
        for topic in _topics(rows)[:MOST_TOPICS]:
            with contextlib.suppress(ControlRefused, OSError):
                records = control.records(topic, last=RECORDS_PER_TOPIC)
                found.append((f"kafka: the end of {topic}", _tail(records)))
    return found


def _request_line(row: Row, first_ms: int) -> str:
    duration = "unanswered" if row["duration_ms"] is None else f"{row['duration_ms']:.1f} ms"
    line = (
        f"{row['time'] - first_ms:6d} ms  {row['client_id']} #{row['connection']}  {row['api']}"
        f" v{row['version']}  {duration}"
    )
    for name in ("topics", "groups", "errors"):
        if row[name]:
            line += f"  {name}={','.join(row[name])}"
    for name in ("request", "answer"):
        if row.get(name):
            line += f"\n           {name}: {_cut(json.dumps(row[name], ensure_ascii=False))}"
    return line


def _topics(rows: Sequence[Row]) -> list[str]:
    return sorted({topic for row in rows for topic in row["topics"] if _is_told(topic)})


def _is_told(topic: str) -> bool:
    """Not of internal topics, and not of the id that stands for none."""
    return not topic.startswith("__") and topic != _NO_TOPIC_ID


def _tail(records: Sequence[Row]) -> str:
    return "\n".join(_record_lines(records)) or "no records"


def _record_lines(records: Sequence[Row]) -> Iterator[str]:
    for record in records:
        outcome = "" if record["outcome"] == "committed" else f"  {record['outcome']}"
        key, value = _cut(repr(record["key"])), _cut(repr(record["value"]))
        yield f"{record['partition']}@{record['offset']}  key={key}  value={value}{outcome}"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
