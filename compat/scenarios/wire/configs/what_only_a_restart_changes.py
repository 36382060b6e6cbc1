"""Configs that a running broker reads once are refused, internal ones with them, before values
are looked at."""

from compat.wire import Wire
from compat.wire.configs import BROKER, DELETE, SET, only_checked


def run(broker: Wire) -> None:
    for owner in ("", "1"):
        for changes in (
            (("node.id", SET, "3"),),
            (("log.retention.hours", SET, "3"), ("num.partitions", SET, "x")),
            (("log.initial.task.delay.ms", SET, "5"),),
            (("auto.create.topics.enable", SET, "false"), ("max.connections", SET, "x")),
            (("ssl.keystore.type", SET, "JKS"), ("max.connections", SET, "x")),
            (("node.id", SET, "3"), ("ssl.keystore.type", SET, "JKS")),
            (("node.id", DELETE, None),),
        ):
            body = only_checked(BROKER, owner, *changes)
            broker.ask("IncrementalAlterConfigs", 1, **body)
