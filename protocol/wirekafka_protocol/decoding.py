"""Writes the source of a function that decodes one version of one message.

Strategy: the whole message becomes one flat function with a loop per array and no call per field.
Neighbouring fields of fixed size are read by one `unpack_from`, together with the length byte or
count that follows them. Objects are made without `__init__`, every slot is set exactly once.

Bounds: a position only ever grows, and a count is checked against the bytes left before anything is
made for it. So reading behind `end` (into the next frame of a shared buffer) is harmless: it is
found by the one check at the end, and reading behind the buffer raises IndexError or struct.error.

Invariant: a malformed message raises ProtocolError, and nothing else.
"""

from __future__ import annotations

import struct
from typing import Any

from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.layout import FIXED, SIZES, Layout, is_none_while_absent
from wirekafka_protocol.schema import Field, Message, Struct
from wirekafka_protocol.varints import read_uvarint, read_uvarint_rest

_TEXT = '"utf-8", "replace"'  # Java replaces what is not UTF-8 (KIP-482 says nothing about it)


def decoder_source(message: type[Message], version: int) -> tuple[str, dict[str, Any]]:
    """The source of `decode(buf, pos, end)` and the names that it uses."""
    writer = _Decoder(Layout(message, version))
    writer.write_message()
    return "\n".join(writer.lines) + "\n", writer.names


class _Decoder:
    """The lines so far, and the fixed fields that wait to be read together."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.lines: list[str] = []
        self.names: dict[str, Any] = {
            "ProtocolError": ProtocolError,
            "StructError": struct.error,
            "new": object.__new__,
            "read_uvarint": read_uvarint,
            "rest": read_uvarint_rest,
            "unpack_from": struct.unpack_from,
        }
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

    def read(self, target: str, letter: str) -> None:
        """Read a fixed value into `target`, at the latest when `flush` is called."""
        self.waiting.append((target, letter))

    def flush(self) -> None:
        if not self.waiting:
            return
        targets = [target for target, _ in self.waiting]
        letters = [letter for _, letter in self.waiting]
        self.waiting = []
        if letters == ["B"]:
            self.line(f"{targets[0]} = buf[pos]")
        else:
            name = f"read_{''.join(letters).replace('?', 'z')}"
            self.names[name] = struct.Struct(">" + "".join(letters)).unpack_from
            comma = "," if len(targets) == 1 else ""
            self.line(f"{', '.join(targets)}{comma} = {name}(buf, pos)")
        self.line(f"pos += {sum(SIZES[letter] for letter in letters)}")

    def write_message(self) -> None:
        layout = self.layout
        self.open("def decode(buf, pos, end):")
        self.open("try:")
        start = len(self.lines)
        self.new_struct(layout.message, "o0")
        self.write_fields(layout.message, "o0")
        self.flush()
        if any("view[" in line for line in self.lines):
            view = "view = buf if type(buf) is memoryview else memoryview(buf)"
            self.lines.insert(start, "    " * self.indent + view)
        self.close()
        self.open("except (IndexError, StructError):")
        self.line(f'raise ProtocolError(f"{layout} ends inside a field") from None')
        self.close()
        self.open("if pos > end:")
        self.line(f'raise ProtocolError(f"{layout} ends {{pos - end}} bytes inside a field")')
        self.close()
        self.line("return o0, pos")

    def new_struct(self, cls: type[Struct], target: str) -> None:
        self.names[cls.__name__] = cls
        self.line(f"{target} = new({cls.__name__})")

    def write_fields(self, cls: type[Struct], owner: str) -> None:
        for field in self.layout.absent(cls):
            self.line(f"{owner}.{field.name} = {self.default(field)}")
        for field in self.layout.untagged(cls):
            self.write_field(field, f"{owner}.{field.name}", f"{cls.__name__}.{field.name}")
        if self.layout.flexible:
            self.write_tags(cls, owner)

    def default(self, field: Field) -> str:
        if field.default != ():
            return repr(field.default)
        if field.is_array:
            return "[]"
        if field.struct is None or is_none_while_absent(field):
            return "None"
        self.names[field.struct.__name__] = field.struct
        return f"{field.struct.__name__}()"

    def write_field(self, field: Field, target: str, name: str) -> None:
        if field.is_array:
            self.write_array(field, target, name)
        elif field.type in FIXED:
            self.read(target, FIXED[field.type])
        elif field.struct is None:
            self.write_bytes(field, target, name, nullable=self.layout.is_nullable(field))
        elif self.layout.is_nullable(field):
            self.read("n", "b")
            self.write_nullable_struct(field, field.struct, target, "n < 0")
        else:
            self.write_struct(field.struct, target)

    def write_struct(self, cls: type[Struct], target: str) -> None:
        # A name of its own: what waits to be read may name the struct long after this.
        self.depth += 1
        self.structs += 1
        owner = f"s{self.structs}"
        self.new_struct(cls, f"{target} = {owner}")
        self.write_fields(cls, owner)
        self.depth -= 1

    def write_nullable_struct(
        self, field: Field, cls: type[Struct], target: str, is_null: str
    ) -> None:
        self.flush()
        self.open(f"if {is_null}:")
        self.line(f"{target} = None")
        self.close()
        self.open("else:")
        self.write_struct(cls, target)
        self.flush()
        self.close()

    def read_count(self, field: Field) -> None:
        """Read an array's count into n: of the compact form n is one more, and 0 is null."""
        self.read("n", self.layout.count_letter(field))
        self.flush()
        if self.layout.is_compact(field):
            self.open("if n > 127:")
            self.line("n, pos = rest(buf, pos, n)")
            self.close()

    def read_length(self, field: Field, name: str) -> None:
        """Read the length of a string or bytes into n, in the same way."""
        self.read("n", self.layout.length_letter(field))
        self.flush()
        if not self.layout.is_compact(field):
            return
        self.open("if n > 127:")
        if field.type == "string":
            self.line("n, pos = rest(buf, pos, n)")
            # A fixed length could not be larger, and Kafka holds the compact one to the same.
            self.open("if n > 32768:")
            self.line(f'raise ProtocolError(f"{self.layout}: {name} has {{n - 1}} bytes")')
            self.close()
        else:
            # Two bytes are the usual case of a small record batch.
            self.line("high = buf[pos]")
            self.open("if high < 128:")
            self.line("n += (high << 7) - 128")
            self.line("pos += 1")
            self.close()
            self.open("else:")
            self.line("n, pos = rest(buf, pos, n)")
            self.close()
        self.close()

    def null(self, target: str, name: str, *, nullable: bool) -> None:
        if nullable:
            self.line(f"{target} = None")
        else:
            self.line(f'raise ProtocolError("{self.layout}: {name} is null")')

    def write_bytes(self, field: Field, target: str, name: str, *, nullable: bool) -> None:
        self.read_length(field, name)
        compact = self.layout.is_compact(field)
        self.open("if n:" if compact else "if n >= 0:")
        self.line("stop = pos + n - 1" if compact else "stop = pos + n")
        value = {
            "string": f"str(buf[pos:stop], {_TEXT})",
            "bytes": "bytes(buf[pos:stop])",
            "records": "view[pos:stop]",
        }[field.type]
        self.line(f"{target} = {value}")
        self.line("pos = stop")
        self.close()
        self.open("else:")
        self.null(target, name, nullable=nullable)
        self.close()

    def write_array(self, field: Field, target: str, name: str) -> None:
        layout = self.layout
        self.read_count(field)
        compact = layout.is_compact(field)
        self.open("if n:" if compact else "if n >= 0:")
        if compact:
            self.line("n -= 1")
        size = layout.least_size(field)
        self.open(f"if n * {size} > end - pos:" if size > 1 else "if n > end - pos:")
        self.line(
            f'raise ProtocolError(f"{layout}: {{n}} {name} in {{end - pos}} bytes")',
        )
        self.close()
        if field.struct is not None:
            self.write_struct_elements(field.struct, target)
        elif field.type == "uuid":
            self.line("stop = pos + 16 * n")
            self.line(f"{target} = [bytes(buf[i : i + 16]) for i in range(pos, stop, 16)]")
            self.line("pos = stop")
        elif field.type in FIXED:
            self.line(f'{target} = list(unpack_from(f">{{n}}{FIXED[field.type]}", buf, pos))')
            self.line(f"pos += n * {size}" if size > 1 else "pos += n")
        else:
            self.line(f"{target} = items = []")
            self.open("for _ in range(n):")
            self.write_bytes(field, "item", name, nullable=False)
            self.line("items.append(item)")
            self.close()
        self.close()
        self.open("else:")
        self.null(target, name, nullable=layout.is_nullable(field))
        self.close()

    def write_struct_elements(self, cls: type[Struct], target: str) -> None:
        self.depth += 1
        items, owner, left = f"items{self.depth}", f"o{self.depth}", f"left{self.depth}"
        self.line(f"{target} = {items} = []")
        # Most arrays have one element, and for one this costs less than a range.
        self.line(f"{left} = n")
        self.open(f"while {left}:")
        self.line(f"{left} -= 1")
        self.new_struct(cls, owner)
        self.line(f"{items}.append({owner})")
        self.write_fields(cls, owner)
        self.flush()
        self.close()
        self.depth -= 1

    def write_tags(self, cls: type[Struct], owner: str) -> None:
        fields = self.layout.tagged(cls)
        for field in fields:
            self.line(f"{owner}.{field.name} = {self.default(field)}")
        self.read("n", "B")
        self.flush()
        self.open("if n:")
        self.open("if n > 127:")
        self.line("n, pos = rest(buf, pos, n)")
        self.close()
        self.open("if n > end - pos:")
        self.line(f'raise ProtocolError(f"{self.layout}: {{n}} tags in {{end - pos}} bytes")')
        self.close()
        self.open("for _ in range(n):")
        stop = f"stop{self.depth}"
        self.line("tag, pos = read_uvarint(buf, pos)")
        self.line("n, pos = read_uvarint(buf, pos)")
        self.line(f"{stop} = pos + n")
        for index, field in enumerate(fields):
            self.open(f"{'elif' if index else 'if'} tag == {field.tag}:")
            self.write_tagged_field(field, f"{owner}.{field.name}", f"{cls.__name__}.{field.name}")
            self.flush()
            self.open(f"if pos != {stop}:")
            self.line(f'raise ProtocolError("{self.layout}: size of {field.name}")')
            self.close()
            self.close()
        if fields:
            self.open("else:")
        self.line(f"pos = {stop}")
        if fields:
            self.close()
        self.close()
        self.close()

    def write_tagged_field(self, field: Field, target: str, name: str) -> None:
        if field.struct is not None and not field.is_array and self.layout.is_nullable(field):
            # Here Kafka writes the marker as a varint: 0 for null, 1 for a struct.
            self.read("n", "B")
            self.write_nullable_struct(field, field.struct, target, "n == 0")
        else:
            self.write_field(field, target, name)
