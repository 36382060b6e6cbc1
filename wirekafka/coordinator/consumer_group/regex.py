"""Subscriptions by a pattern: which topics a group's patterns match.

A pattern is checked when a member brings it and resolved a moment later, by a timer that is due at
once: so the answer to the member's heartbeat is what Kafka's is, whose threads resolve patterns
meanwhile, and the topics come with the next one. Patterns are resolved again when topics were
created, at most once per `REFRESH_MS` (the work is patterns times topics), and after
`group.consumer.regex.refresh.interval.ms`. The result is in the log; the version in it is that of
the cluster it was found in.

A pattern is RE2 and has to match the whole name. Internal topics match like others.

Differs from Kafka: new topics are found after at most a second instead of ten, for that is what
Kafka's batching of refreshes takes.

Source: `GroupMetadataManager.maybeUpdateRegularExpressions`, `TopicRegexResolver`.
"""

from __future__ import annotations

from dataclasses import dataclass

from wirekafka.coordinator.consumer_group.group import ConsumerGroup, ResolvedRegex
from wirekafka.coordinator.consumer_group.member import ConsumerMember
from wirekafka.coordinator.consumer_group.records import (
    group_epoch_record,
    regex_record,
    regex_tombstone,
)
from wirekafka.coordinator.consumer_group.scene import Scene
from wirekafka.coordinator.group.turn import Turn
from wirekafka.coordinator.patterns import Pattern

REFRESH_MS = 1_000


@dataclass(slots=True, frozen=True)
class RegexKey:
    """The patterns of the group are to be resolved."""

    group_id: str


def change_regex(
    group: ConsumerGroup, turn: Turn, old: ConsumerMember, updated: ConsumerMember
) -> bool:
    """Take note that a member has another pattern; True if its topics are known already.

    Raises ApiError (INVALID_REGULAR_EXPRESSION) for a pattern that is none.
    """
    before, after = old.subscribed_topic_regex, updated.subscribed_topic_regex
    if before and group.subscribed_regexes.get(before) == 1:
        turn.write(regex_tombstone(group.group_id, before))
    if not after:
        return True
    if after not in group.subscribed_regexes:
        Pattern(after)
        return False
    return after in group.resolved_regexes


def resolve_later(scene: Scene, group: ConsumerGroup, turn: Turn, updated: ConsumerMember) -> None:
    """Set the timer if patterns of the group have to be resolved."""
    patterns = {*group.subscribed_regexes, updated.subscribed_topic_regex} - {""}
    if not patterns:
        return
    resolved = [group.resolved_regexes.get(pattern) for pattern in patterns]
    known = [one for one in resolved if one is not None]
    if len(known) < len(resolved):
        turn.wake_in(RegexKey(group.group_id), 0)
        return
    oldest_ms = min(one.timestamp_ms for one in known)
    if min(one.version for one in known) < scene.new_topics_version:
        turn.wake_in(RegexKey(group.group_id), _rest(oldest_ms + REFRESH_MS, turn, REFRESH_MS))
    elif turn.now_ms >= oldest_ms + scene.config.regex_refresh_interval_ms:
        turn.wake_in(RegexKey(group.group_id), 0)


def resolve(scene: Scene, group: ConsumerGroup, turn: Turn) -> None:
    """Find the topics of every pattern of the group; the group epoch rises if that changes what
    its members are subscribed to."""
    names = group.subscribed_topic_names
    by_name = group.topics_subscribed_by_name
    now_matched: set[str] = set()
    is_changed = False
    for regex in sorted(group.subscribed_regexes):
        pattern = Pattern(regex)
        topics = frozenset(name for name in scene.cluster.topic_names() if pattern.matches(name))
        now_matched |= topics
        before = group.resolved_regexes.get(regex)
        is_changed = is_changed or (before.topics if before else frozenset()) != topics
        found = ResolvedRegex(topics, scene.cluster.version, turn.now_ms)
        turn.write(regex_record(group.group_id, regex, found))
    subscribed = by_name | now_matched
    metadata_hash = scene.hashes.of(subscribed, scene.cluster)
    if is_changed or metadata_hash != group.metadata_hash or subscribed != names:
        epoch = group.group_epoch + 1
        turn.write(group_epoch_record(group.group_id, epoch, metadata_hash))
        group.conversation.note_change(turn.now_ms)


def _rest(due_ms: int, turn: Turn, longest_ms: int) -> int:
    return min(max(due_ms - turn.now_ms, 0), longest_ms)
