"""The quotas of a broker: what is counted for whom, from when on, and what it costs."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.client_quotas import (
    CONNECTION_CREATION_RATE,
    QUOTA_KEYS,
    ClientQuotas,
    entity_of,
)
from wirekafka.quotas import quota as quota_module
from wirekafka.quotas.broker_quotas import BrokerQuotas, Client, Windows
from wirekafka.quotas.limits import UNLIMITED
from wirekafka.quotas.quota import Quota
from wirekafka.quotas.rate import Rate

NOW = 1_700_000_000_000
ME = Client("ANONYMOUS", "me")
OTHER = Client("ANONYMOUS", "other")


def of_client(client_id: str | None, **values: float) -> ClientQuotas:
    return {entity_of({"client-id": client_id}): values}


def quotas_with(quotas: ClientQuotas) -> BrokerQuotas:
    made = BrokerQuotas(Windows(11, 1), Windows(11, 1))
    made.follow(quotas)
    return made


def test_nothing_is_counted_before_the_first_quota_and_everything_after_it() -> None:
    quotas = quotas_with({})
    assert not quotas.enabled
    assert quotas.produced(ME, 1_000_000, NOW) == 0
    quotas.follow(of_client("other", producer_byte_rate=1000.0))
    assert quotas.enabled
    assert quotas.produced(ME, 20_000, NOW) == 0
    quotas.follow(of_client("me", producer_byte_rate=1000.0))
    assert quotas.produced(ME, 0, NOW) == 10_000


def test_each_quota_is_counted_by_itself() -> None:
    quotas = quotas_with(of_client(None, producer_byte_rate=1000.0, consumer_byte_rate=2000.0))
    assert quotas.produced(ME, 20_000, NOW) == 10_000
    assert quotas.fetched(ME, 20_000, NOW) == 0
    assert quotas.fetched(ME, 20_000, NOW) == 10_000
    assert quotas.produced(OTHER, 10_000, NOW) == 0


def test_what_was_not_fetched_does_not_count() -> None:
    quotas = quotas_with(of_client("me", consumer_byte_rate=1000.0))
    assert quotas.fetched(ME, 15_000, NOW) > 0
    quotas.not_fetched(ME, 15_000, NOW)
    assert quotas.fetched(ME, 10_000, NOW) == 0
    assert quotas.most_to_fetch(ME, NOW) == 10_000
    assert quotas.most_to_fetch(OTHER, NOW) == float("inf")


def test_the_time_of_requests_is_percent_and_throttled_for_one_window_at_most() -> None:
    quotas = quotas_with(of_client("me", request_percentage=10.0))
    assert quotas.processed(ME, 1.0, NOW) == 0  # one second of ten
    assert quotas.processed(ME, 0.01, NOW) == 100
    assert quotas.processed(ME, 60.0, NOW) == 1000


def test_strict_mutations_are_refused_once_the_bucket_is_empty() -> None:
    quotas = quotas_with(of_client("me", controller_mutation_rate=2.0))
    mutations = quotas.strict_mutations(ME)
    assert mutations is not None
    mutations.charge(30, NOW)  # 22 were left
    assert mutations.throttle_ms(NOW) == 0
    with pytest.raises(ApiError) as refused:
        mutations.charge(1, NOW)
    assert refused.value.code is ErrorCode.THROTTLING_QUOTA_EXCEEDED
    assert mutations.throttle_ms(NOW) == 4000
    assert mutations.throttle_ms(NOW + 1500) == 2500
    again = quotas.strict_mutations(ME)
    assert again is not None
    again.charge(1, NOW + 4000)


def test_permissive_mutations_are_done_and_throttled() -> None:
    quotas = quotas_with(of_client("me", controller_mutation_rate=2.0))
    mutations = quotas.permissive_mutations(ME)
    assert mutations is not None
    mutations.charge(30, NOW)
    assert mutations.throttle_ms(NOW) == 4000
    mutations.charge(2, NOW)
    assert mutations.throttle_ms(NOW) == 5000


def test_without_a_quota_mutations_are_free() -> None:
    assert quotas_with({}).strict_mutations(ME) is None
    quotas = quotas_with(of_client("other", controller_mutation_rate=2.0))
    mutations = quotas.strict_mutations(ME)
    assert mutations is not None
    for _ in range(3):
        mutations.charge(1000, NOW)


def throttled_ms(quotas: BrokerQuotas, partitions: int) -> int:
    """What a change that is never refused makes its client wait."""
    mutations = quotas.permissive_mutations(ME)
    assert mutations is not None
    mutations.charge(partitions, NOW)
    return mutations.throttle_ms(NOW)


@pytest.mark.parametrize("kind", ["strict_mutations", "permissive_mutations"])
def test_a_change_without_a_limit_pays_the_debt_of_earlier_ones(kind: str) -> None:
    limits = of_client("me", controller_mutation_rate=1.0)
    quotas = quotas_with(limits)
    assert throttled_ms(quotas, 100) == 89_000
    quotas.follow({})
    getattr(quotas, kind)(ME).charge(1, NOW)
    quotas.follow(limits)
    assert throttled_ms(quotas, 12) == 1000


def test_a_limit_that_is_no_number_limits_nobody_not_even_by_a_wider_one() -> None:
    """AlterClientQuotas takes NaN; recorded from Kafka 4.3.1."""
    keys = [key for key in QUOTA_KEYS if key != CONNECTION_CREATION_RATE]
    wide = of_client(None, **dict.fromkeys(keys, 1.0))
    nan = of_client("me", **dict.fromkeys(keys, float("nan")))
    by_changes = quotas_with(wide)
    by_changes.follow({**wide, **nan}, list(nan))
    for quotas in (quotas_with({**wide, **nan}), by_changes):
        for _ in range(2):
            assert quotas.produced(ME, 1_000_000, NOW) == 0
            assert quotas.fetched(ME, 1_000_000, NOW) == 0
            assert quotas.processed(ME, 100.0, NOW) == 0
            assert throttled_ms(quotas, 1_000_000) == 0
        assert quotas.most_to_fetch(ME, NOW) == UNLIMITED


def test_a_limit_that_was_away_while_nothing_changed_finds_the_debt_of_before() -> None:
    limits = of_client("me", controller_mutation_rate=1.0)
    quotas = quotas_with(limits)
    assert throttled_ms(quotas, 100) == 89_000
    quotas.follow({})
    quotas.follow(limits)
    assert throttled_ms(quotas, 1) == 90_000


def test_a_change_of_the_limit_acts_on_what_was_used_before() -> None:
    quotas = quotas_with(of_client("me", producer_byte_rate=1000.0))
    assert quotas.produced(ME, 20_000, NOW) == 10_000
    quotas.follow(of_client("me", producer_byte_rate=2000.0))
    assert quotas.produced(ME, 0, NOW) == 0
    quotas.follow({})
    assert quotas.produced(ME, 1_000_000, NOW) == 0


NAMES = st.sampled_from(["a", "b", None])
LIMITED = st.one_of(
    st.fixed_dictionaries({"user": NAMES}, optional={"client-id": NAMES}),
    st.fixed_dictionaries({"client-id": NAMES}),
)
VALUES = st.dictionaries(st.sampled_from(QUOTA_KEYS), st.sampled_from([1.0, 1000.0]))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(LIMITED.map(entity_of), VALUES, max_size=4), max_size=4))
def test_following_what_changed_is_following_everything(history: list[ClientQuotas]) -> None:
    by_changes, whole = quotas_with({}), quotas_with({})
    present: ClientQuotas = {}
    clients = [Client(user, name) for user in ("a", "b") for name in ("a", "b", "")]
    for now_ms, quotas in enumerate(history, NOW):
        names = {*present, *quotas}
        by_changes.follow(quotas, {name for name in names if present.get(name) != quotas.get(name)})
        whole.follow(quotas)
        present = quotas
        assert by_changes.enabled == whole.enabled
        for client in clients:
            waits = [
                (one.produced(client, 20_000, now_ms), one.fetched(client, 20_000, now_ms))
                for one in (by_changes, whole)
            ]
            assert waits[0] == waits[1]


def test_a_client_that_is_throttled_is_in_the_log_once_for_each_limit(
    caplog: pytest.LogCaptureFixture,
) -> None:
    quotas = quotas_with(of_client("me", producer_byte_rate=1000.0))
    with caplog.at_level(logging.INFO, "wirekafka.quotas"):
        for _ in range(3):
            quotas.produced(ME, 20_000, NOW)
        assert [record.message for record in caplog.records] == [
            "client throttled quota=producer_byte_rate limit=1000 user=ANONYMOUS client_id=me "
            "throttle_time_ms=10000"
        ]
        quotas.follow(of_client("me", producer_byte_rate=500.0))
        quotas.produced(ME, 0, NOW)
    assert len(caplog.records) == 2


def test_counts_are_bounded_and_the_longest_unused_go_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quota_module, "MAX_COUNTS", 10)
    quota: Quota[Rate] = Quota("producer_byte_rate", lambda: Rate(11, 1000))
    quota.replace_limits({("", None): 1.0})
    first = [quota.count_of(("u", f"c{number}"), NOW + number) for number in range(10)]
    quota.count_of(("u", "c0"), NOW + 10)
    quota.count_of(("u", "new"), NOW + 11)
    assert quota.count_of(("u", "c0"), NOW + 12) is first[0]
    assert quota.count_of(("u", "c1"), NOW + 12) is not first[1]
