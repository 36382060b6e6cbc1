"""How soon a member is to send its next heartbeat, and whether a new target assignment waits.

Everything that a coordinator wants of a member waits for the member's next heartbeat. With Kafka's
interval of 5 s a second consumer gets its partitions up to 5 s late, for the first one is not told
earlier that it has to give some up. Waiting for news inside the coordinator is no way out: a
connection carries one request at a time, and an offset commit behind a parked heartbeat would wait
as long.

So, as long as nobody has set `consumer.heartbeat.interval.ms`, for all groups or for the one, the
interval follows from what a broker can afford, and Kafka's 5 s are the most that anybody is given.
A heartbeat that brings no news costs 0.05 to 0.08 ms of a core, most of it for the wake-up and the
socket, and the members of one partition of `__consumer_offsets` share a budget:

    a settled group     `SETTLED_SHARE_MS` for each member, which is 12.5 heartbeats a second. All
                        50 partitions together take up to 5 % of a core until there are some
                        3,000 members, and from then on no more than with Kafka's interval. Up to
                        three members are asked four times a second.
    a changing group    `SETTLING_SHARE_MS` for each member, for `SETTLING_MS` after its last change
                        (a member, a subscription, a step of the reconciliation): whoever comes or
                        goes is seldom alone, for the members of one application start, stop and are
                        deployed together. 100 members hear of the next step within 600 ms. A member
                        that never finishes, because its application blocks in a rebalance listener,
                        makes nobody hurry for longer than that.

A group of a few members thus has a newcomer's partitions moved within two short intervals, however
long it was quiet before.

`consumer.assignment.interval.ms` has many members that come at the same time dealt with together,
for sharing out partitions may be work. While nobody has set it, a group for which that is none
(`SMALL_GROUP`) does not wait.

A value that somebody set, be it Kafka's default, is obeyed to the letter, in a group that changes
as well.

Clients obey the interval of each answer (`HeartbeatRequestState.updateHeartbeatIntervalMs` of the
Java client, `rk_cgrp.c` of librdkafka), and the session timeout is counted apart from it.

Differs from Kafka: there every answer has the configured interval, and every group waits.
"""

from __future__ import annotations

from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig

SHORTEST_MS = 250
"""Four heartbeats a second."""
SETTLING_MS = 10_000
"""Two intervals of the default: by then every member has been heard of and has answered."""
SETTLING_SHARE_MS = 6
"""Per member that the partition has, while its group changes."""
SETTLED_SHARE_MS = 80
"""Per member that the partition has, otherwise."""
SMALL_GROUP = 10_000
"""Members times partitions up to which assigning takes less than a few milliseconds."""


def heartbeat_interval_ms(
    config: ConsumerGroupConfig, *, settling_until_ms: int, now_ms: int, members: int
) -> int:
    """`members` are those of all groups of the partition."""
    if config.is_heartbeat_interval_set:
        return config.heartbeat_interval_ms
    rest_ms = settling_until_ms - now_ms
    # A clock that was set back makes nobody hurry for longer.
    share_ms = SETTLING_SHARE_MS if 0 < rest_ms <= SETTLING_MS else SETTLED_SHARE_MS
    return min(config.heartbeat_interval_ms, max(SHORTEST_MS, share_ms * members))


def assignment_interval_ms(config: ConsumerGroupConfig, *, members: int, partitions: int) -> int:
    """How long after the last target assignment of a group the next one may be computed."""
    if not config.is_assignment_interval_set and members * partitions <= SMALL_GROUP:
        return 0
    return config.assignment_interval_ms
