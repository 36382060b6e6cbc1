"""UpdateFeatures: key 57, versions 0-2.

Raises or lowers the finalized levels of cluster features (KIP-584). All of them or none: the first
that cannot be changed is named in the error at the top. From the moment of the answer on
ApiVersions says the new levels, in a later epoch, and a restart keeps them.

1 can only validate, and knows unsafe downgrades (KIP-778), where 0 has a flag that allows any; 2
has no rows for single features.

Differs from Kafka: the features that can be updated are those that ApiVersions lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.update_features import (
    FeatureUpdateKey,
    UpdatableFeatureResult,
    UpdateFeaturesRequest,
    UpdateFeaturesResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.features import FEATURES
from wirekafka.metadata.feature_updates import FeatureUpdate, UpgradeType, update_features

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = UpdateFeaturesRequest

_NO_ERROR = "NONE"
"""Kafka gives the name of the code, where it gives no text elsewhere."""

_UPGRADE_TYPES = {kind.value: kind for kind in UpgradeType}


async def handle(
    broker: Broker, context: RequestContext, request: UpdateFeaturesRequest
) -> UpdateFeaturesResponse:
    """All updates or none."""
    updates = [
        FeatureUpdate(row.feature, row.max_version_level, _kind(row, context.api_version))
        for row in request.feature_updates
    ]
    supported = {feature.name: (feature.lowest, feature.highest) for feature in FEATURES}
    await broker.metadata.ask_controller(
        lambda controller, image: update_features(
            image.features, updates, supported, broker.node_id
        ),
        validate_only=request.validate_only,
    )
    rows = [UpdatableFeatureResult(update.name, 0, _NO_ERROR) for update in updates]
    return UpdateFeaturesResponse(error_message=None, results=rows)


def error_response(
    request: UpdateFeaturesRequest, context: RequestContext, error: ApiError
) -> UpdateFeaturesResponse:
    """The error at the top; the rows of the features are left out."""
    return UpdateFeaturesResponse(error_code=int(error.code), error_message=error.message)


def _kind(row: FeatureUpdateKey, version: int) -> UpgradeType | None:
    if version > 0:
        return _UPGRADE_TYPES.get(row.upgrade_type)
    return UpgradeType.SAFE_DOWNGRADE if row.allow_downgrade else UpgradeType.UPGRADE
