"""AlterClientQuotas, DescribeClientQuotas and the APIs of SCRAM credentials on real metadata.

Kafka's own answers are in compat/recorded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasRequestEntryData,
    EntityData,
    OpData,
)
from wirekafka_protocol.messages.alter_user_scram_credentials import (
    AlterUserScramCredentialsRequest,
    ScramCredentialDeletion,
    ScramCredentialUpsertion,
)
from wirekafka_protocol.messages.describe_client_quotas import (
    ComponentData,
    DescribeClientQuotasRequest,
)
from wirekafka_protocol.messages.describe_user_scram_credentials import (
    DescribeUserScramCredentialsRequest,
    UserName,
)

from wirekafka.apis import (
    alter_client_quotas,
    alter_user_scram_credentials,
    describe_client_quotas,
    describe_user_scram_credentials,
)

Admin = Any  # AdminBroker of conftest.py, which tests cannot import
Play = Callable[[Callable[[Admin], Awaitable[None]]], None]


@pytest.fixture
def play(admin_broker: Any) -> Play:
    """Run a scenario on a started broker."""

    def run(scenario: Callable[[Admin], Awaitable[None]]) -> None:
        async def main() -> None:
            broker = admin_broker()
            await broker.start()
            try:
                await scenario(broker)
            finally:
                await broker.stop()

        asyncio.run(main())

    return run


def entry(
    entity: dict[str, str | None], **values: float | None
) -> AlterClientQuotasRequestEntryData:
    """None removes."""
    return AlterClientQuotasRequestEntryData(
        [EntityData(kind.replace("_", "-"), name) for kind, name in entity.items()],
        [OpData(key, value or 0.0, value is None) for key, value in values.items()],
    )


async def alter(broker: Admin, *entries: Any, version: int = 1, dry: bool = False) -> list[int]:
    request = AlterClientQuotasRequest(list(entries), dry)
    answer = await broker.ask("alter_client_quotas", request, version)
    return [row.error_code for row in answer.entries]


async def described(broker: Admin, version: int = 1) -> dict[Any, dict[str, float]]:
    answer = await broker.ask("describe_client_quotas", DescribeClientQuotasRequest(), version)
    return {
        tuple((part.entity_type, part.entity_name) for part in row.entity): {
            value.key: value.value for value in row.values
        }
        for row in answer.entries
    }


@pytest.mark.parametrize("version", [0, 1])
def test_quotas_are_set_described_and_removed(play: Play, version: int) -> None:
    async def scenario(broker: Admin) -> None:
        both = {"user": "u", "client_id": None}
        set_both = entry(both, producer_byte_rate=5.0, request_percentage=0.5)
        assert await alter(broker, set_both, version=version) == [0]
        known = {(("client-id", None), ("user", "u")): {
            "request_percentage": 0.5, "producer_byte_rate": 5.0,
        }}  # fmt: skip
        assert await described(broker, version) == known
        removed = entry(both, producer_byte_rate=None, request_percentage=None)
        assert await alter(broker, removed, version=version, dry=True) == [0]
        assert await described(broker, version) == known
        assert await alter(broker, removed, version=version) == [0]
        assert await described(broker, version) == {}

    play(scenario)


def test_a_refused_entity_does_not_keep_others_from_being_changed(play: Play) -> None:
    async def scenario(broker: Admin) -> None:
        bad = entry({"user": "u"}, producer_byte_rate=5.0, connection_creation_rate=1.0)
        good = entry({"ip": "192.0.2.1"}, connection_creation_rate=1.0)
        assert await alter(broker, bad, good) == [42, 0]
        address = (("ip", "192.0.2.1"),)
        assert await described(broker) == {address: {"connection_creation_rate": 1.0}}

    play(scenario)


def test_a_filter_that_cannot_be_has_no_list_in_its_answer(play: Play) -> None:
    async def scenario(broker: Admin) -> None:
        for component, code in (
            (ComponentData("user", 0, None), ErrorCode.INVALID_REQUEST),
            (ComponentData("user", 1, "u"), ErrorCode.INVALID_REQUEST),
            (ComponentData("user", 7, None), ErrorCode.INVALID_REQUEST),
            (ComponentData("", 2, None), ErrorCode.INVALID_REQUEST),
            (ComponentData("group", 2, None), ErrorCode.UNSUPPORTED_VERSION),
        ):
            request = DescribeClientQuotasRequest([component])
            answer = await broker.ask("describe_client_quotas", request, 1)
            assert (answer.error_code, answer.entries) == (code, None)

    play(scenario)


def upsertion(user: str, mechanism: int = 1, iterations: int = 4096) -> ScramCredentialUpsertion:
    return ScramCredentialUpsertion(user, mechanism, iterations, b"salt", b"salted")


async def alter_scram(broker: Admin, *changes: Any) -> dict[str, int]:
    request = AlterUserScramCredentialsRequest(
        [change for change in changes if isinstance(change, ScramCredentialDeletion)],
        [change for change in changes if isinstance(change, ScramCredentialUpsertion)],
    )
    answer = await broker.ask("alter_user_scram_credentials", request, 0)
    return {row.user: row.error_code for row in answer.results}


async def scram(broker: Admin, *users: str) -> dict[str, list[tuple[int, int]] | int]:
    request = DescribeUserScramCredentialsRequest([UserName(user) for user in users] or None)
    answer = await broker.ask("describe_user_scram_credentials", request, 0)
    return {
        row.user: row.error_code or [(i.mechanism, i.iterations) for i in row.credential_infos]
        for row in answer.results
    }


def test_credentials_are_set_replaced_described_and_deleted(play: Play) -> None:
    async def scenario(broker: Admin) -> None:
        assert await alter_scram(broker, upsertion("a", 2), upsertion("b")) == {"a": 0, "b": 0}
        assert await alter_scram(broker, upsertion("a", 1), upsertion("b", 1, 8192)) == {
            "a": 0,
            "b": 0,
        }
        assert await scram(broker) == {"a": [(1, 4096), (2, 4096)], "b": [(1, 8192)]}
        assert await alter_scram(broker, ScramCredentialDeletion("a", 1)) == {"a": 0}
        assert await scram(broker, "a", "c") == {"a": [(2, 4096)], "c": 91}
        assert await scram(broker, "a", "a", "b") == {"a": 92, "b": [(1, 8192)]}

    play(scenario)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (upsertion(""), ErrorCode.UNACCEPTABLE_CREDENTIAL),
        (upsertion("a", 0), ErrorCode.UNSUPPORTED_SASL_MECHANISM),
        (upsertion("a", 3), ErrorCode.UNSUPPORTED_SASL_MECHANISM),
        (upsertion("a", 1, 4095), ErrorCode.UNACCEPTABLE_CREDENTIAL),
        (upsertion("a", 1, 16385), ErrorCode.UNACCEPTABLE_CREDENTIAL),
        (ScramCredentialDeletion("a", 1), ErrorCode.RESOURCE_NOT_FOUND),
        (ScramCredentialDeletion("a", 9), ErrorCode.UNSUPPORTED_SASL_MECHANISM),
        (ScramCredentialDeletion("", 1), ErrorCode.UNACCEPTABLE_CREDENTIAL),
    ],
)
def test_credentials_that_cannot_be_are_refused_by_user(
    play: Play, change: Any, code: ErrorCode
) -> None:
    async def scenario(broker: Admin) -> None:
        assert await alter_scram(broker, change, upsertion("good")) == {
            change.name: code,
            "good": 0,
        }

    play(scenario)


def test_a_user_that_is_named_twice_is_not_changed_at_all(play: Play) -> None:
    async def scenario(broker: Admin) -> None:
        assert await alter_scram(broker, upsertion("a", 1), upsertion("a", 2)) == {"a": 92}
        assert await alter_scram(broker, *[upsertion("a", 1)] * 3) == {"a": 92}
        assert await scram(broker) == {}

    play(scenario)


def test_an_error_of_the_whole_request_is_told_in_each_apis_own_place() -> None:
    error = ApiError(ErrorCode.NOT_CONTROLLER, "elsewhere")
    context: Any = SimpleNamespace(api_version=1)
    entries = [entry({"user": "u"}, producer_byte_rate=1.0)]
    altered = alter_client_quotas.error_response(AlterClientQuotasRequest(entries), context, error)
    assert [row.error_code for row in altered.entries] == [41]
    found = describe_client_quotas.error_response(DescribeClientQuotasRequest(), context, error)
    assert (found.error_code, found.entries) == (41, None)
    scram_request = AlterUserScramCredentialsRequest(
        [ScramCredentialDeletion("a", 1)], [upsertion("a"), upsertion("b")]
    )
    results = alter_user_scram_credentials.error_response(scram_request, context, error).results
    assert [(row.user, row.error_code) for row in results] == [("a", 41), ("b", 41)]
    users = DescribeUserScramCredentialsRequest([UserName("a")])
    told = describe_user_scram_credentials.error_response(users, context, error)
    assert (told.error_code, [row.error_code for row in told.results]) == (41, [41])
