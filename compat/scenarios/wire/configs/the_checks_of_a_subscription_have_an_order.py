"""Of several mistakes in a subscription an unknown name is told first, then a bad value, then an
interval out of bounds."""

from compat.wire import Wire
from compat.wire.configs import CLIENT_METRICS, SET, only_checked


def run(broker: Wire) -> None:
    name = broker.name("m")
    for changes in (
        (("interval.ms", SET, "soon"), ("no.such.config", SET, "x")),
        (("interval.ms", SET, "soon"), ("match", SET, "x")),
        (("match", SET, "x"), ("interval.ms", SET, "5")),
        (("interval.ms", SET, "99"),),
        (("interval.ms", SET, "100"),),
        (("interval.ms", SET, "3600000"),),
        (("interval.ms", SET, "3600001"),),
        (("metrics", SET, "a,,b"),),
        (("metrics", SET, "a,a"),),
        (("metrics", SET, "*"),),
    ):
        broker.ask("IncrementalAlterConfigs", 1, **only_checked(CLIENT_METRICS, name, *changes))
