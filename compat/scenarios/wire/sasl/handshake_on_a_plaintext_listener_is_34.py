"""SaslHandshake where there is nothing to authenticate to is ILLEGAL_SASL_STATE, and the
connection stays open."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in (0, 1):
        for mechanism in ("PLAIN", "NONSENSE", ""):
            broker.ask("SaslHandshake", version, mechanism=mechanism)
    broker.ask("Metadata", 9, topics=[], show=lambda a: a["topics"])
