"""What the report of a failed test says of its broker: its requests, decoded, and its records."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wirekafka.testing.control import ControlClient, ControlRefused

MOST_REQUESTS = 40
LOOKED_AT = 400
"""Most of what a consumer says are polls that bring nothing; they are counted, not shown."""
MOST_TOPICS = 10
RECORDS_PER_PARTITION = 5
RECORDS_PER_TOPIC = 20

_MOST_CHARACTERS = 200
_MOST_NAMES = 5
_POLLS = frozenset({"Fetch", "Heartbeat", "ConsumerGroupHeartbeat"})
_NO_TOPIC_ID = "A" * 22

_TIMEOUT_S = 3.0
"""A broker that the test has frozen or killed must not hold up the report."""

Row = Mapping[str, Any]


def sections(control_url: str) -> list[tuple[str, str]]:
    """(heading, text), without those that have nothing to say."""
    found = []
    with ControlClient(control_url, timeout_s=_TIMEOUT_S) as control:
        try:
            log = control.requests(limit=LOOKED_AT)
        except (ControlRefused, OSError) as error:
            return [("kafka", f"the control port does not tell more: {error}")]
        rows = log["requests"]
        if rows:
            found.append(_last_requests(rows, log["count"]))
        topics = _topics(rows)
        found += [_end_of(control, topic) for topic in topics[:MOST_TOPICS]]
        if len(topics) > MOST_TOPICS:
            found.append(("kafka: more topics", _names(topics[MOST_TOPICS:])))
    return found


def _last_requests(rows: Sequence[Row], count: int) -> tuple[str, str]:
    telling = [row for row in rows if not _is_idle(row)]
    shown = telling[-MOST_REQUESTS:]
    began = min((row["time"] for row in shown), default=0)
    lines = [_request_line(row, began) for row in shown]
    if idle := len(rows) - len(telling):
        lines.append(f"and {idle} polls and heartbeats that brought nothing")
    return f"kafka: the last {len(shown)} of {count} requests", "\n".join(lines)


def _is_idle(row: Row) -> bool:
    is_answered = row["duration_ms"] is not None
    return row["api"] in _POLLS and is_answered and not row["topics"] and not row["errors"]


def _end_of(control: ControlClient, topic: str) -> tuple[str, str]:
    heading = f"kafka: the end of {_printable(topic)}"
    try:
        return heading, _tail(control.records(topic, last=RECORDS_PER_PARTITION))
    except (ControlRefused, OSError) as error:  # it was deleted, never made, or holds too much
        return heading, str(error)


def _request_line(row: Row, first_ms: int) -> str:
    duration = "unanswered" if row["duration_ms"] is None else f"{row['duration_ms']:.1f} ms"
    line = (
        f"{row['time'] - first_ms:6d} ms  {_printable(row['client_id'] or '')}"
        f" #{row['connection']}  {row['api']} v{row['version']}  {duration}"
    )
    for name in ("topics", "groups", "errors"):
        if row[name]:
            line += f"  {name}={_names(row[name])}"
    for name in ("request", "answer"):
        if row.get(name):
            text = json.dumps(row[name], ensure_ascii=False)
            line += f"\n           {name}: {_printable(text)}"
    return line


def _topics(rows: Sequence[Row]) -> list[str]:
    return sorted({topic for row in rows for topic in row["topics"] if _is_told(topic)})


def _is_told(topic: str) -> bool:
    """Not of internal topics, and not of the id that stands for none."""
    return not topic.startswith("__") and topic != _NO_TOPIC_ID


def _tail(records: Sequence[Row]) -> str:
    newest = sorted(records, key=lambda record: record["timestamp_ms"])[-RECORDS_PER_TOPIC:]
    newest.sort(key=lambda record: (record["partition"], record["offset"]))
    lines = list(_record_lines(newest))
    if len(newest) < len(records):
        lines.append("and other partitions, where nothing is newer")
    return "\n".join(lines) or "no records"


def _record_lines(records: Sequence[Row]) -> Iterator[str]:
    for record in records:
        outcome = "" if record["outcome"] == "committed" else f"  {record['outcome']}"
        key, value = (_shown(record[part], record[f"{part}_encoding"]) for part in ("key", "value"))
        yield f"{record['partition']}@{record['offset']}  key={key}  value={value}{outcome}"


def _shown(content: Any, encoding: str | None) -> str:
    """As Python writes it; what is no text is bytes, not the base64 in which it came."""
    return _cut(repr(base64.b64decode(content) if encoding == "base64" else content))


def _names(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    shown = ",".join(_printable(name) for name in names[:_MOST_NAMES])
    return f"{shown} and {more} more" if more > 0 else shown


def _printable(text: str) -> str:
    """Cut, and with escapes for what moves the cursor of a terminal or turns its text around."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in _cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
