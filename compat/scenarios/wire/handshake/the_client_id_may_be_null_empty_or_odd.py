"""The client id may be null, empty, long, or not ASCII."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for client_id in (None, "", "a b/c", "größe", "x" * 2000):
        broker.ask(
            "Metadata",
            9,
            on=broker.connect(client_id),
            show=lambda a: {"topics": a["topics"]},
            topics=[],
        )
