"""What an error code is called and means, in the words that Kafka's tools print.

Codes that no admin request is answered with have no row; their name says enough.
Source: the answers of a 4.3.1 broker's tools; `org.apache.kafka.common.protocol.Errors`.
"""

from __future__ import annotations

from wirekafka_protocol.errors import ErrorCode

_TEXTS: dict[ErrorCode, tuple[str, str]] = {
    ErrorCode.UNKNOWN_SERVER_ERROR: (
        "UnknownServer",
        "The server experienced an unexpected error when processing the request.",
    ),
    ErrorCode.OFFSET_OUT_OF_RANGE: (
        "OffsetOutOfRange",
        "The requested offset is not within the range of offsets maintained by the server.",
    ),
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION: (
        "UnknownTopicOrPartition",
        "This server does not host this topic-partition.",
    ),
    ErrorCode.NOT_LEADER_OR_FOLLOWER: (
        "NotLeaderOrFollower",
        "For requests intended only for the leader, this error indicates that the broker is not "
        "the current leader. For requests intended for any replica, this error indicates that the "
        "broker is not a replica of the topic partition.",
    ),
    ErrorCode.REQUEST_TIMED_OUT: ("Timeout", "The request timed out."),
    ErrorCode.MESSAGE_TOO_LARGE: (
        "RecordTooLarge",
        "The request included a message larger than the max message size the server will accept.",
    ),
    ErrorCode.NETWORK_EXCEPTION: (
        "Network",
        "The server disconnected before a response was received.",
    ),
    ErrorCode.COORDINATOR_NOT_AVAILABLE: (
        "CoordinatorNotAvailable",
        "The coordinator is not available.",
    ),
    ErrorCode.NOT_COORDINATOR: ("NotCoordinator", "This is not the correct coordinator."),
    ErrorCode.INVALID_TOPIC_EXCEPTION: (
        "InvalidTopic",
        "The request attempted to perform an operation on an invalid topic.",
    ),
    ErrorCode.INVALID_GROUP_ID: ("InvalidGroupId", "The group id is invalid."),
    ErrorCode.UNKNOWN_MEMBER_ID: (
        "UnknownMemberId",
        "The coordinator is not aware of this member.",
    ),
    ErrorCode.TOPIC_AUTHORIZATION_FAILED: (
        "TopicAuthorization",
        "Topic authorization failed.",
    ),
    ErrorCode.GROUP_AUTHORIZATION_FAILED: ("GroupAuthorization", "Group authorization failed."),
    ErrorCode.CLUSTER_AUTHORIZATION_FAILED: (
        "ClusterAuthorization",
        "Cluster authorization failed.",
    ),
    ErrorCode.UNSUPPORTED_SASL_MECHANISM: (
        "UnsupportedSaslMechanism",
        "The broker does not support the requested SASL mechanism.",
    ),
    ErrorCode.UNSUPPORTED_VERSION: (
        "UnsupportedVersion",
        "The version of API is not supported.",
    ),
    ErrorCode.ILLEGAL_GENERATION: (
        "IllegalGeneration",
        "Specified group generation id is not valid.",
    ),
    ErrorCode.INCONSISTENT_GROUP_PROTOCOL: (
        "InconsistentGroupProtocol",
        "The group member's supported protocols are incompatible with those of existing members or "
        "first group member tried to join with empty protocol type or empty protocol list.",
    ),
    ErrorCode.INVALID_SESSION_TIMEOUT: (
        "InvalidSessionTimeout",
        "The session timeout is not within the range allowed by the broker (as configured by "
        "group.min.session.timeout.ms and group.max.session.timeout.ms).",
    ),
    ErrorCode.REBALANCE_IN_PROGRESS: (
        "RebalanceInProgress",
        "The group is rebalancing, so a rejoin is needed.",
    ),
    ErrorCode.GROUP_MAX_SIZE_REACHED: (
        "GroupMaxSizeReached",
        "The consumer group has reached its max size.",
    ),
    ErrorCode.FENCED_INSTANCE_ID: (
        "FencedInstanceId",
        "The broker rejected this static consumer since another consumer with the same "
        "group.instance.id has registered with a different member.id.",
    ),
    ErrorCode.STALE_MEMBER_EPOCH: (
        "StaleMemberEpoch",
        "The member epoch is stale. The member must retry after receiving its updated member epoch "
        "via the ConsumerGroupHeartbeat API.",
    ),
    ErrorCode.INVALID_CONFIG: ("InvalidConfiguration", "Configuration is invalid."),
    ErrorCode.INVALID_REQUEST: (
        "InvalidRequest",
        "This most likely occurs because of a request being malformed by the client library or the "
        "message was sent to an incompatible broker. See the broker logs for more details.",
    ),
    ErrorCode.POLICY_VIOLATION: (
        "PolicyViolation",
        "Request parameters do not satisfy the configured policy.",
    ),
    ErrorCode.INVALID_PRODUCER_EPOCH: (
        "InvalidProducerEpoch",
        "Producer attempted to produce with an old epoch.",
    ),
    ErrorCode.INVALID_TXN_STATE: (
        "InvalidTxnState",
        "The producer attempted a transactional operation in an invalid state.",
    ),
    ErrorCode.CONCURRENT_TRANSACTIONS: (
        "ConcurrentTransactions",
        "The producer attempted to update a transaction while another concurrent operation on the "
        "same transaction was ongoing.",
    ),
    ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED: (
        "TransactionalIdAuthorization",
        "Transactional Id authorization failed.",
    ),
    ErrorCode.SECURITY_DISABLED: ("SecurityDisabled", "Security features are disabled."),
    ErrorCode.KAFKA_STORAGE_ERROR: (
        "KafkaStorage",
        "Disk error when trying to access log file on the disk.",
    ),
    ErrorCode.SASL_AUTHENTICATION_FAILED: ("SaslAuthentication", "SASL Authentication failed."),
    ErrorCode.NON_EMPTY_GROUP: ("GroupNotEmpty", "The group is not empty."),
    ErrorCode.GROUP_ID_NOT_FOUND: ("GroupIdNotFound", "The group id does not exist."),
    ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC: (
        "GroupSubscribedToTopic",
        "Deleting offsets of a topic is forbidden while the consumer group is actively subscribed "
        "to it.",
    ),
    ErrorCode.UNSTABLE_OFFSET_COMMIT: (
        "UnstableOffsetCommit",
        "There are unstable offsets that need to be cleared.",
    ),
    ErrorCode.THROTTLING_QUOTA_EXCEEDED: (
        "ThrottlingQuotaExceeded",
        "The throttling quota has been exceeded.",
    ),
    ErrorCode.PRODUCER_FENCED: (
        "ProducerFenced",
        "There is a newer producer with the same transactionalId which fences the current one.",
    ),
    ErrorCode.RESOURCE_NOT_FOUND: (
        "ResourceNotFound",
        "A request illegally referred to a resource that does not exist.",
    ),
    ErrorCode.DUPLICATE_RESOURCE: (
        "DuplicateResource",
        "A request illegally referred to the same resource twice.",
    ),
    ErrorCode.TRANSACTIONAL_ID_NOT_FOUND: (
        "TransactionalIdNotFound",
        "The transactionalId could not be found",
    ),
}


def fault(code: int, message: str | None = None) -> str:
    """One line about an error code: the broker's own words, else Kafka's for the code."""
    if message:
        return message
    known = _known(code)
    return f"error code {code}" if known is None else _TEXTS.get(known, ("", known.name))[1]


def exception_text(code: int, message: str | None = None) -> str:
    """The error as Java's tools print an exception: its class, a colon and its message."""
    return f"{exception_class(code)}: {fault(code, message)}"


def exception_class(code: int) -> str:
    """The name of Java's exception for an error code."""
    known = _known(code)
    name = _TEXTS[known][0] if known in _TEXTS else "KafkaException"
    kind = name if name == "KafkaException" else f"errors.{name}Exception"
    return f"org.apache.kafka.common.{kind}"


def _known(code: int) -> ErrorCode | None:
    try:
        return ErrorCode(code)
    except ValueError:
        return None
