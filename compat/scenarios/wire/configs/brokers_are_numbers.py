"""A broker is named by its number, as Java reads numbers; "" is all of them."""

from compat.wire import Wire
from compat.wire.configs import BROKER, SET, described, only_checked


def run(broker: Wire) -> None:
    for owner in ("01", "+1", "-1", "1.0", " 1", "x", "99999999999", "2"):
        body = only_checked(BROKER, owner, ("max.connections", SET, "50000"))
        broker.ask("IncrementalAlterConfigs", 1, **body)
        broker.ask("DescribeConfigs", 4, **described(BROKER, owner, "no.such.config"))
