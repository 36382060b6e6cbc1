"""Quotas and SCRAM credentials for scenarios: bodies, and limits that are in force when set."""

from __future__ import annotations

from .broker import Wire
from .codec import Message

CLIENT, USER, IP = "client-id", "user", "ip"
EXACT, DEFAULT, ANY = 0, 1, 2


def entity(**names: str | None) -> list[Message]:
    """entity(client_id="c", user=None): parts in this order; None is the default."""
    return [
        {"entity_type": kind.replace("_", "-"), "entity_name": name} for kind, name in names.items()
    ]


def entry(parts: list[Message], **values: float | None) -> Message:
    """Operations on one entity; None removes."""
    ops = [
        {"key": key, "value": value or 0.0, "remove": value is None}
        for key, value in values.items()
    ]
    return {"entity": parts, "ops": ops}


def component(entity_type: str, match_type: int, match: str | None = None) -> Message:
    """One part of a filter."""
    return {"entity_type": entity_type, "match_type": match_type, "match": match}


def limit(broker: Wire, parts: list[Message], **values: float | None) -> None:
    """Set quotas and wait until the broker knows them."""
    broker.quiet("AlterClientQuotas", 1, entries=[entry(parts, **values)], validate_only=False)
    wanted = {key: value for key, value in values.items() if value is not None}
    components = [
        component(
            part["entity_type"],
            DEFAULT if part["entity_name"] is None else EXACT,
            part["entity_name"],
        )
        for part in parts
    ]
    broker.until(
        lambda answer: _values(answer) == wanted,
        "DescribeClientQuotas",
        1,
        components=components,
        strict=True,
    )


def set_entries(answer: Message) -> list[Message]:
    """The described entries in an order that does not depend on hash tables."""
    for row in answer["entries"]:
        row["entity"].sort(key=str)
        row["values"].sort(key=str)
    return sorted(answer["entries"], key=str)


def throttled(answer: Message) -> bool:
    """Whether the answer tells its client to wait."""
    return bool(answer["throttle_time_ms"] > 0)


def credential(user: str, mechanism: int = 1, iterations: int = 4096) -> Message:
    """A SCRAM credential to set."""
    return {
        "name": user,
        "mechanism": mechanism,
        "iterations": iterations,
        "salt": b"salt",
        "salted_password": b"password",
    }


def _values(answer: Message) -> dict[str, float]:
    return {
        value["key"]: value["value"] for row in answer["entries"] or () for value in row["values"]
    }
