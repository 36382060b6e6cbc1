"""Whatever number it is: a broker that is not registered cannot be unregistered."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for number in (0, 2, 2**31 - 1, -(2**31), -2):
        broker.ask("UnregisterBroker", 0, broker_id=number)
