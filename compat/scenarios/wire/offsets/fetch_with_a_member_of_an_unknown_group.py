"""A member id and epoch for a group that does not exist make no error: there is just no offset."""

from compat.wire import Wire, committed


def run(broker: Wire) -> None:
    topic = broker.topic()
    body = committed(broker.name("none"), topic, member_id="nobody", member_epoch=3)
    broker.ask("OffsetFetch", 9, **body)
    body = committed(broker.name("none"), member_id="nobody", member_epoch=0)
    broker.ask("OffsetFetch", 9, **body)
