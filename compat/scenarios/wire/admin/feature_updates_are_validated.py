"""UpdateFeatures that only validates: a level that is none is refused, unknown features, too; up
to v1 by row."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for feature, level, kind in (
        ("group.version", 1, 1),
        ("group.version", 9, 1),
        ("group.version", 0, 1),
        ("metadata.version", 1, 1),
        ("no.such.feature", 1, 1),
        ("group.version", 1, 9),
    ):
        row = {"feature": feature, "max_version_level": level, "upgrade_type": kind}
        for version in (1, 2):
            broker.ask("UpdateFeatures", version, feature_updates=[row], validate_only=True)
