"""The memory of the cleaner is more than 1 MiB for each of its threads."""

from compat.wire import Wire
from compat.wire.configs import BROKER, SET, only_checked


def run(broker: Wire) -> None:
    for changes in (
        (("log.cleaner.dedupe.buffer.size", "1"),),
        (("log.cleaner.dedupe.buffer.size", "1048576"),),
        (("log.cleaner.dedupe.buffer.size", "1048577"),),
        (("log.cleaner.dedupe.buffer.size", "2097153"), ("log.cleaner.threads", "2")),
        (("log.cleaner.dedupe.buffer.size", "2097154"), ("log.cleaner.threads", "2")),
    ):
        body = only_checked(BROKER, "1", *((name, SET, value) for name, value in changes))
        broker.ask("IncrementalAlterConfigs", 1, **body)
