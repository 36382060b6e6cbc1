"""Any sign of life restarts the session timeout: heartbeats, but commits, too."""

import time

from compat.wire import Wire, commit
from compat.wire.coordinators import heartbeat

SETTINGS = {"group.min.session.timeout.ms": "100"}


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    member = broker.stable_group(group, session_timeout_ms=1500)
    for _ in range(2):
        time.sleep(0.9)
        broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id=member, generation=1))
        time.sleep(0.9)
        broker.ask("Heartbeat", 4, **heartbeat(group, member))
