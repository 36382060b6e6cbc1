"""On a plaintext listener it does not matter for whom a token is wanted, or which one."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    alice: Message = {"principal_type": "User", "principal_name": "alice"}
    group: Message = {"principal_type": "Group", "principal_name": ""}
    for renewers in ([alice], [group, alice]):
        broker.ask("CreateDelegationToken", 1, renewers=renewers, max_lifetime_ms=1)
    for kind, name in (("User", "alice"), ("Group", "g"), ("", ""), (None, None), ("x", None)):
        broker.ask(
            "CreateDelegationToken",
            3,
            owner_principal_type=kind,
            owner_principal_name=name,
            renewers=[],
            max_lifetime_ms=-5,
        )
    for version in range(1, 4):
        for owners in ([], [alice], [group, alice]):
            broker.ask("DescribeDelegationToken", version, owners=owners)
    for version in (1, 2):
        broker.ask("RenewDelegationToken", version, hmac=b"", renew_period_ms=-1)
        broker.ask("ExpireDelegationToken", version, hmac=b"", expiry_time_period_ms=-1)
