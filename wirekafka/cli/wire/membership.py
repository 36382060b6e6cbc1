"""A place in a group: what it says to the coordinator, and what it makes of the answers.

A membership is a machine: it gives the next request, is given its answer, and tells its holder
which partitions come and go. Times are arguments; sending, waiting and looking for the coordinator
are done by `GroupConversation` (group_conversation.py). There is one for each protocol of groups:
`ClassicMembership` (JoinGroup, SyncGroup, Heartbeat) and `ConsumerMembership` (KIP-848).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from wirekafka_protocol.schema import Message

from wirekafka.cli.wire.client_assignors import ASSIGNORS, ClientAssignor, Partitions
from wirekafka.cli.wire.cluster import Topic

RETRY_S = 0.1  # Java's retry.backoff.ms


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """What a member says about itself; defaults as in Java. `remote_assignor` is None where the
    broker chooses one, `assignors` are for the classic protocol, in the order of preference."""

    group_id: str
    instance_id: str | None = None
    session_timeout_ms: int = 45_000
    heartbeat_interval_ms: int = 3_000
    rebalance_timeout_ms: int = 300_000
    assignors: tuple[ClientAssignor, ...] = (
        ASSIGNORS["RangeAssignor"], ASSIGNORS["CooperativeStickyAssignor"],
    )  # fmt: skip
    remote_assignor: str | None = None


class Topics(Protocol):
    """Where a membership looks up topics; asks a broker for those that it does not know."""

    def named(self, names: Iterable[str]) -> Mapping[str, Topic]:
        """Those of these names that exist."""

    def identified(self, topic_ids: Iterable[bytes]) -> Mapping[bytes, Topic]:
        """Those of these ids that exist."""


class Holder(Protocol):
    """Who reads the partitions."""

    def revoke(self, partitions: Partitions) -> None:
        """They go to somebody else: the last moment to commit what was read of them."""

    def lose(self, partitions: Partitions) -> None:
        """They are somebody else's already: nothing can be committed any more."""

    def assign(self, partitions: Partitions) -> None:
        """They came; possibly none."""


class Membership(Protocol):
    """`owned` is what the holder has been told, `epoch` the generation or member epoch, both as
    far as the membership knows; `epoch` is below 1 outside the group."""

    member_id: str
    epoch: int
    owned: Partitions

    def subscribe(self, topics: frozenset[str]) -> None:
        """Wish for these topics."""

    def topics_changed(self) -> None:
        """A topic of the subscription has come, gone or grown."""

    def due_s(self, now_s: float) -> float:
        """In how many seconds there is a request, unless an answer changes that."""

    def request(self, now_s: float) -> Message | None:
        """What to say now; None if nothing is due. Not while a request is under way."""

    def answer(self, answer: Message, now_s: float) -> None:
        """The answer to the last request. Raises CommandError for what ends the membership."""

    def interrupted(self, now_s: float) -> None:
        """The last request has no answer, or only that the coordinator is elsewhere."""

    def farewell(self) -> Message | None:
        """What to say in the end; None if nothing."""
