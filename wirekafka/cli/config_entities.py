"""What `wirekafka configs` is asked about: one entity, or a user together with a client.

Kafka's tool takes --entity-type, --entity-name and --entity-default, which pair up in the order in
which they are given, or one flag for each type (--topic, --user, --user-defaults…).
Source: `kafka.admin.ConfigCommand.ConfigCommandOptions`.
"""

from __future__ import annotations

import argparse
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wirekafka.cli.output import CommandError

KINDS = (
    "topics", "clients", "users", "brokers", "ips", "client-metrics", "groups", "broker-loggers",
)  # fmt: skip
_FLAGS = {
    "topic": "topics", "client": "clients", "user": "users", "broker": "brokers",
    "broker-logger": "broker-loggers", "ip": "ips", "client-metrics": "client-metrics",
    "group": "groups",
}  # fmt: skip
_DEFAULT_FLAGS = {
    "client-defaults": "clients", "user-defaults": "users", "broker-defaults": "brokers",
    "ip-defaults": "ips",
}  # fmt: skip
_WITH_DEFAULT = ("users", "clients", "brokers", "ips")


@dataclass(frozen=True, slots=True)
class Entity:
    """`name` is "" for what holds for all without a config of their own, None for every one."""

    kind: str
    name: str | None

    @property
    def singular(self) -> str:
        """The kind as the tool's lines name it: without the last letter, "client-metric" too."""
        return self.kind[:-1]


class _Name(argparse.Action):
    """Collects --entity-name and --entity-default in the order in which they are given."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        given = list(getattr(namespace, self.dest) or [])
        given.append(values if isinstance(values, str) else "")
        setattr(namespace, self.dest, given)


def add_entity_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags that name entities."""
    entity = parser.add_argument_group("entities")
    entity.add_argument(
        "--entity-type", action="append", default=[], metavar="TYPE",
        help=f"what has the configs: {', '.join(KINDS)}; users and clients also together",
    )  # fmt: skip
    entity.add_argument(
        "--entity-name", action=_Name, dest="entity_names", metavar="NAME",
        help="its name; without it --describe shows every one",
    )  # fmt: skip
    entity.add_argument(
        "--entity-default", action=_Name, dest="entity_names", nargs=0,
        help="what holds for all users, clients, brokers or ips without their own",
    )  # fmt: skip
    for flag, kind in _FLAGS.items():
        entity.add_argument(
            f"--{flag}", metavar="NAME", help=f"short for --entity-type {kind} --entity-name NAME"
        )
    for flag, kind in _DEFAULT_FLAGS.items():
        entity.add_argument(
            f"--{flag}", action="store_true", help=f"short for --entity-type {kind} "
            "--entity-default",
        )  # fmt: skip


def entities_of(options: argparse.Namespace) -> list[Entity]:
    """The entities in Kafka's order: --entity-type first, then the flags of a type."""
    names: list[str] = list(options.entity_names or [])
    kinds: list[str] = list(options.entity_type)
    flagged = [
        Entity(kind, value)
        for flag, kind in _FLAGS.items()
        if (value := getattr(options, flag.replace("-", "_"))) is not None
    ]
    flagged += [
        Entity(kind, "")
        for flag, kind in _DEFAULT_FLAGS.items()
        if getattr(options, flag.replace("-", "_"))
    ]
    if len(names) > len(kinds):
        raise CommandError("More entity names specified than entity types")
    found = [
        Entity(kind, names[index] if index < len(names) else None)
        for index, kind in enumerate(kinds)
    ] + flagged
    all_kinds = [one.kind for one in found]
    duplicates = [kind for index, kind in enumerate(all_kinds) if kind in all_kinds[:index]]
    if not found:
        raise CommandError("At least one entity type must be specified")
    if duplicates:
        raise CommandError(f"Duplicate entity type(s) specified: {','.join(duplicates)}")
    if (kinds or names) and flagged:
        raise CommandError(
            "--entity-{type,name,default} should not be used in conjunction with specific entity "
            "flags"
        )
    return found


def validate_entities(entities: list[Entity], *, alters: bool) -> None:
    """Raise CommandError for entities that cannot be, or not be altered or described."""
    kinds = [one.kind for one in entities]
    for kind in kinds:
        if kind not in KINDS:
            raise CommandError(
                f"Invalid entity type {kind}, the entity type must be one of {', '.join(KINDS)} "
                "with a --bootstrap-server or --bootstrap-controller argument"
            )
    if len(kinds) > 1 and set(kinds) != {"users", "clients"}:
        raise CommandError("Only 'users' and 'clients' entity types may be specified together")
    head = entities[0]
    verb = "alter" if alters else "describe"
    if head.kind not in _WITH_DEFAULT and head.name == "":
        raise CommandError(
            f"--entity-default must not be specified with --{verb} of {','.join(kinds)}"
        )
    if head.kind in ("brokers", "broker-loggers") and head.name and not _is_number(head.name):
        raise CommandError(
            f"The entity name for {head.kind} must be a valid integer broker id, but it is: "
            f"{head.name}"
        )
    if head.kind == "ips" and head.name and not _is_address(head.name):
        raise CommandError(
            f"The entity name for ips must be a valid IP or resolvable host, but it is: {head.name}"
        )
    if head.kind == "broker-loggers" and head.name is None:
        raise CommandError(f"An entity name must be specified with --{verb} of broker-loggers")
    if not alters:
        return
    if head.kind in _WITH_DEFAULT and head.name is None:
        raise CommandError(
            "An entity-name or default entity must be specified with --alter of users, clients, "
            "brokers or ips"
        )
    if head.name is None:
        raise CommandError(f"An entity name must be specified with --alter of {head.kind}")
    if any(one.name is None for one in entities):
        raise CommandError("An entity name must be specified for every entity type")


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdecimal()


def _is_address(text: str) -> bool:
    try:
        socket.getaddrinfo(text, None)
    except (OSError, UnicodeError):
        return False
    return True
