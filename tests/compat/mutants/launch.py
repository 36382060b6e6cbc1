"""Starts a broker with one planted bug: launch.py MUTANT serve …

Each mutant replaces one function of the broker before the broker is built. They are bugs that real
re-implementations of Kafka had, and that unit tests of one's own opinion do not see.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def fetch_error_rows_with_high_watermark_0() -> None:
    """A client takes it for an empty partition and resets its position."""
    from wirekafka.apis import fetch

    true_frame = fetch.frame

    def frame(version: int, correlation_id: int, session_id: int, rows: Any, leader: Any) -> Any:
        for row in rows:
            if row.error:
                row.high_watermark = 0
        return true_frame(version, correlation_id, session_id, rows, leader)

    fetch.frame = frame


def members_sent_to_followers() -> None:
    """Every member computes an assignment, and clients disagree about who is leader."""
    from wirekafka.coordinator.group import join, rebalance, shard

    true_response = rebalance.join_response

    def join_response(group: Any, member_id: str) -> Any:
        response = true_response(group, member_id)
        response.members = group.roster()
        return response

    for module in (join, rebalance, shard):
        if hasattr(module, "join_response"):
            module.join_response = join_response


def flexible_header_in_api_versions() -> None:
    """One byte too many: no client that asks with version 3 or later can read the answer."""
    from wirekafka.apis.dispatch import Dispatcher

    true_frame = Dispatcher._frame

    def frame(self: Any, api: Any, context: Any, request: Any, response: Any) -> Any:
        out = true_frame(self, api, context, request, response)
        if api.key == 18 and context.api_version >= 3 and request is not None:
            out[8:8] = b"\0"
            out[:4] = (len(out) - 4).to_bytes(4, "big")
        return out

    Dispatcher._frame = frame  # type: ignore[method-assign]


def duplicate_answered_with_a_new_offset() -> None:
    """The producer reports offsets to its user at which other records are."""
    from wirekafka_storage.log import Log

    true_stage = Log.stage

    def stage(self: Any, *arguments: Any, **named: Any) -> Any:
        appended = true_stage(self, *arguments, **named)
        if appended.is_duplicate:
            return appended._replace(base_offset=self.log_end_offset)
        return appended

    Log.stage = stage  # type: ignore[method-assign]


def null_configs_of_a_created_topic() -> None:
    """Java's admin client fails with a NullPointerException."""
    from wirekafka.apis import create_topics

    def described(*_: Any) -> Any:
        return None

    create_topics._described = described


MUTANTS: dict[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        fetch_error_rows_with_high_watermark_0,
        members_sent_to_followers,
        flexible_header_in_api_versions,
        duplicate_answered_with_a_new_offset,
        null_configs_of_a_created_topic,
    )
}


if __name__ == "__main__":
    from wirekafka.cli.main import main

    MUTANTS[sys.argv[1]]()
    sys.exit(main(sys.argv[2:]))
