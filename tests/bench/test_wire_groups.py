"""The benchmark's bytes of groups, read by the broker's codec, and its reading of our answers."""

from __future__ import annotations

import pytest
from wirekafka_protocol.codec import decoder, encode
from wirekafka_protocol.messages import (
    consumer_group_heartbeat,
    describe_groups,
    heartbeat,
    join_group,
    leave_group,
    offset_commit,
    offset_fetch,
    sync_group,
)

from bench import wire_groups
from bench.members import ConsumerMember, Group
from bench.wire import CLIENT_ID

HEADER_BYTES = 4 + 2 + 2 + 4 + 2 + len(CLIENT_ID)
ANSWER_HEAD = bytes(8)
TOPIC_ID = bytes(range(16))

REQUESTS = {
    "join": (
        wire_groups.join_frame("g", "m", "t", session_ms=1, wait_ms=2),
        join_group.JoinGroupRequest,
        5,
    ),
    "sync": (
        wire_groups.sync_frame("g", 3, "m", [("m", wire_groups.assignment("t", range(4)))]),
        sync_group.SyncGroupRequest,
        3,
    ),
    "heartbeat": (wire_groups.heartbeat_frame("g", 3, "m"), heartbeat.HeartbeatRequest, 3),
    "leave": (wire_groups.leave_frame("g", "m"), leave_group.LeaveGroupRequest, 2),
    "commit": (
        wire_groups.commit_frame("g", 3, "m", "t", [7, 8]),
        offset_commit.OffsetCommitRequest,
        7,
    ),
    "offsets": (wire_groups.offsets_frame("g", "t", 2), offset_fetch.OffsetFetchRequest, 5),
    "describe": (wire_groups.describe_frame(["g", "h"]), describe_groups.DescribeGroupsRequest, 0),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_what_the_broker_reads(name):
    frame, message_class, version = REQUESTS[name]
    message, end = decoder(message_class, version)(frame, HEADER_BYTES, len(frame))
    assert end == len(frame)
    assert encode(message, version) == frame[HEADER_BYTES:]


def test_a_heartbeat_of_the_consumer_protocol_says_what_has_changed():
    frame = wire_groups.consumer_heartbeat_frame(
        "g", "m", 4, topic="t", wait_ms=9, owned={TOPIC_ID: [1, 300]}
    )
    read = decoder(consumer_group_heartbeat.ConsumerGroupHeartbeatRequest, 1)
    message, end = read(frame, HEADER_BYTES + 1, len(frame))
    assert end == len(frame)
    told = (message.member_epoch, message.subscribed_topic_names, message.rebalance_timeout_ms)
    assert told == (4, ["t"], 9)
    assert [(row.topic_id, row.partitions) for row in message.topic_partitions] == [
        (TOPIC_ID, [1, 300])
    ]


def _told(epoch, partitions):
    rows = [consumer_group_heartbeat.TopicPartitions(TOPIC_ID, partitions)]
    answer = consumer_group_heartbeat.ConsumerGroupHeartbeatResponse(
        member_id="m",
        member_epoch=epoch,
        heartbeat_interval_ms=500,
        assignment=consumer_group_heartbeat.Assignment(rows) if partitions else None,
    )
    return ANSWER_HEAD + b"\0" + encode(answer, 1)


def test_a_member_tells_at_once_what_it_was_given_and_then_waits():
    group = Group("g", "t", 2)
    member = ConsumerMember(group)
    group.members.append(member)
    request, after_s = member.answered(_told(2, [0, 1]))
    assert after_s == 0
    assert not group.is_settled()
    assert request == wire_groups.consumer_heartbeat_frame(
        "g", member.member_id, 2, topic="t", wait_ms=300_000, owned={TOPIC_ID: [0, 1]}
    )
    request, after_s = member.answered(_told(2, []))
    assert (request, after_s) == (member.beat(), 0.5)
    assert group.is_settled()


def test_who_joined_is_read_with_the_roster():
    rows = [join_group.JoinGroupResponseMember(name, None, b"x") for name in ("m", "n")]
    answer = join_group.JoinGroupResponse(
        generation_id=3, protocol_name="range", leader="m", member_id="m", members=rows
    )
    joined = wire_groups.joined(ANSWER_HEAD + encode(answer, 5))
    assert joined == wire_groups.Joined(0, 3, "m", ("m", "n"))
