"""Client quotas in the metadata: keys, values, changes and filters."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.client_quota_changes import QuotaAlteration, alter_client_quotas
from wirekafka.metadata.client_quotas import (
    ClientQuotas,
    FilterComponent,
    decode_quotas,
    describe,
    encode_quotas,
    entity_of,
    entity_text,
    parse_quota_key,
    quota_key,
)
from wirekafka.metadata.engine import Batch, Event, Item, Snapshot
from wirekafka.metadata.image import MetadataImage

ALICE = entity_of({"user": "alice"})
APP = entity_of({"client-id": "app"})
BOTH = entity_of({"user": "alice", "client-id": "app"})
ANYBODY = entity_of({"user": None})
HOST = entity_of({"ip": "192.0.2.1"})
QUOTAS: ClientQuotas = {
    entity: {"producer_byte_rate": 1000.0} for entity in (ALICE, APP, BOTH, ANYBODY, HOST)
}


@pytest.mark.parametrize(
    ("names", "key"),
    [
        ({"user": "alice"}, b"quotas/users/alice"),
        ({"client-id": "a/b"}, b"quotas/clients/a%2Fb"),
        ({"user": None, "client-id": "app"}, b"quotas/users/<default>/clients/app"),
        ({"user": "<default>", "client-id": None}, b"quotas/users/%3Cdefault%3E/clients/<default>"),
        ({"ip": "2001:db8::1"}, b"quotas/ips/2001%3Adb8%3A%3A1"),
        ({"ip": None}, b"quotas/ips/<default>"),
    ],
)
def test_keys_are_paths_and_are_read_back(names: dict[str, str | None], key: bytes) -> None:
    assert quota_key(entity_of(names)) == key
    assert parse_quota_key(key) == entity_of(names)


def test_values_are_canonical_and_are_read_back_in_kafkas_order() -> None:
    value = encode_quotas({"request_percentage": 0.5, "consumer_byte_rate": 1e18})
    assert value == b'{"consumer_byte_rate":1e+18,"request_percentage":0.5}'
    assert list(decode_quotas(value)) == ["request_percentage", "consumer_byte_rate"]


def test_the_image_follows_its_keys_and_says_that_quotas_changed() -> None:
    key = quota_key(BOTH)
    item = Item(encode_quotas({"producer_byte_rate": 5.0}), 1, 1)
    image, delta = MetadataImage().apply(Batch(1, (Event(key, item),)))
    assert image.client_quotas == {BOTH: {"producer_byte_rate": 5.0}}
    assert delta.quotas_changed == {BOTH}
    assert delta
    assert image == MetadataImage.from_snapshot(Snapshot(1, {key: item}))
    unchanged, delta = image.apply(Batch(2, ()))
    assert not delta.quotas_changed
    gone, delta = unchanged.apply(Batch(3, (Event(key, None),)))
    assert gone.client_quotas == {}
    assert delta.quotas_changed == {BOTH}


def test_quotas_that_changed_unseen_are_told_after_a_gap() -> None:
    other = entity_of({"ip": None})
    same, before, after = (Item(encode_quotas({"producer_byte_rate": n}), 1, 1) for n in (1, 2, 3))
    alike = entity_of({"user": "same"})
    items = {quota_key(BOTH): before, quota_key(alike): same}
    image = MetadataImage.from_snapshot(Snapshot(1, items))
    items = {quota_key(BOTH): after, quota_key(alike): same, quota_key(other): same}
    _, delta = image.resync(Snapshot(2, items))
    assert delta.quotas_changed == {BOTH, other}
    _, delta = image.resync(Snapshot(3, {}))
    assert delta.quotas_changed == {BOTH, alike}


def test_what_is_written_as_it_was_has_not_changed() -> None:
    event = Event(quota_key(BOTH), Item(encode_quotas({"producer_byte_rate": 5.0}), 1, 1))
    image, _ = MetadataImage().apply(Batch(1, (event,)))
    _, delta = image.apply(Batch(2, (event,)))
    assert not delta.quotas_changed


def test_an_entity_is_written_as_kafka_writes_it() -> None:
    text = "ClientQuotaEntity(entries={client-id=app, user=null})"
    assert entity_text(entity_of({"user": None, "client-id": "app"})) == text


def altered(*ops: tuple[str, float | None], quotas: ClientQuotas = QUOTAS) -> tuple[object, bytes]:
    plan = alter_client_quotas(quotas, [QuotaAlteration(ALICE, ops)], lambda name: True)
    (error,) = plan.result.values()
    ((write,),) = plan.steps
    return error, write.value or b""


def test_quotas_are_set_beside_those_that_are_there_and_removed() -> None:
    both = b'{"consumer_byte_rate":2.0,"producer_byte_rate":1000.0}'
    assert altered(("consumer_byte_rate", 2.0)) == (None, both)
    assert altered(("producer_byte_rate", None)) == (None, b"")


@pytest.mark.parametrize(
    "ops",
    [
        (("producer_byte_rate", 1000.0),),
        (("consumer_byte_rate", None),),
        (("no_such_quota", None),),
        (),
    ],
)
def test_what_changes_nothing_is_not_written(ops: tuple[tuple[str, float | None], ...]) -> None:
    plan = alter_client_quotas(QUOTAS, [QuotaAlteration(ALICE, ops)], lambda name: True)
    assert plan.result == {ALICE: None}
    assert plan.steps == []


def test_only_the_first_entry_of_an_entity_is_carried_out_and_both_are_refused() -> None:
    entries = [QuotaAlteration(ALICE, (("producer_byte_rate", value),)) for value in (5.0, 6.0)]
    plan = alter_client_quotas({}, entries, lambda name: True)
    (error,) = plan.result.values()
    assert isinstance(error, ApiError)
    assert error.message == "Ignoring duplicate entity ClientQuotaEntity(entries={user=alice})"
    assert [step[0].value for step in plan.steps] == [b'{"producer_byte_rate":5.0}']


@pytest.mark.parametrize(
    ("components", "strict", "found"),
    [
        ((), False, {ALICE, APP, BOTH, ANYBODY, HOST}),
        ((), True, set()),
        ((("user", 0, "alice"),), False, {ALICE, BOTH}),
        ((("user", 0, "alice"),), True, {ALICE}),
        ((("user", 1, None),), False, {ANYBODY}),
        ((("user", 2, None),), False, {ALICE, BOTH, ANYBODY}),
        ((("user", 2, None),), True, {ALICE, ANYBODY}),
        ((("user", 2, None), ("client-id", 0, "app")), True, {BOTH}),
        ((("ip", 2, None),), True, {HOST}),
        ((("ip", 0, "192.0.2.2"),), False, set()),
    ],
)
def test_filters_match_by_each_component(
    components: tuple[tuple[str, int, str | None], ...], strict: bool, found: set[object]
) -> None:
    parts = [FilterComponent(*component) for component in components]
    assert {entity for entity, _ in describe(QUOTAS, parts, strict=strict)} == found


def test_ten_thousand_changes_are_the_most_in_one_request() -> None:
    """As in Kafka: a quota that already is as asked for does not count."""

    def alter(count: int) -> None:
        rows = [
            QuotaAlteration(entity_of({"user": f"u{number}"}), (("producer_byte_rate", 5.0),))
            for number in range(count)
        ]
        same = QuotaAlteration(ALICE, (("producer_byte_rate", 1000.0),))
        alter_client_quotas(QUOTAS, [same, *rows], lambda name: True)

    alter(10_000)
    with pytest.raises(ApiError) as refused:
        alter(10_001)
    assert refused.value.code is ErrorCode.POLICY_VIOLATION
