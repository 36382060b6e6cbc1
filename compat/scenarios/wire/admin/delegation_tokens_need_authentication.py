"""On a plaintext listener every request about tokens is DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, in
every version."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in range(1, 4):
        broker.ask("CreateDelegationToken", version, renewers=[], max_lifetime_ms=-1)
        broker.ask("DescribeDelegationToken", version, owners=None)
    for version in (1, 2):
        broker.ask("RenewDelegationToken", version, hmac=b"x", renew_period_ms=1)
        broker.ask("ExpireDelegationToken", version, hmac=b"x", expiry_time_period_ms=1)
