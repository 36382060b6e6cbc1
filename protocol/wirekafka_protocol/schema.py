"""The facts of a message: which fields it has, of what type, in which versions.

Generated modules carry these facts as class constants (`FIELDS`, `VERSIONS`, `FLEXIBLE`), the codec
compiles its functions from them, so no schema file is needed at run time. One class stands for all
versions of a message: a field that is absent in a version keeps its default there.

Values: integers are int, `uuid` is 16 raw bytes, an array is a list, `records` is a memoryview when
decoded and anything bytes-like when encoded. A tagged struct that is not nullable is None while it
is not sent, which a peer cannot tell from one that holds only defaults.

Invariants: the order of `FIELDS` is the order on the wire (tagged fields go by their tag) and the
order of the arguments of `__init__`. A nested class is defined before the class that uses it.

Source: KIP-482 and the message definitions of Kafka 4.3.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

LATEST = 32767
"""The open end of a version range: the largest version that an int16 can name."""

Default: TypeAlias = bool | int | float | str | bytes | tuple[()] | None
"""A field's value when nothing else was said; () is an empty array or a struct of defaults."""

Records: TypeAlias = bytes | bytearray | memoryview
"""Record batches: a view into the frame when decoded, never a copy."""

EMPTY: list[Any] = []
"""The default argument for an array: replaced by a fresh list, never stored, never changed."""


class VersionRange:
    """The versions from `first` to `last`, both included; `first` > `last` is no version at all."""

    __slots__ = ("first", "last")

    def __init__(self, first: int, last: int = LATEST) -> None:
        self.first = first
        self.last = last

    def __contains__(self, version: int) -> bool:
        return self.first <= version <= self.last

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VersionRange):
            return NotImplemented
        return self.first == other.first and self.last == other.last

    def __hash__(self) -> int:
        return hash((self.first, self.last))

    def __repr__(self) -> str:
        return f"VersionRange({self})"

    def __str__(self) -> str:
        if self.first > self.last:
            return "none"
        if self.first == self.last:
            return str(self.first)
        return f"{self.first}+" if self.last == LATEST else f"{self.first}-{self.last}"

    def intersect(self, other: VersionRange) -> VersionRange:
        """The versions that are in both ranges."""
        return VersionRange(max(self.first, other.first), min(self.last, other.last))


ALWAYS = VersionRange(0)
NEVER = VersionRange(1, 0)


class Field:
    """One field. `type` is the word of the notation, or "struct" together with `struct`.

    `tagged` are the versions in which it travels under `tag`; `always_fixed` says that its length
    keeps the 16- or 32-bit form even in flexible versions.
    """

    __slots__ = (
        "always_fixed",
        "default",
        "is_array",
        "name",
        "nullable",
        "struct",
        "tag",
        "tagged",
        "type",
        "versions",
    )

    def __init__(
        self,
        name: str,
        type: str,  # noqa: A002 - Kafka's word for it
        default: Default,
        *,
        struct: type[Struct] | None = None,
        is_array: bool = False,
        versions: VersionRange = ALWAYS,
        nullable: VersionRange = NEVER,
        tag: int | None = None,
        tagged: VersionRange = NEVER,
        always_fixed: bool = False,
    ) -> None:
        self.name = name
        self.type = type
        self.default = default
        self.struct = struct
        self.is_array = is_array
        self.versions = versions
        self.nullable = nullable
        self.tag = tag
        self.tagged = tagged
        self.always_fixed = always_fixed

    def __repr__(self) -> str:
        kind = self.struct.__name__ if self.struct is not None else self.type
        return f"Field({self.name}: {f'[{kind}]' if self.is_array else kind} @{self.versions})"


class Struct:
    """Base of every generated class: values compare and print by their fields."""

    __slots__ = ()

    FIELDS: ClassVar[tuple[Field, ...]] = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, f.name) == getattr(other, f.name) for f in self.FIELDS)

    def __repr__(self) -> str:
        fields = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in self.FIELDS)
        return f"{type(self).__name__}({fields})"


class Message(Struct):
    """A struct that stands alone: a request, a response, a record's key or value, a header.

    KEY is the API key of a request or response, the record type of a coordinator's key or value,
    None for the rest.
    """

    __slots__ = ()

    KEY: ClassVar[int | None] = None
    VERSIONS: ClassVar[VersionRange] = NEVER
    FLEXIBLE: ClassVar[VersionRange] = NEVER
