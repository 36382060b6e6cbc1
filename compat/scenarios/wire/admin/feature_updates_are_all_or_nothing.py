"""One feature that cannot be updated refuses the others of its request."""

from compat.wire import Message, Wire

CLIENT: Message = {"client_software_name": "compat", "client_software_version": "1.0"}


def run(broker: Wire) -> None:
    good: Message = {"feature": "group.version", "max_version_level": 0, "upgrade_type": 2}
    bad: Message = {"feature": "transaction.version", "max_version_level": 9, "upgrade_type": 1}
    for version in (1, 2):
        broker.ask("UpdateFeatures", version, feature_updates=[good, bad], validate_only=True)
        broker.ask("UpdateFeatures", version, feature_updates=[good, bad])
    broker.ask("ApiVersions", 4, show=levels, **CLIENT)


def levels(answer: Message) -> Message:
    return {
        row["name"]: row["max_version_level"]
        for row in answer["finalized_features"]
        if row["name"] in ("group.version", "transaction.version")
    }
