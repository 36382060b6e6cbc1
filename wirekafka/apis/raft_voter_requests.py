"""What AddRaftVoter and RemoveRaftVoter have in common: whom they are about.

Kafka looks at the cluster's id (null is any), then at the voter (an id of at least 0 and the id of
a directory), and then refuses, because the quorum of a cluster whose `kraft.version` is 0 is part
of its configuration. Ours is always such a cluster: see DescribeQuorum.

Source: the answers of a 4.3.1 broker with a static quorum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.uuids import ZERO_UUID

if TYPE_CHECKING:
    from wirekafka.broker import Broker


def check_cluster(broker: Broker, cluster_id: str | None) -> None:
    """Raises INCONSISTENT_CLUSTER_ID."""
    if cluster_id is not None and cluster_id != broker.cluster_id:
        raise ApiError(
            ErrorCode.INCONSISTENT_CLUSTER_ID,
            f'The given id "{cluster_id}" doesn\'t match the cluster id "{broker.cluster_id}"',
        )


def check_voter(what: str, voter_id: int, directory_id: bytes) -> None:
    """Raises INVALID_REQUEST; `what` begins the message."""
    if voter_id < 0 or directory_id == ZERO_UUID:
        raise ApiError(
            ErrorCode.INVALID_REQUEST, f"{what} voter request didn't include a valid voter"
        )


def refusal(what: str) -> ApiError:
    """Why the voters stay as they are."""
    return ApiError(
        ErrorCode.UNSUPPORTED_VERSION,
        f"Cluster doesn't support {what} voter because the kraft.version feature is 0",
    )
