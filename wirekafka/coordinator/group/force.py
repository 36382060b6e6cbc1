"""A rebalance because somebody wants one: no member came, left or changed.

A classic group prepares the next generation, and its members hear REBALANCE_IN_PROGRESS. A group
of the consumer protocol gets a new epoch, for which the target is computed with the next
heartbeat; its members keep what they have where that is still the target.

Kafka has no request for this; a consumer of the classic protocol can ask for it itself
(`enforceRebalance`).
"""

from __future__ import annotations

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.records import group_epoch_record
from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.rebalance import prepare
from wirekafka.coordinator.group.states import REBALANCING_FROM
from wirekafka.coordinator.group.turn import Turn
from wirekafka.coordinator.machine import Ticket


def force(group: ClassicGroup | ConsumerGroup | None, turn: Turn, ticket: Ticket) -> None:
    """Answered with None, or an ApiError when there is no such group or nobody in it; a rebalance
    that is under way goes on."""
    if group is None:
        turn.reply(ticket, ApiError(ErrorCode.GROUP_ID_NOT_FOUND, "the group is unknown"))
    elif not group.members:
        text = f"group {group.group_id} has no members"
        turn.reply(ticket, ApiError(ErrorCode.UNKNOWN_MEMBER_ID, text))
    elif isinstance(group, ConsumerGroup):
        epoch = group.group_epoch + 1
        turn.write(group_epoch_record(group.group_id, epoch, group.metadata_hash))
        group.conversation.note_change(turn.now_ms)
        turn.reply(ticket, None)
    else:
        if group.state in REBALANCING_FROM:
            prepare(group, turn)
        turn.reply(ticket, None)
