"""DeleteGroups of a group of the new protocol with members is NON_EMPTY_GROUP; when they left it
is gone."""

from compat.wire import Wire
from compat.wire.coordinators import beat, enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    broker.ask("DeleteGroups", 2, groups_names=[group])
    broker.quiet("ConsumerGroupHeartbeat", 1, **beat(group, "m", -1))
    broker.ask("DeleteGroups", 2, groups_names=[group])
    broker.ask("ConsumerGroupDescribe", 1, group_ids=[group])
