"""metadata.version to each level, as an upgrade, a safe and an unsafe downgrade, only validated."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for level in range(6, 32):
        for kind in (1, 2, 3):
            row = {"feature": "metadata.version", "max_version_level": level, "upgrade_type": kind}
            broker.ask("UpdateFeatures", 2, feature_updates=[row], validate_only=True)
