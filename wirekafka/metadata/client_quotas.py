"""Client quotas as the metadata keep them: who is limited, and to what (KIP-546).

An entity is one or two pairs of type and name: a user, a client id, both, or an address; the name
None is the default of its type. Names are quoted in keys, so that one may hold a slash or be the
word for the default. Keys read like Kafka's old paths:

    quotas/users/alice/clients/<default>      {"producer_byte_rate": 1048576.0}
    quotas/ips/10.0.0.1                       {"connection_creation_rate": 5.0}

The order of parts and of quotas in answers is that of Kafka's hash tables.

Source: `ClientQuotaEntity`, `ClientQuotasImage.describe`, `QuotaConfig` of Kafka 4.3.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import quote, unquote

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.model import encode_json

USER = "user"
CLIENT_ID = "client-id"
IP = "ip"

PRODUCER_BYTE_RATE = "producer_byte_rate"
CONSUMER_BYTE_RATE = "consumer_byte_rate"
REQUEST_PERCENTAGE = "request_percentage"
CONTROLLER_MUTATION_RATE = "controller_mutation_rate"
CONNECTION_CREATION_RATE = "connection_creation_rate"

QUOTA_KEYS = (
    REQUEST_PERCENTAGE,
    PRODUCER_BYTE_RATE,
    CONSUMER_BYTE_RATE,
    CONTROLLER_MUTATION_RATE,
    CONNECTION_CREATION_RATE,
)
"""In the order in which Kafka describes them."""

ENTITY_TYPES = (IP, CLIENT_ID, USER)
"""In the order in which Kafka describes them."""

ClientQuotaEntity = tuple[tuple[str, str | None], ...]
"""Pairs of type and name in the order of ENTITY_TYPES; the name None is the default."""

ClientQuotas = Mapping[ClientQuotaEntity, Mapping[str, float]]

_FOLDERS = {USER: "users", CLIENT_ID: "clients", IP: "ips"}
_TYPES = {folder: kind for kind, folder in _FOLDERS.items()}
_IN_KEYS = (USER, CLIENT_ID, IP)
_DEFAULT = "<default>"


class MatchType(IntEnum):
    """How a filter component matches (`DescribeClientQuotasRequest.MATCH_TYPE_…`)."""

    EXACT = 0
    DEFAULT = 1
    SPECIFIED = 2


@dataclass(slots=True, frozen=True)
class FilterComponent:
    """One component of a filter; `match` is a name for EXACT and None otherwise."""

    entity_type: str
    match_type: int
    match: str | None


def entity_of(names: Mapping[str, str | None]) -> ClientQuotaEntity:
    """The entity of these names by type; types that do not exist come last."""
    known = [(kind, names[kind]) for kind in ENTITY_TYPES if kind in names]
    return (*known, *((kind, name) for kind, name in names.items() if kind not in ENTITY_TYPES))


def entity_text(entity: ClientQuotaEntity) -> str:
    """The entity as Kafka writes it in messages."""
    parts = ", ".join(f"{kind}={'null' if name is None else name}" for kind, name in entity)
    return f"ClientQuotaEntity(entries={{{parts}}})"


def quota_key(entity: ClientQuotaEntity) -> bytes:
    """Where the quotas of an entity are kept."""
    names = dict(entity)
    parts = [
        f"{_FOLDERS[kind]}/{_DEFAULT if (name := names[kind]) is None else quote(name, safe='')}"
        for kind in _IN_KEYS
        if kind in names
    ]
    return keys.QUOTAS + "/".join(parts).encode()


def parse_quota_key(key: bytes) -> ClientQuotaEntity:
    """The opposite of quota_key."""
    parts = key[len(keys.QUOTAS) :].decode().split("/")
    return entity_of(
        {
            _TYPES[folder]: None if name == _DEFAULT else unquote(name)
            for folder, name in zip(parts[::2], parts[1::2], strict=True)
        }
    )


def encode_quotas(quotas: Mapping[str, float]) -> bytes:
    """Quotas by key, in a fixed order."""
    return encode_json(dict(sorted(quotas.items())))


def decode_quotas(value: bytes) -> Mapping[str, float]:
    """The opposite of encode_quotas."""
    quotas: dict[str, float] = json.loads(value)
    return {key: quotas[key] for key in QUOTA_KEYS if key in quotas}


def describe(
    quotas: ClientQuotas, components: Sequence[FilterComponent], *, strict: bool
) -> Iterator[tuple[ClientQuotaEntity, Mapping[str, float]]]:
    """The entities that have every component; with `strict`, and nothing else.

    Raises ApiError(INVALID_REQUEST, UNSUPPORTED_VERSION) for a filter that cannot be.
    """
    exact: dict[str, str | None] = {}
    specified: set[str] = set()
    for component in components:
        _check_type(component.entity_type, exact, specified)
        _check_match(component)
        if component.match_type == MatchType.SPECIFIED:
            specified.add(component.entity_type)
        else:
            exact[component.entity_type] = component.match
    types = {*exact, *specified}
    if IP in types and len(types) > 1:
        raise _invalid(
            "Invalid entity filter component combination. IP filter component should not be used "
            "with user or clientId filter component."
        )
    return (
        (entity, values)
        for entity, values in quotas.items()
        if (not strict or len(entity) == len(types))
        and types <= dict(entity).keys()
        and exact.items() <= dict(entity).items()
    )


def _check_type(entity_type: str, exact: Mapping[str, str | None], specified: set[str]) -> None:
    if not entity_type:
        raise _invalid("Invalid empty entity type.")
    if entity_type in exact or entity_type in specified:
        raise _invalid(f"Entity type {entity_type} cannot appear more than once in the filter.")
    if entity_type not in ENTITY_TYPES:
        text = f"Unsupported entity type {entity_type}"
        raise ApiError(ErrorCode.UNSUPPORTED_VERSION, text)


def _check_match(component: FilterComponent) -> None:
    match component.match_type:
        case MatchType.EXACT:
            if component.match is None:
                text = "Request specified MATCH_TYPE_EXACT, but set match string to null."
                raise _invalid(text)
        case MatchType.DEFAULT | MatchType.SPECIFIED:
            if component.match is not None:
                name = f"MATCH_TYPE_{MatchType(component.match_type).name}"
                raise _invalid(f"Request specified {name}, but also specified a match string.")
        case _:
            raise _invalid(f"Unknown match type {component.match_type}")


def _invalid(message: str) -> ApiError:
    return ApiError(ErrorCode.INVALID_REQUEST, message)
