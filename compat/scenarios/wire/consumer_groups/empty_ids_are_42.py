"""An empty instance id or rack id is INVALID_REQUEST in every epoch; so is an empty member id of
a member."""

from compat.wire import Wire
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    known_topic(broker, near=group)
    for epoch in (0, 1, -1, -2):
        for more in ({"instance_id": ""}, {"rack_id": ""}):
            body = enter(group, "m", "t", member_epoch=epoch, **more)
            broker.ask("ConsumerGroupHeartbeat", 1, **body)
    for version, epoch in ((0, 1), (0, -1), (1, 0), (1, -2)):
        body = enter(group, "", "t", member_epoch=epoch, instance_id="i")
        broker.ask("ConsumerGroupHeartbeat", version, **body)
