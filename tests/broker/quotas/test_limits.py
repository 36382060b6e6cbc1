"""Whom a limit is for: Kafka's order of precedence, and who is counted together."""

from __future__ import annotations

import pytest

from wirekafka.quotas.limits import ABSENT, UNLIMITED, Entity, Limits

PRECEDENCE: tuple[Entity, ...] = (
    ("u", "c"),
    ("u", None),
    ("u", ABSENT),
    (None, "c"),
    (None, None),
    (None, ABSENT),
    (ABSENT, "c"),
    (ABSENT, None),
)


def limit_for(limits: Limits, user: str, client_id: str) -> float:
    return limits.of(limits.counted(user, client_id))


@pytest.mark.parametrize("first", range(len(PRECEDENCE)))
def test_the_most_specific_of_the_entities_that_are_there_counts(first: int) -> None:
    limits = Limits()
    limits.replace({entity: float(n) for n, entity in enumerate(PRECEDENCE) if n >= first})
    assert limit_for(limits, "u", "c") == first


@pytest.mark.parametrize("entity", PRECEDENCE)
def test_an_entity_alone_limits_whom_it_names_and_nobody_else(entity: Entity) -> None:
    limits = Limits()
    limits.replace({entity: 7.0})
    for user in ("u", "v"):
        for client_id in ("c", "d"):
            named = entity[0] in (user, None, ABSENT) and entity[1] in (client_id, None, ABSENT)
            assert limit_for(limits, user, client_id) == (7.0 if named else UNLIMITED)


def test_a_client_without_an_id_has_only_the_limits_of_its_user() -> None:
    limits = Limits()
    limits.replace({(ABSENT, None): 1.0})
    assert limit_for(limits, "u", "") == UNLIMITED
    limits.replace({(ABSENT, None): 1.0, (None, None): 2.0})
    assert limit_for(limits, "u", "") == UNLIMITED
    limits.replace({(ABSENT, None): 1.0, (None, None): 2.0, (None, ABSENT): 3.0})
    assert limit_for(limits, "u", "") == 3.0


@pytest.mark.parametrize(
    ("entity", "counted"),
    [
        ((ABSENT, "x"), (ABSENT, "c")),
        (("x", ABSENT), ("u", ABSENT)),
        (("x", "y"), ("u", "c")),
    ],
)
def test_with_limits_of_one_level_everybody_is_counted_at_it(
    entity: Entity, counted: tuple[str, str]
) -> None:
    limits = Limits()
    limits.replace({entity: 7.0})
    assert limits.counted("u", "c") == counted
    limits.replace({})
    assert limits.counted("u", "c") == counted  # until the next start


def test_clients_share_a_limit_of_their_user_and_users_one_of_their_client_id() -> None:
    limits = Limits()
    limits.replace({("u", ABSENT): 1.0, (ABSENT, "c"): 2.0})
    assert limits.counted("u", "c") == limits.counted("u", "d") == ("u", ABSENT)
    assert limits.counted("v", "c") == limits.counted("w", "c") == (ABSENT, "c")
