"""Changing client quotas: Kafka's rules, in Kafka's order, as pure functions.

Each entity by itself: all of its operations or none. Of an entity that a request names twice only
the first is carried out, and both are told the same error, as in Kafka; so is an entity with one
quota twice.

Source: `ClientQuotaControlManager` of Kafka 4.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.client_quotas import (
    CLIENT_ID,
    CONNECTION_CREATION_RATE,
    CONSUMER_BYTE_RATE,
    CONTROLLER_MUTATION_RATE,
    ENTITY_TYPES,
    IP,
    PRODUCER_BYTE_RATE,
    REQUEST_PERCENTAGE,
    USER,
    ClientQuotaEntity,
    ClientQuotas,
    encode_quotas,
    entity_text,
    quota_key,
)
from wirekafka.metadata.plan import Plan, Write, check_size

_LONG, _INT, _DOUBLE = "LONG", "INT", "DOUBLE"
_LARGEST = {_LONG: float(2**63 - 1), _INT: float(2**31 - 1)}
_FRACTION = 1e-6
"""How far from a whole number a value may be (`getErrorForIntegralQuotaValue`)."""

_OF_CLIENTS = {
    PRODUCER_BYTE_RATE: _LONG,
    CONSUMER_BYTE_RATE: _LONG,
    REQUEST_PERCENTAGE: _DOUBLE,
    CONTROLLER_MUTATION_RATE: _DOUBLE,
}
_OF_ADDRESSES = {CONNECTION_CREATION_RATE: _INT}


@dataclass(slots=True, frozen=True)
class QuotaAlteration:
    """The operations on one entity: pairs of quota and value, None removes it."""

    entity: ClientQuotaEntity
    ops: tuple[tuple[str, float | None], ...]


def alter_client_quotas(
    quotas: ClientQuotas,
    alterations: Sequence[QuotaAlteration],
    is_address: Callable[[str], bool],
) -> Plan[dict[ClientQuotaEntity, ApiError | None]]:
    """One outcome per entity. `is_address` says whether a text is an address or resolves to one.

    Raises ApiError(POLICY_VIOLATION) when they are too many changes together.
    """
    plan: Plan[dict[ClientQuotaEntity, ApiError | None]] = Plan({})
    records = 0
    for alteration in alterations:
        entity = alteration.entity
        names = [key for key, _ in alteration.ops]
        if entity in plan.result or len(set(names)) < len(names):
            text = f"Ignoring duplicate entity {entity_text(entity)}"
            plan.result[entity] = ApiError(ErrorCode.INVALID_REQUEST, text)
            continue
        try:
            present = quotas.get(entity, {})
            changed = _altered(present, alteration, is_address)
        except ApiError as error:
            plan.result[entity] = error
            continue
        plan.result[entity] = None
        if changed != present:
            records += sum(changed.get(key) != present.get(key) for key in names)
            check_size(records)
            value = encode_quotas(changed) if changed else None
            plan.steps.append((Write(quota_key(entity), value),))
    return plan


def _altered(
    present: Mapping[str, float], alteration: QuotaAlteration, is_address: Callable[[str], bool]
) -> dict[str, float]:
    """All quotas that the entity will have. Raises ApiError(INVALID_REQUEST)."""
    _check_names(alteration.entity)
    types = _quotas_of(alteration.entity, is_address)
    changed = dict(present)
    for key, value in alteration.ops:
        if value is None:
            changed.pop(key, None)
        else:
            _check_value(types, key, value)
            changed[key] = value
    return changed


def _check_names(entity: ClientQuotaEntity) -> None:
    if not entity:
        raise _invalid("Invalid empty client quota entity")
    for kind, name in entity:
        if kind not in ENTITY_TYPES:
            raise _invalid(f"Unhandled client quota entity type: {kind}")
        if name == "":
            raise _invalid(f"Empty {kind} not supported")


def _quotas_of(entity: ClientQuotaEntity, is_address: Callable[[str], bool]) -> Mapping[str, str]:
    """The quotas that an entity of this combination may have, with their types."""
    names = dict(entity)
    if IP not in names:
        return _OF_CLIENTS
    if USER in names or CLIENT_ID in names:
        # The missing space is Kafka's.
        raise _invalid(
            "Invalid quota entity combination, IP entity shouldnot be combined with User or "
            "ClientId"
        )
    address = names[IP]
    if address is not None and not is_address(address):
        raise _invalid(f"{address} is not a valid IP or resolvable host.")
    return _OF_ADDRESSES


def _check_value(types: Mapping[str, str], key: str, value: float) -> None:
    if key not in types:
        raise _invalid(f"Invalid configuration key {key}")
    if value <= 0:
        raise _invalid(f"Quota {key} must be greater than 0")
    kind = types[key]
    if kind is _DOUBLE:
        return
    if value > _LARGEST[kind]:
        article = "an" if kind is _INT else "a"
        raise _invalid(f"Proposed value for {key} is too large for {article} {kind}.")
    if abs(value % 1.0) > _FRACTION:
        raise _invalid(f"{key} cannot be a fractional value.")


def _invalid(message: str) -> ApiError:
    return ApiError(ErrorCode.INVALID_REQUEST, message)
