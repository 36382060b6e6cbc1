"""Credentials are the same after a restart, clean or not; no user, or null, describes all."""

from typing import Any

from compat.wire import Message, Wire
from compat.wire.quotas import credential

OWN_BROKER = True


def run(broker: Wire) -> None:
    rows = [credential("a", 1), credential("b/ü", 2, 16384)]
    broker.ask("AlterUserScramCredentials", 0, upsertions=rows)
    for hard in (False, True):
        broker.restart(hard=hard)
        broker.until(_both, "DescribeUserScramCredentials", 0, users=None)
        users: Any
        for users in (None, [], [{"name": "b/ü"}]):
            broker.ask("DescribeUserScramCredentials", 0, users=users)


def _both(answer: Message) -> bool:
    return len(answer["results"]) == 2
