"""A pool of threads becomes at most twice or half as large at once."""

from compat.wire import Wire
from compat.wire.configs import BROKER, SET, only_checked


def run(broker: Wire) -> None:
    for name, values in (
        ("num.io.threads", ("0", "3", "4", "16", "17")),
        ("num.network.threads", ("1", "6", "7")),
        ("background.threads", ("4", "5", "20", "21")),
        ("num.recovery.threads.per.data.dir", ("1", "4", "5")),
        ("num.replica.fetchers", ("0", "1", "2", "3")),
        ("log.cleaner.threads", ("0", "1", "2", "3")),
        ("remote.log.reader.threads", ("5", "20", "21")),
        ("remote.log.manager.copier.thread.pool.size", ("4", "20", "21")),
        ("remote.log.manager.expiration.thread.pool.size", ("4", "20", "21")),
    ):
        for value in values:
            body = only_checked(BROKER, "", (name, SET, value))
            broker.ask("IncrementalAlterConfigs", 1, **body)
