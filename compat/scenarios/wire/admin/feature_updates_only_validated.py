"""An update that only validates changes no level; nor does one to the level there is."""

from compat.wire import Message, Wire

OWN_BROKER = True

CLIENT: Message = {"client_software_name": "compat", "client_software_version": "1.0"}


def run(broker: Wire) -> None:
    for feature, level, kind, dry in (
        ("group.version", 0, 2, True),
        ("transaction.version", 0, 3, True),
        ("group.version", 1, 1, False),
        ("group.version", 1, 2, False),
        ("transaction.version", 2, 3, False),
    ):
        row = {"feature": feature, "max_version_level": level, "upgrade_type": kind}
        broker.ask("UpdateFeatures", 2, feature_updates=[row], validate_only=dry)
        broker.ask("ApiVersions", 4, show=levels, **CLIENT)


def levels(answer: Message) -> Message:
    return {
        row["name"]: row["max_version_level"]
        for row in answer["finalized_features"]
        if row["name"] in ("group.version", "transaction.version")
    }
