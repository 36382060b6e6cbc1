"""The APIs of groups: what they add to the coordinator's answers, version by version."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from itertools import count
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from wirekafka_protocol.codec import decode, encode
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.delete_groups import DeletableGroupResult, DeleteGroupsRequest
from wirekafka_protocol.messages.describe_groups import DescribeGroupsRequest
from wirekafka_protocol.messages.find_coordinator import Coordinator, FindCoordinatorRequest
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from wirekafka_protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupRequestProtocol,
    JoinGroupResponse,
)
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse
from wirekafka_protocol.messages.list_groups import ListGroupsRequest, ListGroupsResponse
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
    OffsetCommitResponse,
    OffsetCommitResponsePartition,
    OffsetCommitResponseTopic,
)
from wirekafka_protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
    OffsetDeleteResponse,
    OffsetDeleteResponsePartition,
    OffsetDeleteResponseTopic,
)
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopic,
    OffsetFetchRequestTopics,
    OffsetFetchResponse,
    OffsetFetchResponseGroup,
    OffsetFetchResponsePartition,
    OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic,
    OffsetFetchResponseTopics,
)
from wirekafka_protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse

from wirekafka.apis import (
    delete_groups,
    describe_groups,
    find_coordinator,
    heartbeat,
    join_group,
    leave_group,
    list_groups,
    offset_commit,
    offset_delete,
    offset_fetch,
    sync_group,
)
from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.clock import ManualClock
from wirekafka.coordinator.group import records
from wirekafka.coordinator.group.config import GroupConfig
from wirekafka.coordinator.group.shard import GroupCoordinatorShard
from wirekafka.coordinator.java_hash import partition_for
from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord
from wirekafka.coordinator.machine import NO_PRODUCER_ID, ProducerStamp
from wirekafka.coordinator.runtime import LOAD_SLICE_RECORDS, CoordinatorRuntime
from wirekafka.metadata.image import MetadataImage
from wirekafka.metadata.model import BrokerImage, PartitionImage, TopicImage
from wirekafka.metadata.topics import CreatedTopic, NewTopic

T_ID = bytes(15) + b"T"
OTHER_ID = bytes(15) + b"X"
PARTITIONS = 3
OFFSETS_TOPIC = "__consumer_offsets"


class MemoryLog:
    def __init__(self, length: int = 0) -> None:
        self.rows: list[tuple[bytes, bytes | None]] = [(b"\0\x0b", None)] * length

    def append(
        self,
        batch_records: list[tuple[bytes, bytes | None]],
        now_ms: int,
        producer: ProducerStamp | None = None,
    ) -> int:
        self.rows.extend(batch_records)
        return len(self.rows)

    def append_marker(
        self,
        producer: ProducerStamp,
        coordinator_epoch: int,
        committed: bool,
        transaction_version: int,
        now_ms: int,
    ) -> int:
        raise AssertionError("no transaction ends in this log")

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        callback()

    def read_all(self) -> Iterator[LoggedRecord | LoggedMarker]:
        return iter([LoggedRecord(key, value, NO_PRODUCER_ID) for key, value in self.rows])


def topic_image(name: str, topic_id: bytes, partitions: int) -> TopicImage:
    one = PartitionImage(leader=1, leader_epoch=0, isr=(1,), replicas=(1,))
    return TopicImage(name, topic_id, (one,) * partitions, {})


class Room:
    """What the handlers see of a broker: topic t with two partitions, three group coordinators."""

    node_id = 1

    def __init__(self) -> None:
        ids = count(1)
        self.groups = CoordinatorRuntime(
            OFFSETS_TOPIC,
            clock=ManualClock(),
            new_machine=lambda: GroupCoordinatorShard(GroupConfig(), lambda: str(next(ids))),
            codec=records,
        )
        self.config = SimpleNamespace(
            offsets_topic_num_partitions=PARTITIONS,
            offsets_topic_replication_factor=3,
            offsets_topic_segment_bytes=1 << 20,
        )
        self.created: list[NewTopic] = []
        self.metadata = SimpleNamespace(create_topics=self.create_topics)
        self.image = MetadataImage(brokers={1: BrokerImage(1, 0, "x", ())})
        self.add_topic("t", T_ID, 2)

    def add_topic(self, name: str, topic_id: bytes, partitions: int) -> None:
        topic = topic_image(name, topic_id, partitions)
        self.image = MetadataImage(
            brokers=self.image.brokers,
            topics={**self.image.topics, name: topic},
            topics_by_id={**self.image.topics_by_id, topic_id: topic},
        )

    def serve(self) -> None:
        self.add_topic(OFFSETS_TOPIC, bytes(15) + b"O", PARTITIONS)
        for number in range(PARTITIONS):
            self.groups.load(number, 0, MemoryLog())

    async def create_topics(self, topics: list[NewTopic]) -> list[CreatedTopic | ApiError]:
        self.created += topics
        self.serve()
        return [ApiError(ErrorCode.TOPIC_ALREADY_EXISTS)]

    def ask(
        self, module: ModuleType, request: Any, version: int, client_id: str | None = "c"
    ) -> Any:
        """As dispatch does: the request as it is decoded, the answer as it can be decoded again."""
        api: Any = module
        context = RequestContext(
            request.KEY, version, 1, client_id, "127.0.0.1", "PLAINTEXT", ("here", 9092), Any
        )
        request = decode(type(request), version, encode(request, version))
        answers: list[Any] = []
        try:
            response = api.handle(self, context, request)
        except ApiError as error:
            response = error
        if isinstance(response, Coroutine):
            response = asyncio.run(response)
        if isinstance(response, Deferred):
            response.then(answers.append)
        else:
            answers.append(response)
        if not answers:
            return response
        (answer,) = answers
        if isinstance(answer, ApiError):
            answer = api.error_response(request, context, answer)
        return decode(type(answer), version, encode(answer, version))

    def commit(self, group_id: str = "g", offset: int = 5) -> None:
        row = OffsetCommitRequestPartition(0, offset)
        topics = [OffsetCommitRequestTopic("t", partitions=[row])]
        self.ask(offset_commit, OffsetCommitRequest(group_id, topics=topics), 8)


@pytest.fixture
def room() -> Room:
    made = Room()
    made.serve()
    return made


def join_request(member_id: str = "") -> JoinGroupRequest:
    protocols = [JoinGroupRequestProtocol("range", b"m")]
    return JoinGroupRequest("g", 10_000, 10_000, member_id, None, "consumer", protocols)


# -- finding ---------------------------------------------------------------------------------


def test_first_find_creates_the_topic_and_is_answered_when_it_serves() -> None:
    room = Room()
    response = room.ask(find_coordinator, FindCoordinatorRequest("g"), 1)
    assert (response.error_code, response.node_id, response.host) == (0, 1, "here")
    (created,) = room.created
    assert (created.name, created.num_partitions, created.replication_factor) == (
        OFFSETS_TOPIC,
        PARTITIONS,
        1,
    )
    assert created.configs["cleanup.policy"] == "compact"


def test_looking_for_no_group_creates_nothing() -> None:
    room = Room()
    assert room.ask(find_coordinator, FindCoordinatorRequest(), 4).coordinators == []
    assert room.created == []


@pytest.mark.parametrize(("version", "message"), [(0, ""), (1, "NONE"), (3, "NONE")])
def test_find_one(room: Room, version: int, message: str) -> None:
    response = room.ask(find_coordinator, FindCoordinatorRequest("g"), version)
    assert (response.node_id, response.port, response.error_message) == (1, 9092, message)


@pytest.mark.parametrize("version", [4, 5, 6])
def test_find_many(room: Room, version: int) -> None:
    request = FindCoordinatorRequest(coordinator_keys=["g", "", "h"])
    response = room.ask(find_coordinator, request, version)
    assert response.coordinators == [Coordinator(k, 1, "here", 9092, 0, "") for k in ("g", "", "h")]


@pytest.mark.parametrize(
    ("key_type", "key", "version", "code"),
    [
        (9, "x", 4, ErrorCode.INVALID_REQUEST),
        (2, "x", 4, ErrorCode.INVALID_REQUEST),
        (2, "a:b:c", 6, ErrorCode.INVALID_REQUEST),
        (2, "a:b", 6, ErrorCode.INVALID_REQUEST),
        (2, "g:AAAAAAAAAAAAAAAAAAAAAQ:0", 6, ErrorCode.COORDINATOR_NOT_AVAILABLE),
    ],
)
def test_other_key_types(room: Room, key_type: int, key: str, version: int, code: int) -> None:
    request = FindCoordinatorRequest(key_type=key_type, coordinator_keys=[key])
    (row,) = room.ask(find_coordinator, request, version).coordinators
    assert row.error_code == code
    if code:
        assert (row.node_id, row.host, row.port) == (-1, "", -1)


@pytest.mark.parametrize("version", [4, 5])
def test_share_key_below_version_6_is_refused_without_a_message(room: Room, version: int) -> None:
    """Only for a type that is unknown does Kafka send its text for INVALID_REQUEST along."""
    request = FindCoordinatorRequest(key_type=2, coordinator_keys=["g:AAAAAAAAAAAAAAAAAAAAAQ:0"])
    (row,) = room.ask(find_coordinator, request, version).coordinators
    assert (row.error_code, row.error_message) == (42, "")


# -- members ---------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(10))
def test_join_answers_in_every_version(room: Room, version: int) -> None:
    first = room.ask(join_group, join_request(), version)
    if version >= 4:
        assert (first.error_code, first.member_id) == (ErrorCode.MEMBER_ID_REQUIRED, "c-1")
        assert first.protocol_name == (None if version >= 7 else "")
        first = room.ask(join_group, join_request("c-1"), version)
    assert (first.generation_id, first.protocol_name, first.leader) == (1, "range", "c-1")
    assert first.protocol_type == ("consumer" if version >= 7 else None)
    assert [m.metadata for m in first.members] == [b"m"]


def test_join_without_a_client_id_is_given_one_with_an_empty_name(room: Room) -> None:
    response = room.ask(join_group, join_request(), 3, client_id=None)
    assert response.member_id == "-1"


def test_abandoned_join_leaves_the_member_in_the_group(room: Room) -> None:
    room.ask(join_group, join_request(), 3)
    waiting = room.ask(join_group, join_request(), 3)
    waiting.abandon()
    joined = room.ask(join_group, join_request("c-1"), 3)
    assert [m.member_id for m in joined.members] == ["c-1", "c-2"]


@pytest.mark.parametrize(
    ("module", "request_", "version", "expected"),
    [
        (join_group, join_request(), 5, JoinGroupResponse(error_code=16, protocol_name="")),
        (join_group, join_request(), 9, JoinGroupResponse(error_code=16, protocol_name=None)),
        (sync_group, SyncGroupRequest("g"), 3, SyncGroupResponse(error_code=16)),
        (heartbeat, HeartbeatRequest("g"), 4, HeartbeatResponse(error_code=16)),
        (leave_group, LeaveGroupRequest("g"), 4, LeaveGroupResponse(error_code=16)),
        (list_groups, ListGroupsRequest(), 4, ListGroupsResponse()),
        (
            delete_groups,
            DeleteGroupsRequest(["g", "g", "h"]),
            2,
            delete_groups.DeleteGroupsResponse(
                results=[DeletableGroupResult("g", 16), DeletableGroupResult("h", 16)]
            ),
        ),
        (
            describe_groups,
            DescribeGroupsRequest(["g"]),
            5,
            describe_groups.DescribeGroupsResponse(
                groups=[describe_groups.DescribedGroup(16, group_id="g")]
            ),
        ),
    ],
)
def test_broker_that_does_not_coordinate_the_group_says_so(
    module: ModuleType, request_: Any, version: int, expected: Any
) -> None:
    assert Room().ask(module, request_, version) == expected


def test_heartbeat_while_the_coordinator_loads_is_fine(room: Room) -> None:
    number = partition_for("g", PARTITIONS)
    room.groups.load(number, 1, MemoryLog(LOAD_SLICE_RECORDS))
    assert room.ask(heartbeat, HeartbeatRequest("g"), 4) == HeartbeatResponse()
    listed = room.ask(list_groups, ListGroupsRequest(), 4)
    assert listed == ListGroupsResponse(error_code=ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)


# -- offsets ---------------------------------------------------------------------------------


def test_commit_refuses_what_does_not_exist_and_commits_the_rest(room: Room) -> None:
    rows = [OffsetCommitRequestPartition(index, 7) for index in (9, 0, -1)]
    topics = [
        OffsetCommitRequestTopic("t", partitions=rows),
        OffsetCommitRequestTopic("none", partitions=rows[:1]),
    ]
    response = room.ask(offset_commit, OffsetCommitRequest("g", topics=topics), 8)
    unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    codes = {
        (topic.name, row.partition_index): row.error_code
        for topic in response.topics
        for row in topic.partitions
    }
    assert codes == {("t", 9): unknown, ("t", -1): unknown, ("t", 0): 0, ("none", 9): unknown}
    assert len(response.topics) == 2


def test_commit_keeps_the_topic_id_whichever_form_was_used(room: Room) -> None:
    """As Kafka 4.3.1 writes it."""
    room.commit()
    (partition,) = [n for n in range(PARTITIONS) if n == partition_for("g", PARTITIONS)]
    answers: list[Any] = []
    room.groups.request(
        partition,
        lambda shard, ticket, info, request, now_ms: shard.offsets.of_group("g")["t"][0].topic_id,
        None,  # type: ignore[arg-type]  # the method above does not look at it
        None,
        answers.append,
    )
    assert answers == [T_ID]


def test_commit_and_fetch_by_topic_id(room: Room) -> None:
    row = OffsetCommitRequestPartition(0, 5)
    for topic_id, code in ((T_ID, 0), (OTHER_ID, 100), (bytes(16), 100)):
        topics = [OffsetCommitRequestTopic(topic_id=topic_id, partitions=[row])]
        committed = room.ask(offset_commit, OffsetCommitRequest("g", topics=topics), 10)
        assert committed == OffsetCommitResponse(
            topics=[
                OffsetCommitResponseTopic(
                    topic_id=topic_id, partitions=[OffsetCommitResponsePartition(0, code)]
                )
            ]
        )
        asked = OffsetFetchRequestGroup("g", topics=[OffsetFetchRequestTopics("", topic_id, [0])])
        fetched = room.ask(offset_fetch, OffsetFetchRequest(groups=[asked]), 10)
        offset = 5 if code == 0 else -1
        rows = [OffsetFetchResponsePartitions(0, offset, -1, "", code)]
        assert fetched.groups == [
            OffsetFetchResponseGroup("g", [OffsetFetchResponseTopics("", topic_id, rows)], 0)
        ]


def test_fetch_of_all_by_topic_id_leaves_out_topics_that_are_gone(room: Room) -> None:
    room.commit()
    asked = OffsetFetchRequest(groups=[OffsetFetchRequestGroup("g", topics=None)])
    (group,) = room.ask(offset_fetch, asked, 10).groups
    assert [topic.topic_id for topic in group.topics] == [T_ID]
    room.image = MetadataImage(topics={OFFSETS_TOPIC: room.image.topics[OFFSETS_TOPIC]})
    (group,) = room.ask(offset_fetch, asked, 10).groups
    assert group.topics == []


@pytest.mark.parametrize("version", range(1, 8))
def test_fetch_of_one_group(room: Room, version: int) -> None:
    room.commit()
    asked = OffsetFetchRequest("g", [OffsetFetchRequestTopic("t", [0, 1])])
    response = room.ask(offset_fetch, asked, version)
    rows = [
        OffsetFetchResponsePartition(0, 5, -1, "", 0),
        OffsetFetchResponsePartition(1, -1, -1, "", 0),
    ]
    assert response == OffsetFetchResponse(topics=[OffsetFetchResponseTopic("t", rows)])
    if version >= 2:
        everything = room.ask(offset_fetch, OffsetFetchRequest("g", None), version)
        assert [topic.partitions for topic in everything.topics] == [rows[:1]]


@pytest.mark.parametrize("version", [8, 9])
def test_fetch_of_many_groups(room: Room, version: int) -> None:
    room.commit("g", 5)
    room.commit("h", 6)
    groups = [OffsetFetchRequestGroup(name, topics=None) for name in ("g", "none", "h", "g")]
    response = room.ask(offset_fetch, OffsetFetchRequest(groups=groups), version)
    offsets = [
        [row.committed_offset for topic in group.topics for row in topic.partitions]
        for group in response.groups
    ]
    assert offsets == [[5], [], [6], [5]]


def test_fetch_errors_go_where_the_version_has_a_place_for_them() -> None:
    room = Room()
    code = ErrorCode.NOT_COORDINATOR
    asked = OffsetFetchRequest("g", [OffsetFetchRequestTopic("t", [0])])
    oldest = room.ask(offset_fetch, asked, 1)
    assert oldest.topics[0].partitions[0] == OffsetFetchResponsePartition(0, -1, -1, "", code)
    assert room.ask(offset_fetch, asked, 7) == OffsetFetchResponse(topics=[], error_code=code)
    many = room.ask(offset_fetch, OffsetFetchRequest(groups=[OffsetFetchRequestGroup("g")]), 8)
    assert many.groups == [OffsetFetchResponseGroup("g", [], code)]


def test_offset_delete_answers_for_unknown_topics_itself(room: Room) -> None:
    room.commit()
    rows = [OffsetDeleteRequestPartition(index) for index in (7, 0)]
    topics = [OffsetDeleteRequestTopic("t", rows), OffsetDeleteRequestTopic("none", rows[:1])]
    response = room.ask(offset_delete, OffsetDeleteRequest("g", topics), 0)
    unknown = int(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    assert response.topics == [
        OffsetDeleteResponseTopic(
            "t", [OffsetDeleteResponsePartition(7, unknown), OffsetDeleteResponsePartition(0, 0)]
        ),
        OffsetDeleteResponseTopic("none", [OffsetDeleteResponsePartition(7, unknown)]),
    ]


def test_offset_delete_of_an_unknown_group_names_no_topics(room: Room) -> None:
    rows = [OffsetDeleteRequestTopic("none", [OffsetDeleteRequestPartition(0)])]
    response = room.ask(offset_delete, OffsetDeleteRequest("g", rows), 0)
    assert response == OffsetDeleteResponse(error_code=ErrorCode.GROUP_ID_NOT_FOUND)


# -- administration --------------------------------------------------------------------------


def test_describe_keeps_the_order_and_tells_operations_when_asked(room: Room) -> None:
    room.commit("g")
    asked = DescribeGroupsRequest(["none", "g", "g"], include_authorized_operations=True)
    groups = room.ask(describe_groups, asked, 6).groups
    assert [(g.group_id, g.group_state) for g in groups] == [
        ("none", "Dead"),
        ("g", "Empty"),
        ("g", "Empty"),
    ]
    assert [g.authorized_operations for g in groups] == [-(2**31), 3400, 3400]


def test_list_gathers_the_groups_of_all_partitions(room: Room) -> None:
    names = [f"group-{n}" for n in range(9)]
    for name in names:
        room.commit(name)
    listed = room.ask(list_groups, ListGroupsRequest(), 5).groups
    assert sorted(group.group_id for group in listed) == names
    assert {group.group_type for group in listed} == {"classic"}


def test_delete_of_groups_in_several_partitions(room: Room) -> None:
    names = [f"group-{n}" for n in range(5)]
    for name in names:
        room.commit(name)
    request = DeleteGroupsRequest([*names, "none", names[0]])
    results = room.ask(delete_groups, request, 2).results
    assert {row.group_id: row.error_code for row in results} == {
        **dict.fromkeys(names, 0),
        "none": 69,
    }
    assert len(results) == 6
    assert room.ask(list_groups, ListGroupsRequest(), 5).groups == []
