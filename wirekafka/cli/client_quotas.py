"""Quotas of users, clients and addresses for `wirekafka configs` (KIP-546, KIP-612)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from wirekafka_protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasRequestEntryData,
    AlterClientQuotasResponse,
    EntityData,
    OpData,
)
from wirekafka_protocol.messages.describe_client_quotas import (
    ComponentData,
    DescribeClientQuotasRequest,
    DescribeClientQuotasResponse,
)

from wirekafka.cli.config_entities import Entity
from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.cluster import Cluster
from wirekafka.cli.wire.fault_texts import fault

QUOTAS = (
    "consumer_byte_rate", "controller_mutation_rate", "producer_byte_rate", "request_percentage",
)  # fmt: skip
ADDRESS_QUOTA = "connection_creation_rate"

_TYPES = {"users": "user", "clients": "client-id", "ips": "ip"}
_SHOWN = {"user": "user-principal", "client-id": "client-id", "ip": "ip"}
_EXACT, _DEFAULT, _ANY = 0, 1, 2

QuotaEntity = tuple[tuple[str, str | None], ...]
"""Pairs of type and name, in the order user, client-id, ip; a name of None is the default."""


def describe(
    cluster: Cluster, entities: Sequence[Entity]
) -> list[tuple[QuotaEntity, dict[str, float]]]:
    """The quotas of exactly these entities, or of all of their types where the name is None."""
    components = []
    for one in entities:
        match = _ANY if one.name is None else _EXACT if one.name else _DEFAULT
        components.append(ComponentData(_TYPES[one.kind], match, one.name or None))
    request = DescribeClientQuotasRequest(components, True)
    answer = cluster.ask(request, DescribeClientQuotasResponse)
    if answer.error_code:
        raise CommandError(fault(answer.error_code, answer.error_message))
    found = []
    for entry in answer.entries or ():
        names = {part.entity_type: part.entity_name for part in entry.entity}
        entity = tuple((kind, names[kind]) for kind in _SHOWN if kind in names)
        found.append((entity, {value.key: value.value for value in entry.values}))
    # Named ones by name, then the default.
    return sorted(found, key=lambda row: [(name is None, name or "") for _, name in row[0]])


def alter(
    cluster: Cluster, entities: Sequence[Entity], added: Mapping[str, str], deleted: Sequence[str]
) -> None:
    """Set and remove quotas of one entity; raises CommandError for one that is not set."""
    current = next((values for _, values in describe(cluster, entities)), {})
    unset = [name for name in deleted if name not in current]
    if unset:
        raise CommandError(f"Invalid config(s): {','.join(unset)}")
    changes = [OpData(name, _number(name, text), False) for name, text in added.items()]
    changes += [OpData(name, 0.0, True) for name in deleted]
    parts = [EntityData(_TYPES[one.kind], one.name or None) for one in entities]
    request = AlterClientQuotasRequest([AlterClientQuotasRequestEntryData(parts, changes)], False)
    (result,) = cluster.ask(request, AlterClientQuotasResponse).entries
    if result.error_code:
        raise CommandError(fault(result.error_code, result.error_message))


def alter_addresses(
    cluster: Cluster, entities: Sequence[Entity], added: Mapping[str, str], deleted: Sequence[str]
) -> None:
    """Set and remove the one quota that addresses have."""
    unknown = [name for name in (*added, *deleted) if name != ADDRESS_QUOTA]
    if unknown:
        raise CommandError(
            "Only connection quota configs can be added for 'ips' using --bootstrap-server. "
            f"Unexpected config names: {','.join(unknown)}"
        )
    alter(cluster, entities, added, deleted)


def entity_text(entity: QuotaEntity) -> str:
    """The entity as the tool's lines name it."""
    return ", ".join(
        f"the default {_SHOWN[kind]}" if name is None else f"{_SHOWN[kind]} '{name}'"
        for kind, name in entity
    )


def double(value: float) -> str:
    """A number as Java prints a double: 1000.0, 1.2345678901E10."""
    if value == 0 or not math.isfinite(value) or 1e-3 <= abs(value) < 1e7:
        return repr(float(value)) if math.isfinite(value) else "Infinity"
    digits, _, exponent = f"{value!r}".partition("e")
    if exponent:
        mantissa = digits if "." in digits else f"{digits}.0"
        return f"{mantissa}E{int(exponent)}"
    power = math.floor(math.log10(abs(value)))
    shown = "".join(one for one in digits if one.isdigit()).strip("0")
    sign = "-" if value < 0 else ""
    return f"{sign}{shown[0]}.{shown[1:] or '0'}E{power}"


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        message = f"Cannot parse quota configuration value for {name}: {text}"
        raise CommandError(message) from None
