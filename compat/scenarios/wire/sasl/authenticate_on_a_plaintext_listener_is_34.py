"""SaslAuthenticate where there is nothing to authenticate to is ILLEGAL_SASL_STATE with a
message."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in range(3):
        broker.ask("SaslAuthenticate", version, auth_bytes=b"\0a\0b")
