"""Features that do not exist are refused by name, at level 0 as well; the kind of update is
looked at first."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for feature in ("", "no.such.feature", "GROUP.VERSION"):
        for level in (-1, 0, 1):
            for kind in (0, 1, 2, -1):
                row = {"feature": feature, "max_version_level": level, "upgrade_type": kind}
                broker.ask("UpdateFeatures", 2, feature_updates=[row], validate_only=True)
