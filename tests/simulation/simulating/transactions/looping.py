"""The task of every loop: copy numbered records from one topic into two others, exactly once.

Whatever the client library, a loop does the same: read a few records, begin, produce each to the
same partition of `out` and to the next partition of `mirror`, send the offsets, commit; sometimes
abort instead. What must be aborted is aborted and read again; on anything else the process ends
with status 3 and is started again with its transactional id.
"""

from __future__ import annotations

SOURCE = "in"
COPY = "out"
MIRROR = "mirror"
PARTITIONS = 4
GROUP = "loops"
MOST_RECORDS = 40
"""Of one transaction."""
ABORTED_SHARE = 0.1
TRANSACTION_TIMEOUT_MS = 10_000
SESSION_TIMEOUT_MS = 3_000
CALL_LIMIT_S = 30
IN_DOUBT = 3
"""Exit status of a loop that has to start again."""


def copies(partition: int, value: str) -> list[tuple[str, int, str]]:
    """Where a record of the source goes: topic, partition, value."""
    return [(COPY, partition, value), (MIRROR, (partition + 1) % PARTITIONS, value)]
