"""How soon a member is to send its next heartbeat.

Everything that a coordinator wants of a member waits for the member's next heartbeat. With Kafka's
interval of 5 s a second consumer gets its partitions up to 5 s late, for the first one is not told
earlier that it has to give some up. Waiting for news inside the coordinator is no way out: a
connection carries one request at a time, and an offset commit behind a parked heartbeat would wait
as long.

So the interval follows the group. Whoever comes or goes is seldom alone: the members of one
application start, stop and are deployed together. For `SETTLING_MS` after the last change of a
group (a member, a subscription, a step of the reconciliation) its members are asked to come back
soon, and a member that joins in that time has its partitions within two short intervals. Then, and
in a group that does not change, the interval is `consumer.heartbeat.interval.ms`, which is also the
most that anybody is given. A member that never finishes (its application blocks in a rebalance
listener) makes nobody hurry for longer than that, either.

The short interval grows with the members of the partition of `__consumer_offsets`, so that a broker
on which a thousand groups start at the same moment is asked no faster than it can answer:
`SHARE_MS` for each is a tenth of a core at most.

Clients obey the interval of each answer (`HeartbeatRequestState.updateHeartbeatIntervalMs` of the
Java client, `rk_cgrp.c` of librdkafka), and the session timeout is counted apart from it.

Differs from Kafka: there every answer has the configured interval.
"""

from __future__ import annotations

SHORTEST_MS = 250
"""Four heartbeats a second, for a few seconds."""
SETTLING_MS = 10_000
"""Two intervals of the default: by then every member has been heard of and has answered."""
SHARE_MS = 10
"""Per member that the partition has."""


def heartbeat_interval_ms(
    configured_ms: int, *, settling_until_ms: int, now_ms: int, members: int
) -> int:
    """`members` are those of all groups of the partition."""
    rest_ms = settling_until_ms - now_ms
    if not 0 < rest_ms <= SETTLING_MS:  # a clock that was set back makes nobody hurry for longer
        return configured_ms
    return min(configured_ms, max(SHORTEST_MS, SHARE_MS * members))
