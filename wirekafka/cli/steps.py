"""What a replay does, in the order in which it happened: send, receive, close.

A request is sent when everything that had been received before it is received again. So each answer
finds what it depended on, also where it had to wait for another connection (a member that joins, a
record that is produced), and clients that did things at the same time do them so again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

from wirekafka.cli.conversation import ABANDONED
from wirekafka.cli.output import CommandError


class Act(Enum):
    """What is done."""

    SEND = "send"
    RECEIVE = "receive"
    CLOSE = "close"


@dataclass(slots=True)
class Step:
    """One of them. `entry` is the request with its answer (`conversation.py`), nothing for a close;
    `at_s` are seconds since the beginning, None where they were not recorded."""

    act: Act
    connection: int
    entry: dict[str, Any]
    at_s: float | None


def steps_of(lines: list[str]) -> list[Step]:
    """Those of what `wirekafka record` wrote. ValueError, KeyError for what is none.

    Recordings without times are in the order of the answers: one request after the other.
    """
    steps: list[Step] = []
    for line in lines:
        entry = json.loads(line)
        connection, sent, answer = entry["connection"], entry.get("at"), entry["answer"]
        if sent is None and answer == ABANDONED:
            continue
        steps.append(Step(Act.SEND, connection, entry, sent))
        if answer not in (None, ABANDONED):
            received = None if sent is None else sent + entry["ms"] / 1000
            steps.append(Step(Act.RECEIVE, connection, entry, received))
    if all(step.at_s is not None for step in steps):
        steps.sort(key=lambda step: step.at_s or 0.0)
    return steps


def read_steps(path: str) -> list[Step]:
    """Those of a file of either kind, or of standard input. CommandError when it is neither."""
    import sys

    from wirekafka.cli import captured

    try:
        if path == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                data = file.read()
        if captured.is_capture(data):
            return captured.steps_of(data)
        return steps_of([line for line in data.decode().splitlines() if line.strip()])
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"{path} is neither a recording of `wirekafka record` nor the broker's "
            f"GET /requests.pcapng: {error}"
        ) from error
