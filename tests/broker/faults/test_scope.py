"""What requests name, and how a request is divided and its answers joined."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.messages import (
    delete_groups,
    describe_groups,
    fetch,
    find_coordinator,
    metadata,
    offset_commit,
    offset_fetch,
    produce,
)

from wirekafka.apis.table import BY_KEY
from wirekafka.faults import scope
from wirekafka.faults.rule import Effect, FaultRule
from wirekafka.faults.scope import divide, groups_of, join, places_of
from wirekafka.faults.table import Hit, Place

RULE = FaultRule(name="f", effect=Effect.DROP_BEFORE)
ID = bytes(15) + b"\x01"


class Names:
    def topic_of(self, topic_id: bytes) -> str | None:
        return "by-id" if topic_id == ID else None

    def all_topics(self) -> Iterable[str]:
        return ["a", "b"]

    def session_places(self, session_id: int) -> Iterable[Place]:
        return [("in-session", session_id)]


NAMES = Names()


def produce_request(*rows: tuple[str, list[int]]) -> produce.ProduceRequest:
    return produce.ProduceRequest(
        topic_data=[
            produce.TopicProduceData(
                topic, partition_data=[produce.PartitionProduceData(index) for index in indexes]
            )
            for topic, indexes in rows
        ]
    )


@pytest.mark.parametrize(
    ("key", "field"),
    [
        *((key, rows.path.partition(".")[0]) for key, all_ in scope._ROWS.items() for rows in all_),
        *((key, field) for key, fields in scope._GROUP_FIELDS.items() for field in fields),
        *((key, fields[0]) for key, fields in scope._GROUP_ANSWERS.items()),
    ],
)
def test_the_tables_name_fields_that_the_requests_have(key: int, field: str) -> None:
    assert hasattr(BY_KEY[key].module.REQUEST(), field)


@pytest.mark.parametrize(
    ("key", "request_", "places"),
    [
        (
            ApiKey.PRODUCE,
            produce_request(("t", [0, 1]), ("u", [2])),
            [("t", 0), ("t", 1), ("u", 2)],
        ),
        (ApiKey.METADATA, metadata.MetadataRequest(topics=None), [("a", None), ("b", None)]),
        (ApiKey.METADATA, metadata.MetadataRequest(topics=[]), []),
        (
            ApiKey.FETCH,
            fetch.FetchRequest(
                session_id=9,
                topics=[
                    fetch.FetchTopic(topic_id=ID, partitions=[fetch.FetchPartition(3)]),
                    fetch.FetchTopic(topic_id=bytes(16), partitions=[fetch.FetchPartition(3)]),
                ],
            ),
            [("by-id", 3), ("in-session", 9)],
        ),
        (ApiKey.OFFSET_FETCH, offset_fetch.OffsetFetchRequest(topics=None), []),
        (ApiKey.HEARTBEAT, object(), []),
    ],
)
def test_the_places_that_a_request_names(key: int, request_: Any, places: list[Place]) -> None:
    assert places_of(key, request_, NAMES) == places


@pytest.mark.parametrize(
    ("key", "request_", "groups"),
    [
        (ApiKey.OFFSET_COMMIT, offset_commit.OffsetCommitRequest(group_id="g"), ["g"]),
        (ApiKey.FIND_COORDINATOR, find_coordinator.FindCoordinatorRequest(key="g"), ["g"]),
        (
            ApiKey.FIND_COORDINATOR,
            find_coordinator.FindCoordinatorRequest(coordinator_keys=["g", "h"]),
            ["g", "h"],
        ),
        (
            ApiKey.FIND_COORDINATOR,
            find_coordinator.FindCoordinatorRequest(key="tx", key_type=1),
            [],
        ),
        (ApiKey.DESCRIBE_GROUPS, describe_groups.DescribeGroupsRequest(["g", "h"]), ["g", "h"]),
        (
            ApiKey.OFFSET_FETCH,
            offset_fetch.OffsetFetchRequest(groups=[offset_fetch.OffsetFetchRequestGroup("g")]),
            ["g"],
        ),
        (ApiKey.PRODUCE, produce_request(), []),
    ],
)
def test_the_groups_that_a_request_names(key: int, request_: Any, groups: list[str]) -> None:
    assert groups_of(key, request_) == groups


def rows_of(request: produce.ProduceRequest) -> set[Place]:
    return {(row.name, cell.index) for row in request.topic_data for cell in row.partition_data}


def answer_to(request: produce.ProduceRequest, error: int) -> produce.ProduceResponse:
    return produce.ProduceResponse(
        responses=[
            produce.TopicProduceResponse(
                row.name,
                partition_responses=[
                    produce.PartitionProduceResponse(cell.index, error)
                    for cell in row.partition_data
                ],
            )
            for row in request.topic_data
        ]
    )


@given(
    st.dictionaries(
        st.sampled_from("tuv"), st.sets(st.integers(0, 4), min_size=1), min_size=1
    ).flatmap(
        lambda rows: st.tuples(
            st.just(rows),
            st.sets(st.sampled_from([(t, i) for t, indexes in rows.items() for i in indexes])),
        )
    )
)
def test_the_parts_of_a_request_are_all_of_it_and_so_are_the_answers(
    given_: tuple[dict[str, set[int]], set[Place]],
) -> None:
    rows, places = given_
    request = produce_request(*((topic, sorted(indexes)) for topic, indexes in rows.items()))
    whole = rows_of(request)
    hit = Hit(RULE, sorted(places, key=str))
    parts = divide(ApiKey.PRODUCE, request, hit, NAMES)
    assert rows_of(request) == whole  # it is not changed
    if not places or places == whole:
        assert parts is None
        return
    assert parts is not None
    named, rest = parts
    assert (rows_of(named), rows_of(rest)) == (places, whole - places)
    joined = join(ApiKey.PRODUCE, hit, answer_to(rest, 0), answer_to(named, 6))
    names = [row.name for row in joined.responses]
    assert len(names) == len(set(names))
    errors = {
        (row.name, cell.index): cell.error_code
        for row in joined.responses
        for cell in row.partition_responses
    }
    assert errors == {place: 6 if place in places else 0 for place in whole}


def test_a_request_for_groups_is_divided_by_group() -> None:
    request = delete_groups.DeleteGroupsRequest(["g", "h", "i"])
    parts = divide(ApiKey.DELETE_GROUPS, request, Hit(RULE, groups=["h"]), NAMES)
    assert parts is not None
    assert [part.groups_names for part in parts] == [["h"], ["g", "i"]]
    answers = [
        delete_groups.DeleteGroupsResponse(
            results=[delete_groups.DeletableGroupResult(group, error) for group in part]
        )
        for part, error in ((["g", "i"], 0), (["h"], 16))
    ]
    joined = join(ApiKey.DELETE_GROUPS, Hit(RULE, groups=["h"]), *answers)
    assert {row.group_id: row.error_code for row in joined.results} == {"g": 0, "i": 0, "h": 16}


def test_a_fetch_is_never_divided() -> None:
    partitions = [fetch.FetchPartition(0), fetch.FetchPartition(1)]
    request = fetch.FetchRequest(topics=[fetch.FetchTopic("t", partitions=partitions)])
    assert divide(ApiKey.FETCH, request, Hit(RULE, [("t", 0)]), NAMES) is None
