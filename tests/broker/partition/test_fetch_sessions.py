"""The rules of KIP-227, on the pure machine; conversations are in apis/test_fetch.py."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.partition.fetch_sessions import (
    EVICTION_MS,
    FetchSession,
    FetchSessions,
    FetchTarget,
    Targets,
)


def targets(*keys: tuple[str, int], offset: int = 0) -> Targets:
    return {key: FetchTarget(*key, offset, 1000, -1, -1) for key in keys}


def sessions(slots: int = 2, ids: Iterable[int] = range(1, 100)) -> FetchSessions:
    return FetchSessions(slots, iter(ids).__next__)


def opened(held: FetchSessions, now_ms: int = 0, *, by_id: bool = False) -> FetchSession:
    session = held.open(targets(("a", 0)), by_id=by_id, now_ms=now_ms)
    assert session is not None
    return session


def refusal(held: FetchSessions, session_id: int, epoch: int, *, by_id: bool = False) -> ErrorCode:
    with pytest.raises(ApiError) as refused:
        held.resume(session_id, epoch, by_id=by_id, now_ms=0)
    return refused.value.code


def test_a_new_session_expects_epoch_1() -> None:
    held = sessions()
    session = opened(held)
    assert (session.id, session.epoch) == (1, 1)
    assert held.resume(1, 1, by_id=False, now_ms=0) is session


@pytest.mark.parametrize("epoch", [2, 0, -1, 2**31 - 1, -(2**31)])
def test_another_epoch_is_refused(epoch: int) -> None:
    held = sessions()
    opened(held)
    assert refusal(held, 1, epoch) is ErrorCode.INVALID_FETCH_SESSION_EPOCH


@pytest.mark.parametrize("session_id", [0, 2, -1])
def test_an_unknown_id_is_refused(session_id: int) -> None:
    held = sessions()
    opened(held)
    assert refusal(held, session_id, 1) is ErrorCode.FETCH_SESSION_ID_NOT_FOUND


@pytest.mark.parametrize("by_id", [False, True])
def test_names_and_ids_do_not_mix(by_id: bool) -> None:
    held = sessions()
    opened(held, by_id=by_id)
    assert refusal(held, 1, 1, by_id=not by_id) is ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR
    assert refusal(held, 1, 2, by_id=not by_id) is ErrorCode.INVALID_FETCH_SESSION_EPOCH
    held.resume(1, 1, by_id=by_id, now_ms=0)


def test_the_epoch_wraps_to_1() -> None:
    """0 is for a new session and -1 for the last request of one."""
    session = opened(sessions())
    session.epoch = 2**31 - 1
    session.advance()
    assert session.epoch == 1


def test_a_session_may_begin_without_partitions() -> None:
    """As in Kafka; the first incremental request may bring some."""
    session = sessions().open({}, by_id=False, now_ms=0)
    assert session is not None
    assert (session.id, session.targets) == (1, {})


def test_the_name_of_an_id_is_kept_when_the_partition_is_asked_for_again() -> None:
    session = opened(sessions(), by_id=True)
    ((key, target),) = session.targets.items()
    target.topic_name = "a"
    session.update({key: FetchTarget(*key, 5, 100, -1, -1)}, ())
    assert (session.targets[key].topic_name, session.targets[key].fetch_offset) == ("a", 5)


def test_ids_in_use_are_not_given_again() -> None:
    held = sessions(ids=[5, 5, 5, 6])
    assert [opened(held).id, opened(held).id] == [5, 6]


def test_a_closed_session_frees_its_slot() -> None:
    held = sessions(slots=1)
    opened(held)
    assert held.open(targets(("b", 0)), by_id=False, now_ms=0) is None
    held.close(1)
    held.close(1)
    assert opened(held).id == 2
    assert len(held) == 1


def test_without_slots_there_are_no_sessions() -> None:
    assert sessions(slots=0).open(targets(("a", 0)), by_id=False, now_ms=EVICTION_MS * 9) is None


def test_only_a_session_that_was_idle_for_long_gives_way() -> None:
    held = sessions(slots=2)
    opened(held, now_ms=0)
    opened(held, now_ms=1)
    assert held.open(targets(("b", 0)), by_id=False, now_ms=EVICTION_MS) is None
    assert opened(held, now_ms=EVICTION_MS + 1).id == 3
    assert refusal(held, 1, 1) is ErrorCode.FETCH_SESSION_ID_NOT_FOUND
    assert len(held) == 2


def test_the_least_recently_used_session_gives_way_not_the_oldest() -> None:
    held = sessions(slots=2)
    opened(held, now_ms=0)
    opened(held, now_ms=1)
    held.resume(1, 1, by_id=False, now_ms=2)
    assert opened(held, now_ms=EVICTION_MS + 2).id == 3
    assert refusal(held, 2, 1) is ErrorCode.FETCH_SESSION_ID_NOT_FOUND
    held.resume(1, 1, by_id=False, now_ms=EVICTION_MS + 3)


def test_a_refused_request_does_not_keep_a_session_alive() -> None:
    held = sessions(slots=1)
    opened(held, now_ms=0)
    with pytest.raises(ApiError):
        held.resume(1, 9, by_id=False, now_ms=EVICTION_MS)
    assert opened(held, now_ms=EVICTION_MS + 1).id == 2


def test_an_update_adds_changes_and_forgets_and_keeps_the_order() -> None:
    session = FetchSession(1, targets(("a", 0), ("b", 0), ("c", 0)), by_id=False, now_ms=0)
    session.targets["b", 0].known_high_watermark = 5
    session.targets["b", 0].known_log_start_offset = 2
    session.update(targets(("d", 0), ("b", 0), offset=9), [("a", 0), ("unknown", 3)])
    assert list(session.targets) == [("b", 0), ("c", 0), ("d", 0)]
    changed = session.targets["b", 0]
    assert changed.fetch_offset == 9
    assert (changed.known_high_watermark, changed.known_log_start_offset) == (5, 2)
    assert session.targets["d", 0].known_high_watermark == -1


def test_a_partition_that_is_wanted_and_forgotten_at_once_is_forgotten() -> None:
    """As in Kafka, whose sessions add first."""
    session = FetchSession(1, targets(("a", 0), ("b", 0)), by_id=False, now_ms=0)
    session.update(targets(("a", 0)), [("a", 0)])
    assert list(session.targets) == [("b", 0)]


def test_a_partition_that_returned_data_goes_to_the_end() -> None:
    session = FetchSession(1, targets(("a", 0), ("b", 0), ("c", 0)), by_id=False, now_ms=0)
    session.move_to_end(("a", 0))
    assert list(session.targets) == [("b", 0), ("c", 0), ("a", 0)]


def test_a_larger_session_takes_the_slot_of_a_smaller_one_that_is_old() -> None:
    held = sessions(slots=2)
    small, large = opened(held), held.open(targets(("a", 0), ("a", 1)), by_id=False, now_ms=0)
    assert large is not None
    for session in (large, small):
        held.resume(session.id, 1, by_id=False, now_ms=EVICTION_MS + 1)
    now_ms = EVICTION_MS + 2
    assert held.open(targets(("b", 0)), by_id=False, now_ms=now_ms) is None
    assert held.open(targets(("b", 0), ("b", 1)), by_id=False, now_ms=now_ms) is not None
    assert refusal(held, small.id, 1) is ErrorCode.FETCH_SESSION_ID_NOT_FOUND
    assert len(held) == 2


def test_a_young_session_keeps_its_slot_however_small() -> None:
    held = sessions(slots=1)
    session = opened(held)
    held.resume(session.id, 1, by_id=False, now_ms=EVICTION_MS)
    assert held.open(targets(("b", 0), ("b", 1)), by_id=False, now_ms=EVICTION_MS) is None
