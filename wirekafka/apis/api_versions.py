"""ApiVersions: key 18, versions 0-4.

Says which APIs are answered in which versions: the first request of nearly every client, also
before authentication. The list is the dispatch table, so what is not answered is not advertised.

An unknown version (a newer client) is answered in the layout of version 0 with
UNSUPPORTED_VERSION and the row of ApiVersions alone; the client asks again with what it finds
there (KIP-511). The response header is version 0 at every version.

1 throttle time; 3 flexible, software name and version, features as tags (KIP-584); 4 also lists
features whose lowest level is 0 (KAFKA-17492).

Differs from Kafka: features are listed when wirekafka serves them, so the list is shorter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.api_versions import (
    ApiVersion,
    ApiVersionsRequest,
    ApiVersionsResponse,
    FinalizedFeatureKey,
    SupportedFeatureKey,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.table import APIS, BY_KEY
from wirekafka.features import FEATURES

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ApiVersionsRequest

_SOFTWARE = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?")
_KEY = 18


def handle(
    broker: Broker, context: RequestContext, request: ApiVersionsRequest | None
) -> ApiVersionsResponse:
    """The table; see the module for unknown versions."""
    context.peer.client_id = context.client_id or ""
    if request is None:
        own = BY_KEY[_KEY]
        return ApiVersionsResponse(
            error_code=int(ErrorCode.UNSUPPORTED_VERSION),
            api_keys=[ApiVersion(_KEY, own.advertised_min, own.max_version)],
        )
    if context.api_version >= 3:
        name, version = request.client_software_name, request.client_software_version
        if not _SOFTWARE.fullmatch(name) or not _SOFTWARE.fullmatch(version):
            raise ApiError(ErrorCode.INVALID_REQUEST)
        context.peer.software = (name, version)
    return ApiVersionsResponse(
        api_keys=[ApiVersion(api.key, api.advertised_min, api.max_version) for api in APIS],
        supported_features=[
            SupportedFeatureKey(feature.name, feature.lowest, feature.highest)
            for feature in FEATURES
            if feature.lowest > 0 or context.api_version >= 4
        ],
        finalized_features_epoch=broker.metadata_revision,
        finalized_features=[
            FinalizedFeatureKey(name, level, level)
            for name, level in broker.image.features.items()
            if level > 0
        ],
    )


def error_response(
    request: ApiVersionsRequest, context: RequestContext, error: ApiError
) -> ApiVersionsResponse:
    """An error and no rows."""
    return ApiVersionsResponse(error_code=int(error.code))
