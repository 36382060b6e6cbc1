"""The table of API keys, against the message classes."""

from __future__ import annotations

import pytest
from wirekafka_protocol.api_keys import (
    API_FACTS,
    FIRST_FLEXIBLE,
    ApiKey,
    request_class,
    response_class,
)

ADVERTISED = [key for key in ApiKey if API_FACTS[key].advertised is not None]


@pytest.mark.parametrize("key", ADVERTISED, ids=lambda key: key.name)
def test_the_messages_of_an_api_have_its_versions(key: ApiKey) -> None:
    facts = API_FACTS[key]
    for message in (request_class(key), response_class(key)):
        assert key == message.KEY
        assert message.VERSIONS.first == facts.min_version
        assert message.VERSIONS.last == facts.max_version
        flexible = message.FLEXIBLE
        first = flexible.first if flexible.first <= flexible.last else None
        assert first == facts.flexible_from


def test_a_stock_broker_advertises_75_apis() -> None:
    assert len(ADVERTISED) == 75


def test_produce_is_advertised_from_0_and_read_from_3() -> None:
    """librdkafka takes a higher minimum to mean that it cannot produce (KAFKA-18659)."""
    assert API_FACTS[ApiKey.PRODUCE].advertised == (0, 13)
    assert API_FACTS[ApiKey.PRODUCE].min_version == 3


def test_an_unstable_version_is_readable_but_not_advertised() -> None:
    facts = API_FACTS[ApiKey.INIT_PRODUCER_ID]
    assert (facts.max_version, facts.advertised) == (6, (0, 5))


def test_apis_that_are_never_flexible_and_removed_keys_have_no_flexible_version() -> None:
    for key in (ApiKey.SASL_HANDSHAKE, ApiKey.OFFSET_DELETE, 4, 5, 6, 7):
        assert FIRST_FLEXIBLE[key] == 32768
