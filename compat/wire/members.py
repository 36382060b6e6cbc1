"""`Member`: a client of a group of the new consumer protocol (KIP-848), as scenarios play it.

It remembers its epoch and what it was assigned, and says in each heartbeat what it owns; so a few
of them settle a group as real clients do. Nothing that it sends is recorded.
"""

from __future__ import annotations

from typing import Any

from .broker import Wire
from .codec import Message
from .coordinators import beat, enter

_API = "ConsumerGroupHeartbeat"


class Member:
    """One member. `more` are fields of the request that joins."""

    def __init__(self, broker: Wire, group_id: str, member_id: str, **more: Any) -> None:
        self.broker = broker
        self.group_id = group_id
        self.member_id = member_id
        self.more = more
        self.epoch = 0
        self.owned: list[Message] = []

    def join(self, *topics: str, version: int = 1) -> Message:
        """Join; the answer."""
        body = enter(self.group_id, self.member_id, *topics, **self.more)
        return self._take(self.broker.quiet(_API, version, **body))

    def beat(self, **more: Any) -> Message:
        """A heartbeat that says what it owns; the answer."""
        return self._take(self.broker.quiet(_API, 1, **self.beating(**more)))

    def beating(self, **more: Any) -> Message:
        """The body of that heartbeat, for `broker.ask`."""
        body = beat(self.group_id, self.member_id, self.epoch, **self._static())
        return {**body, "topic_partitions": self.owned, **more}

    def silent(self, **more: Any) -> Message:
        """The body of a heartbeat that says nothing but that the member lives."""
        return beat(self.group_id, self.member_id, self.epoch, **self._static(), **more)

    def leave(self, epoch: int = -1) -> Message:
        body = beat(self.group_id, self.member_id, epoch, **self._static())
        return self.broker.quiet(_API, 1, **body)

    @property
    def partition_count(self) -> int:
        return sum(len(row["partitions"]) for row in self.owned)

    def _static(self) -> Message:
        instance_id = self.more.get("instance_id")
        return {} if instance_id is None else {"instance_id": instance_id}

    def _take(self, answer: Message) -> Message:
        if answer["error_code"] == 0:
            self.epoch = answer["member_epoch"]
            if answer["assignment"] is not None:
                self.owned = answer["assignment"]["topic_partitions"]
        return answer


def described(broker: Wire, group_id: str) -> Message:
    """The group in ConsumerGroupDescribe."""
    answer = broker.quiet("ConsumerGroupDescribe", 1, group_ids=[group_id])
    group: Message = answer["groups"][0]
    return group


def settle(broker: Wire, *members: Member, epoch: int = 0) -> None:
    """Let the members send heartbeats until their group is stable, in this epoch or a later one."""
    group_id = members[0].group_id

    def is_settled(answer: Message) -> bool:
        group = answer["groups"][0]
        if group["group_state"] == "Stable" and group["group_epoch"] >= epoch:
            return True
        for member in members:
            member.beat()
        return False

    broker.until(is_settled, "ConsumerGroupDescribe", 1, group_ids=[group_id])
    for member in members:
        member.beat()


def shape(answer: Message) -> Message:
    """What to show of a ConsumerGroupDescribe answer where it does not matter who got which
    partitions: their numbers."""
    return {
        "groups": [
            {
                "error_code": group["error_code"],
                "state": group["group_state"],
                "epochs": (group["group_epoch"], group["assignment_epoch"]),
                "assignor": group["assignor_name"],
                "members": [
                    {
                        "member_id": member["member_id"],
                        "epoch": member["member_epoch"],
                        "instance": member["instance_id"],
                        "topics": sorted(member["subscribed_topic_names"]),
                        "regex": member["subscribed_topic_regex"],
                        "has": _counts(member["assignment"]),
                        "shall have": _counts(member["target_assignment"]),
                    }
                    for member in group["members"]
                ],
            }
            for group in answer["groups"]
        ]
    }


def _counts(assignment: Message) -> list[tuple[str, int]]:
    rows = assignment["topic_partitions"]
    return sorted((row["topic_name"], len(row["partitions"])) for row in rows)
