"""Levels of cluster features: what may rise and fall, and what is said of the rest."""

from __future__ import annotations

import json

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.feature_updates import FeatureUpdate, UpgradeType, update_features

LEVELS = {"metadata.version": 30, "group.version": 1}
SUPPORTED = {"metadata.version": (7, 30), "group.version": (0, 1), "other.version": (0, 2)}
UPGRADE, SAFE, UNSAFE = UpgradeType
PREFIX = "The update failed for all features since the following feature had an error: "


def after(*updates: tuple[str, int, UpgradeType | None]) -> dict[str, int]:
    """The levels that a plan leaves."""
    rows = [FeatureUpdate(*update) for update in updates]
    plan = update_features(LEVELS, rows, SUPPORTED, 1)
    if not plan.steps:
        return LEVELS
    ((write,),) = plan.steps
    assert write.key == keys.CLUSTER_VERSION
    assert write.value is not None
    levels: dict[str, int] = json.loads(write.value)
    return levels


def refusal(name: str, level: int, kind: UpgradeType | None) -> str:
    with pytest.raises(ApiError) as error:
        after((name, level, kind))
    assert error.value.code is ErrorCode.INVALID_UPDATE_VERSION
    assert str(error.value.message).startswith(PREFIX)
    return str(error.value.message).removeprefix(PREFIX)


def test_levels_rise_and_fall() -> None:
    assert after(("other.version", 2, UPGRADE)) == {**LEVELS, "other.version": 2}
    for kind in (SAFE, UNSAFE):
        # 0 is stored: a start finalizes only what is not there.
        assert after(("group.version", 0, kind)) == {**LEVELS, "group.version": 0}


def test_the_level_there_is_changes_nothing() -> None:
    for kind in UpgradeType:
        assert after(("group.version", 1, kind), ("metadata.version", 30, kind)) is LEVELS


def test_of_two_updates_of_a_feature_the_last_counts() -> None:
    updates = (("group.version", 0, SAFE), ("group.version", 1, UPGRADE))
    assert after(*updates) is LEVELS
    assert after(*reversed(updates))["group.version"] == 0


def test_one_that_cannot_be_refuses_all() -> None:
    with pytest.raises(ApiError):
        after(("group.version", 0, SAFE), ("other.version", 3, UPGRADE))


@pytest.mark.parametrize(
    ("name", "level", "kind", "reason"),
    [
        ("none", -1, None, "The controller does not support the given upgrade type."),
        ("none", -1, UPGRADE, "A feature version cannot be less than 0."),
        ("none", 1, UPGRADE, "Local controller 1 does not support this feature."),
        ("none", 0, SAFE, "Feature none not found."),
        ("group.version", 2, SAFE, "Local controller 1 only supports versions 0-1"),
        ("metadata.version", 6, SAFE, "Local controller 1 only supports versions 7-30"),
        ("other.version", 1, SAFE, "Can't downgrade to a newer version."),
        (
            "group.version",
            0,
            UPGRADE,
            "Can't downgrade the version of this feature without setting the upgrade type to "
            "either safe or unsafe downgrade.",
        ),
    ],
)
def test_reasons(name: str, level: int, kind: UpgradeType | None, reason: str) -> None:
    text = f"Invalid update version {level} for feature {name}. {reason}"
    assert refusal(name, level, kind) == text


def test_the_metadata_cannot_fall() -> None:
    start = "Unsupported metadata.version downgrade from 30 to 29. "
    assert refusal("metadata.version", 29, SAFE) == (
        f"{start}Refusing to perform the requested downgrade because it might delete metadata "
        "information."
    )
    assert refusal("metadata.version", 29, UNSAFE) == (
        f"{start}Unsafe metadata downgrade is not supported in this version."
    )
