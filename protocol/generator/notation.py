"""Reads the notation of `schemas/README.md` into definitions.

Two steps: lines become a tree by their indentation, then every node is read by one pattern. What
does not match is a `NotationError` that names file and line; nothing is guessed.

Invariant: after `parse()` every struct name resolves, names and tags are unique per struct.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from wirekafka_protocol.schema import ALWAYS, NEVER, Default, VersionRange

PRIMITIVES: dict[str, Default] = {
    "bool": False,
    "int8": 0,
    "int16": 0,
    "uint16": 0,
    "int32": 0,
    "uint32": 0,
    "int64": 0,
    "float64": 0.0,
    "string": "",
    "bytes": b"",
    "records": None,
    "uuid": bytes(16),
}
"""The types, with the value that a field of the type has when nothing else is said."""

_RANGE = r"\d+(?:-\d+|\+)?"
_WORD = r"[A-Z][A-Za-z0-9]*"
_API = re.compile(rf"api (?P<key>\d+) (?P<name>{_WORD})")
_VERSIONS = rf"versions (?P<versions>{_RANGE}) flexible (?P<flexible>none|{_RANGE})"
_MESSAGE = re.compile(
    rf"(?:(?P<side>request|response)|(?:message|data) (?P<name>{_WORD})) {_VERSIONS}"
    r"(?: key (?P<key>\d+))?"
)
_STRUCT = re.compile(rf"struct (?P<name>{_WORD})")
_FIELD = re.compile(
    rf"(?P<name>[a-z][a-z0-9_]*): (?P<array>\[)?(?P<type>\w+)(?(array)\])"
    rf"(?P<nullable>\?(?P<nullable_in>{_RANGE})?)?"
    r"(?: += +(?P<default>\"[^\"]*\"|\S+))?"
    rf"(?: +@(?P<versions>{_RANGE}))?"
    rf"(?: +tag (?P<tag>\d+)(?: +@(?P<tagged>{_RANGE}))?)?"
    r"(?P<fixed> +flexible none)?"
)
_COMMENT = re.compile(r"(?:^|\s)#(?=$|\s|#).*$")


class NotationError(Exception):
    """A schema file does not follow the notation."""


@dataclass(slots=True)
class FieldDefinition:
    """One field line; `struct` is the struct's name, or None for a primitive type."""

    name: str
    type: str
    default: Default
    struct: str | None
    is_array: bool
    versions: VersionRange
    nullable: VersionRange
    tag: int | None
    tagged: VersionRange
    always_fixed: bool
    line: int


@dataclass(slots=True)
class StructDefinition:
    name: str
    fields: list[FieldDefinition]


@dataclass(slots=True)
class MessageDefinition:
    """A message and the structs that only it uses, by their names in the file."""

    name: str
    key: int | None
    versions: VersionRange
    flexible: VersionRange
    comment: list[str]
    fields: list[FieldDefinition] = field(default_factory=list)
    structs: dict[str, StructDefinition] = field(default_factory=dict)


@dataclass(slots=True)
class SchemaFile:
    """One file: its head comment, its API if it is one, its messages, the structs they share."""

    name: str
    comment: list[str]
    api_key: int | None = None
    api_name: str | None = None
    messages: list[MessageDefinition] = field(default_factory=list)
    structs: dict[str, StructDefinition] = field(default_factory=dict)


@dataclass(slots=True)
class _Node:
    text: str
    line: int
    comment: list[str]
    children: list[_Node] = field(default_factory=list)


def parse_range(text: str) -> VersionRange:
    """`3`, `3-7`, `3+` or `none`."""
    if text == "none":
        return NEVER
    if text.endswith("+"):
        return VersionRange(int(text[:-1]))
    first, _, last = text.partition("-")
    return VersionRange(int(first), int(last or first))


def parse(name: str, text: str) -> SchemaFile:
    """The definitions in the text of the file `name`.schema; raises NotationError."""
    comment, nodes = _tree(name, text)
    schema = SchemaFile(name, comment)
    for node in nodes:
        if match := _API.fullmatch(node.text):
            schema.api_key, schema.api_name = int(match["key"]), match["name"]
        elif match := _STRUCT.fullmatch(node.text):
            _add_struct(schema, schema.structs, match["name"], node)
        elif match := _MESSAGE.fullmatch(node.text):
            schema.messages.append(_message(schema, match, node))
        else:
            raise _error(schema, node, "neither api, request, response, message, data nor struct")
    _check(schema)
    return schema


def _tree(name: str, text: str) -> tuple[list[str], list[_Node]]:
    """The comment at the top and the lines as a tree; a comment above a line belongs to it."""
    root = _Node("", 0, [])
    path = [root]
    head: list[str] | None = None
    comment: list[str] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        bare = _COMMENT.sub("", raw).rstrip()
        if not bare:
            if not raw.strip() and head is None and comment:
                head, comment = comment, []
            elif raw.strip():
                comment.append(raw.strip().removeprefix("#").strip())
            continue
        if head is None:
            head, comment = comment, []
        words = bare.lstrip(" ")
        depth, odd = divmod(len(bare) - len(words), 2)
        if odd or words[0].isspace() or depth >= len(path):
            raise NotationError(f"{name}.schema:{number}: indentation of {words!r}")
        node = _Node(words, number, comment)
        comment = []
        del path[depth + 1 :]
        path[-1].children.append(node)
        path.append(node)
    return head or [], root.children


def _message(schema: SchemaFile, match: re.Match[str], node: _Node) -> MessageDefinition:
    key = int(match["key"]) if match["key"] else None
    name = match["name"]
    if match["side"]:
        if schema.api_name is None:
            raise _error(schema, node, "stands before the line of its api")
        name, key = schema.api_name + match["side"].capitalize(), schema.api_key
    versions, flexible = parse_range(match["versions"]), parse_range(match["flexible"])
    message = MessageDefinition(name, key, versions, flexible, node.comment)
    message.fields = _fields(schema, message.structs, node.children)
    return message


def _fields(
    schema: SchemaFile, structs: dict[str, StructDefinition], nodes: list[_Node]
) -> list[FieldDefinition]:
    fields: list[FieldDefinition] = []
    for node in nodes:
        if match := _STRUCT.fullmatch(node.text):
            _add_struct(schema, structs, match["name"], node)
        elif match := _FIELD.fullmatch(node.text):
            fields.append(_field(schema, structs, match, node))
        else:
            raise _error(schema, node, "not a field")
    seen: set[str] = set()
    for definition in fields:
        if definition.name in seen:
            place = f"{schema.name}.schema:{definition.line}"
            raise NotationError(f"{place}: {definition.name} is there twice")
        seen.add(definition.name)
    tags = sorted(f.tag for f in fields if f.tag is not None)
    if tags != list(range(len(tags))):
        raise NotationError(f"{schema.name}.schema:{fields[0].line}: the tags here are {tags}")
    return fields


def _field(
    schema: SchemaFile,
    structs: dict[str, StructDefinition],
    match: re.Match[str],
    node: _Node,
) -> FieldDefinition:
    type_name, is_array = match["type"], bool(match["array"])
    struct = None if type_name in PRIMITIVES else type_name
    if struct is not None and not re.fullmatch(_WORD, struct):
        raise _error(schema, node, f"{struct} is not a type")
    if node.children:
        if struct is None:
            raise _error(schema, node, f"{type_name} has no fields")
        _add_struct(schema, structs, struct, node)
    versions = parse_range(match["versions"]) if match["versions"] else ALWAYS
    nullable = NEVER
    if match["nullable"]:
        nullable = parse_range(match["nullable_in"]) if match["nullable_in"] else ALWAYS
    tag = int(match["tag"]) if match["tag"] else None
    tagged = NEVER if tag is None else versions
    if match["tagged"]:
        tagged = parse_range(match["tagged"])
    default: Default = () if is_array or struct else PRIMITIVES[type_name]
    if match["default"]:
        default = _default(schema, node, match["default"], default, nullable)
    return FieldDefinition(
        name=match["name"],
        type="struct" if struct else type_name,
        default=default,
        struct=struct,
        is_array=is_array,
        versions=versions,
        nullable=nullable,
        tag=tag,
        tagged=tagged,
        always_fixed=bool(match["fixed"]),
        line=node.line,
    )


def _default(
    schema: SchemaFile, node: _Node, text: str, usual: Default, nullable: VersionRange
) -> Default:
    if text == "null":
        if nullable == NEVER:
            raise _error(schema, node, "null is the default of a field that is not nullable")
        return None
    literal = {"true": "True", "false": "False"}.get(text, text)
    try:
        value = ast.literal_eval(literal)
    except (ValueError, SyntaxError):
        raise _error(schema, node, f"{text} is not a value") from None
    if isinstance(usual, float):
        value = float(value)
    if usual is not None and type(value) is not type(usual):
        raise _error(schema, node, f"{text} is not a value of the type")
    default: Default = value
    return default


def _add_struct(
    schema: SchemaFile, structs: dict[str, StructDefinition], name: str, node: _Node
) -> None:
    """Read the fields below the node; structs inside of them stand before it in `structs`."""
    fields = _fields(schema, structs, node.children)
    if name in structs or name in PRIMITIVES:
        raise _error(schema, node, f"struct {name} is there twice")
    structs[name] = StructDefinition(name, fields)


def _check(schema: SchemaFile) -> None:
    if schema.api_key is not None and [m.name for m in schema.messages] != [
        f"{schema.api_name}Request",
        f"{schema.api_name}Response",
    ]:
        raise NotationError(f"{schema.name}.schema: an api has one request, then one response")
    for message in schema.messages:
        scope = schema.structs | message.structs
        for fields in (message.fields, *(struct.fields for struct in scope.values())):
            for definition in fields:
                if definition.struct is not None and definition.struct not in scope:
                    place = f"{schema.name}.schema:{definition.line}"
                    raise NotationError(f"{place}: struct {definition.struct} is not defined")


def _error(schema: SchemaFile, node: _Node, reason: str) -> NotationError:
    return NotationError(f"{schema.name}.schema:{node.line}: {node.text!r}: {reason}")
