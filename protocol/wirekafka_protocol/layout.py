"""Which fields one version of a message has on the wire, in which form: what both compilers share.

A version is flexible or not as a whole: nested structs follow their message.
"""

from __future__ import annotations

from wirekafka_protocol.schema import NEVER, Field, Message, Struct

FIXED = {
    "bool": "?",
    "int8": "b",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "float64": "d",
    "uuid": "16s",
}
"""Types of a fixed size, with their letter for the `struct` module."""

SIZES = {"?": 1, "b": 1, "B": 1, "x": 1, "h": 2, "H": 2, "i": 4, "I": 4, "q": 8, "d": 8, "16s": 16}


class Layout:
    """One version of one message."""

    __slots__ = ("flexible", "message", "version")

    def __init__(self, message: type[Message], version: int) -> None:
        if version not in message.VERSIONS:
            raise ValueError(f"{message.__name__} has versions {message.VERSIONS}, not {version}")
        self.message = message
        self.version = version
        self.flexible = version in message.FLEXIBLE

    def __str__(self) -> str:
        return f"{self.message.__name__} v{self.version}"

    def untagged(self, struct: type[Struct]) -> list[Field]:
        """The fields that are always sent, in order."""
        return [f for f in struct.FIELDS if self._is_present(f) and not self._is_tagged(f)]

    def tagged(self, struct: type[Struct]) -> list[Field]:
        """The fields that may be sent behind the others, by their tags."""
        fields = [f for f in struct.FIELDS if self._is_present(f) and self._is_tagged(f)]
        return sorted(fields, key=lambda f: f.tag or 0)

    def absent(self, struct: type[Struct]) -> list[Field]:
        """The fields that this version does not have."""
        return [f for f in struct.FIELDS if not self._is_present(f)]

    def is_nullable(self, field: Field) -> bool:
        return self.version in field.nullable

    def is_compact(self, field: Field) -> bool:
        """Whether the field's length is a varint of length + 1, where 0 stands for null."""
        return self.flexible and not field.always_fixed

    def count_letter(self, field: Field) -> str:
        """The form of the count before the elements of an array."""
        return "B" if self.is_compact(field) else "i"

    def length_letter(self, field: Field) -> str:
        """The form of the length before a string or bytes, alone or as an element."""
        if self.is_compact(field):
            return "B"
        return "h" if field.type == "string" else "i"

    def least_size(self, field: Field) -> int:
        """The fewest bytes that a value of the field (of an array: of an element) can take."""
        if field.struct is None:
            if field.type in FIXED:
                return SIZES[FIXED[field.type]]
            if self.is_compact(field):
                return 1
            return 2 if field.type == "string" else 4
        size = 1 if self.flexible else 0
        for inner in self.untagged(field.struct):
            if inner.is_array:
                size += 1 if self.is_compact(inner) else 4
            elif inner.struct is not None and self.is_nullable(inner):
                size += 1
            else:
                size += self.least_size(inner)
        return max(size, 1)

    def _is_present(self, field: Field) -> bool:
        if self.version not in field.versions:
            return False
        return field.tag is None or self.flexible or self.version not in field.tagged

    def _is_tagged(self, field: Field) -> bool:
        return self.version in field.tagged


def is_none_while_absent(field: Field) -> bool:
    """A tagged struct that cannot be null: None in Python says that it is not sent."""
    return (
        field.struct is not None
        and not field.is_array
        and field.tag is not None
        and field.nullable == NEVER
    )
