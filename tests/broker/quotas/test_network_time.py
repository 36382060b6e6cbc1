"""The time of reading and sending: whose it is, and that nobody waits for it at once."""

from __future__ import annotations

import pytest

from wirekafka.clock import ManualClock
from wirekafka.metadata.client_quotas import entity_of
from wirekafka.quotas.broker_quotas import BrokerQuotas, Client, Windows
from wirekafka.quotas.network_time import NetworkTime
from wirekafka.quotas.request_usage import RequestUsage

ME = Client("ANONYMOUS", "me")


class Noted(BrokerQuotas):
    """Notes what is counted, in milliseconds."""

    def __init__(self) -> None:
        super().__init__(Windows(11, 1), Windows(11, 1))
        self.counted_ms = 0

    def processed(self, client: Client, seconds: float, now_ms: int) -> int:
        self._note(client, seconds)
        return super().processed(client, seconds, now_ms)

    def carried(self, client: Client, seconds: float, now_ms: int) -> None:
        self._note(client, seconds)
        super().carried(client, seconds, now_ms)

    def _note(self, client: Client, seconds: float) -> None:
        assert client == ME
        self.counted_ms += round(seconds * 1000)


class One:
    """A connection of one client, limited to 10 %: one second in ten."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.quotas = Noted()
        self.quotas.follow({entity_of({"client-id": "me"}): {"request_percentage": 10.0}})
        self.network = NetworkTime(self.quotas, self.clock)

    def request(self) -> RequestUsage:
        usage = RequestUsage(self.quotas, self.clock, 100, self.network)
        usage.client = ME
        return usage

    def counted_ms(self) -> int:
        return self.quotas.counted_ms


@pytest.fixture
def one() -> One:
    return One()


def test_reading_and_sending_count_and_the_next_request_waits(one: One) -> None:
    one.network.begin()
    one.clock.advance(600)  # reading
    usage = one.request()
    one.clock.advance(20)  # the handler
    assert usage.settle() == 0
    one.clock.advance(600)  # sending
    one.network.end()
    assert one.counted_ms() == 1220
    assert one.request().settle() > 0


def test_a_handler_counts_once(one: One) -> None:
    one.network.begin()
    usage = one.request()
    one.clock.advance(40)
    usage.settle()
    one.network.end()
    assert one.counted_ms() == 40


def test_parts_of_a_request_wait_for_its_answer(one: One) -> None:
    for _ in range(3):
        one.network.begin()
        one.clock.advance(10)
        one.network.end()
    assert one.counted_ms() == 0
    one.network.begin()
    one.request().settle()
    one.network.end()
    assert one.counted_ms() == 30


def test_what_was_waited_for_does_not_count(one: One) -> None:
    one.network.begin()
    usage = one.request()
    usage.stop()
    one.network.end()
    one.clock.advance(500)  # a long poll
    usage.settle()
    one.network.begin()
    one.clock.advance(20)
    one.network.end()
    assert one.counted_ms() == 20


def test_the_rest_of_an_answer_counts_for_its_client(one: One) -> None:
    one.network.begin()
    one.request().settle()
    one.network.end()
    one.clock.advance(500)  # the socket is full
    one.network.begin()
    one.network.bill_again()
    one.clock.advance(20)
    one.network.end()
    assert one.counted_ms() == 20


def test_produce_without_an_answer_is_free(one: One) -> None:
    one.network.begin()
    one.clock.advance(30)
    one.request().settle_produce(acks=0)
    one.clock.advance(30)
    one.network.end()
    assert one.counted_ms() == 0


def test_a_rest_before_any_answer_is_nobodys(one: One) -> None:
    one.network.begin()
    one.network.bill_again()
    one.clock.advance(30)
    one.network.end()
    assert one.counted_ms() == 0
