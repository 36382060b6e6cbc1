"""A full fetch without partitions begins no session: id 0."""

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    for version in (7, 12, 17):
        broker.ask("Fetch", version, **fetch(session_epoch=0))
