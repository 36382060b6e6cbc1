"""Changing the finalized levels of cluster features (KIP-584, KIP-778): Kafka's rules, pure.

One feature that cannot be changed refuses the whole request. A level that has fallen to 0 stays
stored: a start finalizes the features that the cluster does not know of, and would raise it again.

metadata.version can only stay where it is: its lower levels would lose records, and every cluster
begins at the highest.

Source: `FeatureControlManager.updateFeatures`, `QuorumFeatures.reasonNotSupported`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.model import encode_json
from wirekafka.metadata.plan import Plan, Write

METADATA_VERSION = "metadata.version"

_FAILED = "The update failed for all features since the following feature had an error: "


class UpgradeType(Enum):
    """`FeatureUpdate.UpgradeType`."""

    UPGRADE = 1
    SAFE_DOWNGRADE = 2
    UNSAFE_DOWNGRADE = 3


@dataclass(slots=True, frozen=True)
class FeatureUpdate:
    """The level that a feature should have; `upgrade_type` None is one that nobody knows."""

    name: str
    level: int
    upgrade_type: UpgradeType | None


def update_features(
    levels: Mapping[str, int],
    updates: Sequence[FeatureUpdate],
    supported: Mapping[str, tuple[int, int]],
    controller_id: int,
) -> Plan[None]:
    """The new levels. Of two updates of one feature the last counts. Raises ApiError.

    `levels` are those finalized, `supported` the lowest and highest level of each feature.
    """
    wanted = {update.name: update for update in updates}
    for update in wanted.values():
        reason = _unsupported(update, supported, controller_id) or _refused(update, levels)
        if reason is None and update.name not in supported:
            reason = f"Feature {update.name} not found."
        if reason is not None:
            text = f"Invalid update version {update.level} for feature {update.name}. {reason}"
            raise ApiError(ErrorCode.INVALID_UPDATE_VERSION, _FAILED + text)
        if update.name == METADATA_VERSION:
            _check_metadata_version(update, levels.get(METADATA_VERSION, 0))
    new = {**levels, **{update.name: update.level for update in wanted.values()}}
    if new == levels:
        return Plan(None)
    return Plan(None, [(Write(keys.CLUSTER_VERSION, encode_json(new)),)])


def _unsupported(
    update: FeatureUpdate, supported: Mapping[str, tuple[int, int]], controller_id: int
) -> str | None:
    if update.upgrade_type is None:
        return "The controller does not support the given upgrade type."
    if update.level < 0:
        return "A feature version cannot be less than 0."
    lowest, highest = supported.get(update.name, (0, 0))
    if lowest <= update.level <= highest:
        return None
    if highest == 0:
        return f"Local controller {controller_id} does not support this feature."
    return f"Local controller {controller_id} only supports versions {lowest}-{highest}"


def _refused(update: FeatureUpdate, levels: Mapping[str, int]) -> str | None:
    present = levels.get(update.name, 0)
    raises = update.upgrade_type is UpgradeType.UPGRADE
    if update.level < present and raises:
        return (
            "Can't downgrade the version of this feature without setting the upgrade type to "
            "either safe or unsafe downgrade."
        )
    if update.level > present and not raises:
        return "Can't downgrade to a newer version."
    return None


def _check_metadata_version(update: FeatureUpdate, present: int) -> None:
    if update.level >= present:
        return
    why = "Unsafe metadata downgrade is not supported in this version."
    if update.upgrade_type is UpgradeType.SAFE_DOWNGRADE:
        why = (
            "Refusing to perform the requested downgrade because it might delete metadata "
            "information."
        )
    text = f"Unsupported metadata.version downgrade from {present} to {update.level}. {why}"
    raise ApiError(ErrorCode.INVALID_UPDATE_VERSION, _FAILED + text)
