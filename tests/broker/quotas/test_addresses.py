"""Host names in limits: looked up beside the loop, however long the resolver takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from threading import Event

import pytest

from wirekafka.quotas import addresses
from wirekafka.quotas.addresses import KnownAddresses, canonical, resolve_all


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """A resolver that answers 192.0.2.7 for "known" once the event is set."""
    answers = Event()

    def resolve(text: str) -> str | None:
        assert answers.wait(10)
        return "192.0.2.7" if text == "known" else None

    monkeypatch.setattr(addresses, "resolve", resolve)
    yield answers
    answers.set()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8::0:1", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("localhost", None),
        ("", None),
        ("1.2.3.4.5", None),
    ],
)
def test_an_address_is_written_as_connections_show_it(text: str, address: str | None) -> None:
    assert canonical(text) == address


def test_names_are_known_when_the_resolver_has_answered(resolver: Event) -> None:
    async def scenario() -> None:
        changes: list[str | None] = []
        known = KnownAddresses(lambda: changes.append(known.of("known")))
        known.follow(["known", "192.0.2.1"])
        assert (known.of("known"), known.of("192.0.2.1")) == (None, "192.0.2.1")
        resolver.set()
        await known.settle(10)
        assert changes == ["192.0.2.7"]
        known.follow(["known"])  # is not looked up again
        assert known.of("known") == "192.0.2.7"
        known.follow([])
        assert known.of("known") is None

    asyncio.run(scenario())


def test_a_name_without_an_address_is_said(
    resolver: Event, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        resolver.set()
        known = KnownAddresses(lambda: None)
        known.follow(["unknown"])
        await known.settle(10)
        assert known.of("unknown") is None

    asyncio.run(scenario())
    assert caplog.messages == ["unknown is not found, the limit for it is without effect"]


def test_nobody_waits_for_a_resolver_that_hangs(
    resolver: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "PATIENCE_S", 0.01)
    found = asyncio.run(resolve_all(["known", "192.0.2.1"]))  # nor does the end of the loop
    assert found == {"known": None, "192.0.2.1": "192.0.2.1"}
    resolver.set()


def test_a_lookup_that_is_not_wanted_any_more_changes_nothing(resolver: Event) -> None:
    async def scenario() -> None:
        changes: list[None] = []
        known = KnownAddresses(lambda: changes.append(None))
        known.follow(["known"])
        known.close()
        resolver.set()
        await asyncio.sleep(0)
        assert not changes

    asyncio.run(scenario())
