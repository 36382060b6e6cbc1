"""Produce to the empty name or one with wrong characters is an error of that topic alone."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    for name in ("", "a/b", "x" * 300):
        broker.ask("Produce", 9, **produce(name, batch(b"x")))
