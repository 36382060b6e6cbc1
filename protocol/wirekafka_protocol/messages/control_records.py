"""ControlRecordTypeSchema, EndTxnMarker.

Keys and values of the control records in transactional logs; both start with an int16 version.

Generated from schemas/control_records.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import Field, Message, VersionRange


class ControlRecordTypeSchema(Message):
    """Versions 0, none of them flexible.

    The key. Types: 0 abort, 1 commit, 2 leader change, 3 snapshot header, 4 snapshot footer.
    """

    __slots__ = ("type",)

    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("type", "int16", 0),
    )

    def __init__(self, type: int = 0) -> None:  # noqa: A002
        self.type = type


class EndTxnMarker(Message):
    """Versions 0, none of them flexible.

    The value of the markers that end a transaction.
    """

    __slots__ = ("coordinator_epoch",)

    VERSIONS = VersionRange(0, 0)
    FIELDS = (
        Field("coordinator_epoch", "int32", 0),
    )

    def __init__(self, coordinator_epoch: int = 0) -> None:
        self.coordinator_epoch = coordinator_epoch
