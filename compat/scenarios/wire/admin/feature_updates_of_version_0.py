"""UpdateFeatures v0 cannot only validate, and says by a flag whether a level may fall."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for feature, level, falls in (
        ("group.version", 1, False),
        ("group.version", 1, True),
        ("group.version", 0, False),
        ("group.version", 2, True),
        ("no.such.feature", 0, False),
        ("metadata.version", 6, True),
    ):
        row = {"feature": feature, "max_version_level": level, "allow_downgrade": falls}
        broker.ask("UpdateFeatures", 0, feature_updates=[row])
