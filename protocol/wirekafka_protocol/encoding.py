"""Writes the source of a function that encodes one version of one message.

Strategy: as for decoding, one flat function. Neighbouring fields of fixed size become one `pack`,
together with the length byte or count behind them and the empty tag section before them.

What a version has no field for is left out silently: a handler fills in what it knows, the version
decides what the client sees. Values of the wrong type raise whatever Python raises: our bug.
"""

from __future__ import annotations

import struct
from typing import Any

from wirekafka_protocol.layout import FIXED, Layout, is_none_while_absent
from wirekafka_protocol.schema import Field, Message, Struct
from wirekafka_protocol.varints import write_uvarint


def encoder_source(message: type[Message], version: int) -> tuple[str, dict[str, Any]]:
    """The source of `encode(message, out)` and the names that it uses."""
    writer = _Encoder(Layout(message, version))
    writer.open("def encode(o0, out):")
    writer.write_fields(message, "o0")
    writer.flush()
    if len(writer.lines) == 1:
        writer.line("pass")
    return "\n".join(writer.lines) + "\n", writer.names


class _Encoder:
    """The lines so far, and the fixed values that wait to be packed together."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"pack": struct.pack, "write_uvarint": write_uvarint}
        self.indent = 0
        self.waiting: list[tuple[str, str]] = []
        self.depth = 0
        self.structs = 0

    def line(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    def open(self, text: str) -> None:
        self.line(text)
        self.indent += 1

    def close(self) -> None:
        self.indent -= 1

    def write(self, value: str, letter: str) -> None:
        """Pack a value, at the latest when `flush` is called; letter x is a zero byte."""
        self.waiting.append((value, letter))

    def flush(self) -> None:
        letters = "".join(letter for _, letter in self.waiting)
        values = [value for value, letter in self.waiting if letter != "x"]
        self.waiting = []
        if letters == "B":
            self.line(f"out.append({values[0]})")
        elif letters and not values:
            self.line(f"out += {bytes(len(letters))!r}")
        elif letters:
            name = f"pack_{letters.replace('?', 'z')}"
            self.names[name] = struct.Struct(">" + letters).pack
            self.line(f"out += {name}({', '.join(values)})")

    def write_compact_length(self, *, often_two_bytes: bool = False) -> None:
        """Write n, usually one byte, behind what waits."""
        before = list(self.waiting)
        self.open("if n < 128:")
        self.write("n", "B")
        self.flush()
        self.close()
        if often_two_bytes:
            self.open("elif n < 16384:")
            self.waiting = list(before)
            self.write("n & 127 | 128", "B")
            self.write("n >> 7", "B")
            self.flush()
            self.close()
        self.open("else:")
        self.waiting = before
        self.flush()
        self.line("write_uvarint(out, n)")
        self.close()

    def write_length(self, letter: str, *, often_two_bytes: bool = False) -> None:
        """Write n as a length or count of this form; B is the compact one."""
        if letter == "B":
            self.write_compact_length(often_two_bytes=often_two_bytes)
        else:
            self.write("n", letter)
            self.flush()

    def write_fields(self, cls: type[Struct], owner: str) -> None:
        for field in self.layout.untagged(cls):
            self.write_field(field, f"{owner}.{field.name}")
        if self.layout.flexible:
            self.write_tags(cls, owner)

    def write_field(self, field: Field, value: str) -> None:
        if field.is_array:
            self.write_array(field, value)
        elif field.type in FIXED:
            self.write(value, FIXED[field.type])
        elif field.struct is None:
            self.write_bytes(field, value, nullable=self.layout.is_nullable(field))
        elif self.layout.is_nullable(field):
            self.write_nullable_struct(field.struct, value, null=-1)
        else:
            self.write_struct(field.struct, value)

    def write_struct(self, cls: type[Struct], value: str) -> None:
        # A name of its own: what waits to be packed may name the struct long after this.
        self.depth += 1
        self.structs += 1
        owner = f"s{self.structs}"
        self.line(f"{owner} = {value}")
        self.write_fields(cls, owner)
        self.depth -= 1

    def write_nullable_struct(self, cls: type[Struct], value: str, *, null: int) -> None:
        self.flush()
        self.open(f"if {value} is None:")
        self.write(str(null), "b")
        self.flush()
        self.close()
        self.open("else:")
        self.write("1", "b")
        self.write_struct(cls, value)
        self.flush()
        self.close()

    def write_bytes(self, field: Field, value: str, *, nullable: bool) -> None:
        compact = self.layout.is_compact(field)
        raw = f"{value}.encode()" if field.type == "string" else value
        if nullable:
            self.open(f"if {value} is None:")
            self.line('raw = b""')
            self.line("n = 0" if compact else "n = -1")
            self.close()
            self.open("else:")
        self.line(f"raw = {raw}")
        self.line("n = len(raw) + 1" if compact else "n = len(raw)")
        if nullable:
            self.close()
        often_two_bytes = field.type != "string"
        self.write_length(self.layout.length_letter(field), often_two_bytes=often_two_bytes)
        self.line("out += raw")

    def write_array(self, field: Field, value: str) -> None:
        compact = self.layout.is_compact(field)
        items = f"items{self.depth}"
        self.line(f"{items} = {value}")
        if self.layout.is_nullable(field):
            self.open(f"if {items} is None:")
            self.line(f"{items} = ()")
            self.line("n = 0" if compact else "n = -1")
            self.close()
            self.open("else:")
        self.line(f"n = len({items}) + 1" if compact else f"n = len({items})")
        if self.layout.is_nullable(field):
            self.close()
        self.write_length(self.layout.count_letter(field))
        if field.type == "uuid":
            self.line(f'out += b"".join({items})')
        elif field.type in FIXED:
            self.line(f'out += pack(f">{{len({items})}}{FIXED[field.type]}", *{items})')
        elif field.struct is None:
            self.open(f"for item in {items}:")
            self.write_bytes(field, "item", nullable=False)
            self.close()
        else:
            self.depth += 1
            self.open(f"for o{self.depth} in {items}:")
            self.write_fields(field.struct, f"o{self.depth}")
            self.flush()
            self.close()
            self.depth -= 1

    def write_tags(self, cls: type[Struct], owner: str) -> None:
        fields = self.layout.tagged(cls)
        if not fields:
            self.write("", "x")
            return
        self.flush()
        sent = [f"sent{self.depth}_{field.tag}" for field in fields]
        for name, field in zip(sent, fields, strict=True):
            self.line(f"{name} = {self.is_sent(field, f'{owner}.{field.name}')}")
        self.open(f"if {' or '.join(sent)}:")
        outer = f"out{self.depth}"
        self.line(f"{outer} = out")
        self.line(f"write_uvarint(out, {' + '.join(sent)})")
        for name, field in zip(sent, fields, strict=True):
            self.open(f"if {name}:")
            self.line("out = bytearray()")
            self.write_tagged_field(field, f"{owner}.{field.name}")
            self.flush()
            self.line(f"write_uvarint({outer}, {field.tag})")
            self.line(f"write_uvarint({outer}, len(out))")
            self.line(f"{outer} += out")
            self.close()
        self.line(f"out = {outer}")
        self.close()
        self.open("else:")
        self.line("out.append(0)")
        self.close()

    def write_tagged_field(self, field: Field, value: str) -> None:
        if field.struct is not None and not field.is_array and self.layout.is_nullable(field):
            # Here Kafka writes the marker as a varint: 0 for null, 1 for a struct.
            self.write_nullable_struct(field.struct, value, null=0)
        else:
            self.write_field(field, value)

    def is_sent(self, field: Field, value: str) -> str:
        """An expression of type bool: the value differs from the field's default."""
        nullable = self.layout.is_nullable(field)
        if field.default is None:
            return f"{value} is not None"
        if field.default != ():
            return f"{value} != {field.default!r}"
        if field.is_array:
            return f"({value} is None or bool({value}))" if nullable else f"bool({value})"
        assert field.struct is not None
        inner = [self.is_sent(f, f"{value}.{f.name}") for f in field.struct.FIELDS]
        differs = f"({' or '.join(inner)})"
        if is_none_while_absent(field):
            return f"({value} is not None and {differs})"
        return f"({value} is None or {differs})" if nullable else differs
