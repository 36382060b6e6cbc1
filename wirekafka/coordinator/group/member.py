"""One member of a classic group.

Source: Kafka's `ClassicGroupMember`.
"""

from __future__ import annotations

from collections.abc import Iterable

from wirekafka_protocol.messages.group_metadata import MemberMetadata
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol


class ClassicMember:
    """Who it is, what it can do, what it was assigned, and when it will be missed.

    `protocols` maps each protocol's name to the member's metadata, in the member's order of
    preference. `deadline_ms` is when the session ends; `timer_ms` is when the timer that was set
    for it fires, which is earlier when heartbeats have moved the deadline since (a heartbeat does
    not touch the timer), and None while no timer is set.
    """

    __slots__ = (
        "assignment",
        "client_host",
        "client_id",
        "deadline_ms",
        "group_instance_id",
        "is_new",
        "member_id",
        "protocols",
        "rebalance_timeout_ms",
        "session_timeout_ms",
        "timer_ms",
    )

    def __init__(
        self,
        member_id: str,
        *,
        group_instance_id: str | None,
        client_id: str,
        client_host: str,
        rebalance_timeout_ms: int,
        session_timeout_ms: int,
        protocols: dict[str, bytes],
        assignment: bytes = b"",
    ) -> None:
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.client_id = client_id
        self.client_host = client_host
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.session_timeout_ms = session_timeout_ms
        self.protocols = protocols
        self.assignment = assignment
        self.is_new = False
        self.deadline_ms = 0
        self.timer_ms: int | None = None

    def vote(self, candidates: Iterable[str]) -> str:
        """The candidate that this member likes best; it knows every candidate."""
        return next(name for name in self.protocols if name in candidates)

    def matches(self, protocols: Iterable[JoinGroupRequestProtocol]) -> bool:
        """Are these the protocols that it joined with, in the same order with the same metadata?"""
        return list(self.protocols.items()) == list(protocol_map(protocols).items())

    def renamed(self, member_id: str) -> ClassicMember:
        """The same static member under the id of its next incarnation."""
        return ClassicMember(
            member_id,
            group_instance_id=self.group_instance_id,
            client_id=self.client_id,
            client_host=self.client_host,
            rebalance_timeout_ms=self.rebalance_timeout_ms,
            session_timeout_ms=self.session_timeout_ms,
            protocols=self.protocols,
            assignment=self.assignment,
        )


def protocol_map(protocols: Iterable[JoinGroupRequestProtocol]) -> dict[str, bytes]:
    """Name to metadata, in the order of the request."""
    return {protocol.name: bytes(protocol.metadata) for protocol in protocols}


def rebalance_timeout_ms_of(request: JoinGroupRequest) -> int:
    """JoinGroup v0 has no rebalance timeout: the session timeout serves as both."""
    timeout_ms = request.rebalance_timeout_ms
    return request.session_timeout_ms if timeout_ms == -1 else timeout_ms


def member_from_record(row: MemberMetadata, protocol: str | None) -> ClassicMember:
    """A member as the log knows it: only the metadata of the chosen protocol was kept."""
    timeout_ms = row.rebalance_timeout
    return ClassicMember(
        row.member_id,
        group_instance_id=row.group_instance_id,
        client_id=row.client_id,
        client_host=row.client_host,
        rebalance_timeout_ms=row.session_timeout if timeout_ms == -1 else timeout_ms,
        session_timeout_ms=row.session_timeout,
        protocols={} if protocol is None else {protocol: row.subscription},
        assignment=row.assignment,
    )
