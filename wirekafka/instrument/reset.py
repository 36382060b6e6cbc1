"""Reset: a broker as new, or as if some topics and groups had never been.

Everything: connections are closed first, so that nobody writes on; then all topics go in one
change of the metadata, the internal ones too, and with them every group, offset, transaction and
producer state; then what clients have set (`dynamic_settings.py`) and what tests have: faults, the
steered time, the request log. Nothing of it waits for a disk: files are renamed, and deleted in the
background. What says where the broker is or was stays: addresses, snapshots, brokers beside it.

With a prefix: the topics, groups and transactional ids whose names begin with it, and the
connections of members of those groups and of clients whose client id begins with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError

from wirekafka.instrument.connections import ConnectedClient, connected_clients, disconnect
from wirekafka.instrument.dynamic_settings import forget_dynamic_settings
from wirekafka.instrument.group_commands import remove_group
from wirekafka.instrument.group_views import GroupView, glances
from wirekafka.instrument.pending_reset import PendingReset
from wirekafka.instrument.transactions import forget_transactional_ids, transactional_ids
from wirekafka.instrument.turns import Turns
from wirekafka.steerable_clock import SteerableClock

if TYPE_CHECKING:
    from wirekafka.broker import Broker


class ResetScope(Enum):
    """What is reset."""

    ALL = "all"
    TOPICS = "topics"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class ResetOutcome:
    """What is gone, by name; `clients` were connected and are not any more."""

    topics: tuple[str, ...]
    groups: tuple[str, ...]
    transactional_ids: tuple[str, ...]
    faults: tuple[str, ...]
    clients: tuple[ConnectedClient, ...]


async def reset(broker: Broker, scope: ResetScope, prefix: str = "") -> ResetOutcome:
    """See the module. Raises ApiError when the metadata engine refuses.

    A process that is killed on the way goes on with it at its next start (`pending_reset.py`).
    """
    pending = PendingReset(broker)
    async with broker.siblings.snapshots.changing:  # nor does anybody copy half of it
        pending.note(scope, prefix)
        try:
            outcome = await _reset(broker, scope, prefix)
        except Exception:
            pending.forget()
            raise
        pending.forget()
    return outcome


async def _reset(broker: Broker, scope: ResetScope, prefix: str) -> ResetOutcome:
    def is_meant(name: str) -> bool:
        return name.startswith(prefix)

    groups = [] if scope is ResetScope.TOPICS else await glances(broker, is_meant)
    clients = tuple(_whom(broker, scope, prefix, groups))
    disconnect(broker, clients)
    is_everything = scope is ResetScope.ALL and not prefix
    names = transactional_ids(broker, is_meant) if scope is ResetScope.ALL else []
    topics: list[str] = []
    if not is_everything:
        turns = Turns()
        for group in groups:
            await remove_group(broker, group.group_id, [m.member_id for m in group.members])
            if turns.is_over:
                await turns.next()
        await forget_transactional_ids(broker, names)
    if scope is not ResetScope.GROUPS:
        topics = await _delete_topics(broker, is_meant, with_internal=is_everything)
    faults = await _forget_what_tests_set(broker) if is_everything else []
    return ResetOutcome(
        tuple(topics),
        tuple(group.group_id for group in groups),
        tuple(names),
        tuple(faults),
        clients,
    )


async def _forget_what_tests_set(broker: Broker) -> list[str]:
    """And what clients set; the names of the faults that were in force."""
    await forget_dynamic_settings(broker)
    broker.fetch_sessions.clear()
    faults = broker.dispatcher.forget_faults()
    if isinstance(broker.clock, SteerableClock):
        await broker.clock.restore()
    broker.observer.forget()
    return faults


def _whom(
    broker: Broker, scope: ResetScope, prefix: str, groups: list[GroupView]
) -> list[ConnectedClient]:
    """The clients to disconnect. Who only loses topics stays and is told by Kafka's errors."""
    connected = connected_clients(broker)
    if scope is ResetScope.ALL and not prefix:
        return connected
    members = {(m.client_id, m.client_host) for group in groups for m in group.members}
    return [
        client
        for client in connected
        if (client.client_id, client.host) in members
        or (scope is ResetScope.ALL and client.client_id.startswith(prefix))
    ]


async def _delete_topics(
    broker: Broker, is_meant: Callable[[str], bool], *, with_internal: bool
) -> list[str]:
    """The names of those that are gone, without the internal ones."""
    meant = [
        topic
        for topic in broker.image.topics.values()
        if (with_internal if topic.internal else is_meant(topic.name))
    ]
    # The groups and transactions go first: then nobody forgets offsets one by one.
    meant.sort(key=lambda topic: not topic.internal)
    outcomes = await broker.metadata.delete_topics([topic.topic_id for topic in meant])
    for outcome in outcomes:
        if isinstance(outcome, ApiError):
            raise outcome
    return sorted(topic.name for topic in meant if not topic.internal)
