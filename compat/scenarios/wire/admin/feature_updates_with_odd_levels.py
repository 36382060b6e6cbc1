"""Levels below 0 and beyond what is supported are refused, with each kind of update."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for feature in ("group.version", "transaction.version", "metadata.version"):
        for level in (-1, -(2**15), 2**15 - 1, 0, 6):
            for kind in (1, 2, 3):
                row = {"feature": feature, "max_version_level": level, "upgrade_type": kind}
                broker.ask("UpdateFeatures", 2, feature_updates=[row], validate_only=True)
