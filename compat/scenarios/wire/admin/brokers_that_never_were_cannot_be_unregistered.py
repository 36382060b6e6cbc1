"""UnregisterBroker of an id that no broker has is BROKER_ID_NOT_REGISTERED."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for number in (77, -1):
        broker.ask("UnregisterBroker", 0, broker_id=number)
