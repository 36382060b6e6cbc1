"""A token for an owner with a name and no type, or with an unknown type."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for kind in (None, "", "Robot"):
        broker.outcome(
            "CreateDelegationToken",
            3,
            on=broker.connect(),
            owner_principal_type=kind,
            owner_principal_name="alice",
            renewers=[],
            max_lifetime_ms=0,
        )
