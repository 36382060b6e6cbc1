"""Who gives way when all slots for fetch sessions are taken, asked over connections.

Kafka's rules (`FetchSessionCacheShard.tryEvict`): a session that was idle for more than two minutes
gives its slot to anybody; one that was used for longer than that only to a larger one. The first
rule goes before the second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic

EVICTION_MS = 120_000
FETCH_SESSION_ID_NOT_FOUND = 70
INVALID_FETCH_SESSION_EPOCH = 71
Live = Any  # LiveBroker of conftest.py, which tests cannot import
OnBroker = Callable[..., Any]
proves = pytest.mark.proves


class Consumer:
    """A client with a session, or without one where the broker had no slot."""

    def __init__(self, live: Live, partitions: int = 1) -> None:
        self.live = live
        self.partitions = partitions
        self.session_id = 0
        self.epoch = 0

    async def begin(self) -> bool:
        """Ask for a session; whether there is one."""
        answer = await self._fetch(0, 0)
        assert answer.error_code == 0
        assert len(answer.responses[0].partitions) == self.partitions
        self.session_id, self.epoch = answer.session_id, 1
        return bool(self.session_id)

    async def go_on(self, *, epoch: int | None = None) -> int:
        """The next request of the session; its error."""
        answer = await self._fetch(self.session_id, self.epoch if epoch is None else epoch)
        if answer.error_code:
            assert (answer.session_id, answer.responses) == (0, [])
        else:
            assert answer.session_id == self.session_id
            self.epoch += 1
        return int(answer.error_code)

    async def _fetch(self, session_id: int, epoch: int) -> Any:
        rows = [FetchPartition(index, partition_max_bytes=1000) for index in range(self.partitions)]
        request = FetchRequest(
            max_wait_ms=0,
            session_id=session_id,
            session_epoch=epoch,
            topics=[] if session_id else [FetchTopic("t", partitions=rows)],
        )
        return await self.live.call(request)


@pytest.fixture
def with_two_slots(on_broker: OnBroker) -> Callable[[Any], Any]:
    """Run a scenario on a broker that has slots for two sessions, and a topic."""

    def run(scenario: Any) -> Any:
        async def prepared(live: Live) -> Any:
            await live.create("t", partitions=3)
            return await scenario(live)

        return on_broker(prepared, "max.incremental.fetch.session.cache.slots=2")

    return run


@proves("max.incremental.fetch.session.cache.slots")
def test_a_session_gives_way_when_it_was_idle_for_more_than_two_minutes(
    with_two_slots: Any,
) -> None:
    async def scenario(live: Live) -> None:
        first, second, third = (Consumer(live) for _ in range(3))
        assert await first.begin()
        live.clock.advance(1)
        assert await second.begin()
        live.clock.advance(EVICTION_MS - 1)
        assert not await third.begin(), "the first one is idle for two minutes, not longer"
        live.clock.advance(1)
        assert await third.begin()
        assert await first.go_on() == FETCH_SESSION_ID_NOT_FOUND
        assert await second.go_on() == 0
        assert await third.go_on() == 0
        assert len({first.session_id, second.session_id, third.session_id}) == 3

    with_two_slots(scenario)


def test_the_session_that_was_idle_for_longest_gives_way_not_the_oldest(
    with_two_slots: Any,
) -> None:
    async def scenario(live: Live) -> None:
        first, second, third = (Consumer(live) for _ in range(3))
        assert await first.begin()
        assert await second.begin()
        live.clock.advance(EVICTION_MS)
        assert await first.go_on() == 0
        live.clock.advance(1)
        assert await third.begin()
        assert await second.go_on() == FETCH_SESSION_ID_NOT_FOUND
        assert await first.go_on() == 0

    with_two_slots(scenario)


def test_a_refused_request_keeps_no_session_alive(with_two_slots: Any) -> None:
    async def scenario(live: Live) -> None:
        first, second, third = (Consumer(live) for _ in range(3))
        assert await first.begin()
        assert await second.begin()
        live.clock.advance(EVICTION_MS)
        assert await first.go_on(epoch=7) == INVALID_FETCH_SESSION_EPOCH
        assert await second.go_on() == 0
        live.clock.advance(1)
        assert await third.begin()
        assert await first.go_on() == FETCH_SESSION_ID_NOT_FOUND
        assert await second.go_on() == 0

    with_two_slots(scenario)


def test_a_session_in_use_gives_way_to_a_larger_one_when_it_is_old(with_two_slots: Any) -> None:
    async def scenario(live: Live) -> None:
        large, small = Consumer(live, partitions=3), Consumer(live, partitions=1)
        same, larger = Consumer(live, partitions=1), Consumer(live, partitions=2)
        assert await large.begin()
        assert await small.begin()
        for _ in range(2):
            live.clock.advance(EVICTION_MS // 2)
            assert [await large.go_on(), await small.go_on()] == [0, 0]
        assert not await larger.begin(), "they are two minutes old, not older"
        live.clock.advance(1)
        assert not await larger.begin(), "they were not used since they are that old"
        assert [await large.go_on(), await small.go_on()] == [0, 0]
        assert not await same.begin(), "it is no larger"
        assert await larger.begin()
        assert await small.go_on() == FETCH_SESSION_ID_NOT_FOUND
        assert [await large.go_on(), await larger.go_on()] == [0, 0]

    with_two_slots(scenario)


def test_a_client_without_a_session_is_served_all_the_same(with_two_slots: Any) -> None:
    async def scenario(live: Live) -> None:
        for _ in range(2):
            assert await Consumer(live).begin()
        late = Consumer(live, partitions=3)
        for _ in range(3):
            live.clock.advance(1000)
            assert not await late.begin()

    with_two_slots(scenario)


def test_a_closed_session_frees_its_slot_at_once(with_two_slots: Any) -> None:
    async def scenario(live: Live) -> None:
        first, second, third = (Consumer(live) for _ in range(3))
        assert await first.begin()
        assert await second.begin()
        answer = await first._fetch(first.session_id, -1)
        assert (answer.error_code, answer.session_id) == (0, 0)
        assert await third.begin()

    with_two_slots(scenario)
