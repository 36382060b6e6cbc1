"""ConsumerGroupHeartbeat through the dispatcher: versions, fields that are null, refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
    TopicPartitions,
)

Groups = Any  # Transactional of conftest.py: a broker with coordinators, and topic t
OWN_ID = "AAAAAAAAAAAAAAAAAAAAAA"
T_ID = b"t".ljust(16, b"-")
NOT_COORDINATOR, UNKNOWN_MEMBER_ID, UNSUPPORTED_VERSION, INVALID_REQUEST = 16, 25, 35, 42
GROUP_ID_NOT_FOUND, FENCED_MEMBER_EPOCH, UNRELEASED_INSTANCE_ID = 69, 110, 111
UNSUPPORTED_ASSIGNOR, INVALID_REGULAR_EXPRESSION = 112, 128


def joining(member_id: str = OWN_ID, **fields: Any) -> ConsumerGroupHeartbeatRequest:
    """A sound first heartbeat, but for `fields`."""
    request = ConsumerGroupHeartbeatRequest(
        "g", member_id, 0, rebalance_timeout_ms=60_000, subscribed_topic_names=["t"]
    )
    request.topic_partitions = []
    for name, value in fields.items():
        setattr(request, name, value)
    return request


def test_version_0_gives_a_member_its_id(transactional: Groups) -> None:
    answer = transactional.ask(joining(""), 0)
    assert answer.error_code == 0
    assert len(answer.member_id) == 22
    again = ConsumerGroupHeartbeatRequest("g", answer.member_id, answer.member_epoch)
    assert transactional.ask(again, 0).error_code == 0


def test_from_version_1_on_a_member_brings_its_id(transactional: Groups) -> None:
    answer = transactional.ask(joining(""), 1)
    assert (answer.error_code, answer.member_id) == (INVALID_REQUEST, None)
    assert transactional.ask(joining(), 1).member_id == OWN_ID


@pytest.mark.parametrize("version", [0, 1])
def test_who_joins_is_told_epoch_interval_and_partitions(
    transactional: Groups, version: int
) -> None:
    answer = transactional.ask(joining(), version)
    assert (answer.error_code, answer.error_message) == (0, None)
    assert (answer.member_epoch, answer.heartbeat_interval_ms) == (2, 250)
    assert [(row.topic_id, row.partitions) for row in answer.assignment.topic_partitions] == [
        (T_ID, [0, 1])
    ]


def test_null_fields_have_not_changed_and_no_news_is_null(transactional: Groups) -> None:
    epoch = transactional.ask(joining(), 1).member_epoch
    plain = ConsumerGroupHeartbeatRequest("g", OWN_ID, epoch)
    answer = transactional.ask(plain, 1)
    assert (answer.error_code, answer.member_epoch, answer.assignment) == (0, epoch, None)
    owning = ConsumerGroupHeartbeatRequest("g", OWN_ID, epoch)
    owning.topic_partitions = [TopicPartitions(T_ID, [0, 1])]
    assert transactional.ask(owning, 1).assignment is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"group_id": ""}, INVALID_REQUEST),
        ({"instance_id": ""}, INVALID_REQUEST),
        ({"rack_id": ""}, INVALID_REQUEST),
        ({"group_id": " "}, INVALID_REQUEST),
        ({"member_id": "\t"}, INVALID_REQUEST),
        ({"instance_id": "  "}, INVALID_REQUEST),
        ({"rack_id": "\0"}, INVALID_REQUEST),
        ({"rebalance_timeout_ms": -1}, INVALID_REQUEST),
        ({"topic_partitions": None}, INVALID_REQUEST),
        ({"topic_partitions": [TopicPartitions(T_ID, [0])]}, INVALID_REQUEST),
        ({"subscribed_topic_names": None}, INVALID_REQUEST),
        ({"member_epoch": -2}, INVALID_REQUEST),
        ({"member_epoch": -3}, INVALID_REQUEST),
        ({"member_epoch": 1}, GROUP_ID_NOT_FOUND),
        ({"member_epoch": -1}, GROUP_ID_NOT_FOUND),
        ({"server_assignor": "random"}, UNSUPPORTED_ASSIGNOR),
        ({"server_assignor": ""}, UNSUPPORTED_ASSIGNOR),
        ({"subscribed_topic_regex": "("}, INVALID_REGULAR_EXPRESSION),
    ],
)
def test_what_is_wrong_in_any_group_has_a_code_and_a_text(
    transactional: Groups, fields: dict[str, Any], code: int
) -> None:
    answer = transactional.ask(joining(**fields), 1)
    assert answer.error_code == code
    assert answer.error_message
    expected = ConsumerGroupHeartbeatResponse(error_code=code, error_message=answer.error_message)
    assert answer == expected


def test_what_is_wrong_in_this_group(transactional: Groups) -> None:
    def code(*fields: Any, **more: Any) -> int:
        request = ConsumerGroupHeartbeatRequest("g", *fields, **more)
        return int(transactional.ask(request, 1).error_code)

    epoch = transactional.ask(joining(instance_id="i"), 1).member_epoch
    assert code("other", epoch) == UNKNOWN_MEMBER_ID
    assert code(OWN_ID, epoch + 1) == FENCED_MEMBER_EPOCH
    other = joining("another one", instance_id="i")
    assert transactional.ask(other, 1).error_code == UNRELEASED_INSTANCE_ID
    assert code(OWN_ID, epoch, instance_id="i") == 0


def test_a_subscription_to_nothing_has_a_member_without_partitions(transactional: Groups) -> None:
    for names in ([], ["no such topic"], ["t", "t"]):
        answer = transactional.ask(joining(f"m{len(names)}", subscribed_topic_names=names), 1)
        assert answer.error_code == 0


def test_a_broker_that_does_not_coordinate_the_group_says_so(transactional: Groups) -> None:
    transactional.room.groups.unload(0)
    assert transactional.ask(joining(), 1).error_code == NOT_COORDINATOR


# -- the protocol can be turned off ------------------------------------------------------------


def set_level(groups: Groups, level: int) -> None:
    """Finalize group.version; 0 is not written down."""
    features = {name: one for name, one in groups.room.image.features.items() if one}
    features.pop("group.version", None)
    if level:
        features["group.version"] = level
    groups.room.image = replace(groups.room.image, features=features)


def test_a_cluster_that_has_not_finalized_the_protocol_refuses_everything_at_once(
    transactional: Groups,
) -> None:
    epoch = transactional.ask(joining(), 1).member_epoch
    beat = ConsumerGroupHeartbeatRequest("g", OWN_ID, epoch)
    set_level(transactional, 0)
    refused = ConsumerGroupHeartbeatResponse(error_code=UNSUPPORTED_VERSION)
    assert transactional.ask(beat, 1) == refused
    assert transactional.ask(joining("", group_id=""), 1) == refused
    set_level(transactional, 1)
    assert transactional.ask(beat, 1).error_code == 0
