"""Writes one Python module of message classes per schema file, formatted as ruff would.

A struct's class is named as in Kafka; where several messages of a file have a struct of the same
name, each class carries its message's name in front. A class stands below the classes it uses.
"""

from __future__ import annotations

import builtins
import re
from collections import Counter
from textwrap import wrap

from wirekafka_protocol.schema import ALWAYS, LATEST, NEVER, VersionRange

from generator.notation import (
    FieldDefinition,
    MessageDefinition,
    SchemaFile,
    StructDefinition,
)

_WIDTH = 100
_BUILTINS = frozenset(dir(builtins))
_PYTHON_TYPES = {
    "bool": "bool",
    "float64": "float",
    "string": "str",
    "bytes": "bytes",
    "records": "Records",
    "uuid": "bytes",
}


def render(schema: SchemaFile) -> str:
    """The text of the module for one schema file."""
    names = _class_names(schema)
    classes: list[str] = []
    done: set[str] = set()
    for message in schema.messages:
        scope = schema.structs | message.structs

        def emit(struct: StructDefinition, message: MessageDefinition = message) -> None:
            class_name = names[message.name, struct.name]
            if class_name in done:
                return
            done.add(class_name)
            for definition in struct.fields:
                if definition.struct is not None:
                    emit(scope[definition.struct])  # noqa: B023 - called within the loop only
            classes.append(_render_struct(class_name, struct, message.name, names))

        for definition in message.fields:
            if definition.struct is not None:
                emit(scope[definition.struct])
        classes.append(_render_message(message, names))
    body = "\n\n".join(classes)
    return f"{_docstring(schema)}\n{_imports(body)}\n\n{body}"


def _class_names(schema: SchemaFile) -> dict[tuple[str, str], str]:
    """The class of each struct, by the names of message and struct."""
    count = Counter(name for message in schema.messages for name in message.structs)
    count.update(schema.structs.keys())
    names: dict[tuple[str, str], str] = {}
    for message in schema.messages:
        for name in schema.structs:
            names[message.name, name] = name
        for name in message.structs:
            names[message.name, name] = name if count[name] == 1 else message.name + name
    return names


def _docstring(schema: SchemaFile) -> str:
    if schema.api_key is not None:
        what = f"The messages of {schema.api_name}, API key {schema.api_key}."
    else:
        what = f"{', '.join(message.name for message in schema.messages)}."
    lines = ['"""' + (what if len(what) < 90 else f"The messages of schemas/{schema.name}.schema.")]
    if schema.comment:
        lines += ["", *wrap(" ".join(schema.comment), _WIDTH - 1)]
    lines += [
        "",
        f"Generated from schemas/{schema.name}.schema by bin/generate: do not edit.",
        '"""',
    ]
    return "\n".join(lines) + "\n"


def _imports(body: str) -> str:
    names = ["ALWAYS", "EMPTY", "Field", "Message", "Records", "Struct", "VersionRange"]
    code = re.sub(r'"""(?s:.*?)"""|"[^"]*"', "", body)
    used = [name for name in names if re.search(rf"\b{name}\b", code)]
    lines = ["from __future__ import annotations", ""]
    lines.append(f"from wirekafka_protocol.schema import {', '.join(used)}")
    if "ZERO_UUID" in body:
        lines.append("from wirekafka_protocol.uuids import ZERO_UUID")
    return "\n".join(lines) + "\n"


def _render_message(message: MessageDefinition, names: dict[tuple[str, str], str]) -> str:
    versions = f"Versions {message.versions}"
    if message.flexible == NEVER:
        flexible = "none of them flexible"
    elif message.flexible.first <= message.versions.first:
        flexible = "all flexible"
    else:
        flexible = f"flexible from {message.flexible.first}"
    facts = []
    if message.key is not None:
        facts.append(f"    KEY = {message.key}")
    facts.append(f"    VERSIONS = {_version_range(message.versions)}")
    if message.flexible != NEVER:
        facts.append(f"    FLEXIBLE = {_version_range(message.flexible)}")
    doc = f"{versions}, {flexible}."
    if message.comment:
        doc += (
            "\n\n"
            + "\n".join(f"    {line}" for line in wrap(" ".join(message.comment), _WIDTH - 5))
            + "\n    "
        )
    return _render_class(message.name, "Message", doc, message.fields, facts, message.name, names)


def _render_struct(
    class_name: str, struct: StructDefinition, message: str, names: dict[tuple[str, str], str]
) -> str:
    return _render_class(class_name, "Struct", "", struct.fields, [], message, names)


def _render_class(
    class_name: str,
    base: str,
    doc: str,
    fields: list[FieldDefinition],
    facts: list[str],
    message: str,
    names: dict[tuple[str, str], str],
) -> str:
    lines = [f"class {class_name}({base}):"]
    if doc:
        lines += [f'    """{doc}"""', ""]
    lines += [
        _sequence(
            "    __slots__ = (", [f'"{name}"' for name in sorted(f.name for f in fields)], ")"
        ),
        "",
    ]
    lines += facts
    facts_of_fields = [
        _render_fact(f, names[message, f.struct] if f.struct else None) for f in fields
    ]
    if fields:
        lines += ["    FIELDS = (", *(f"{fact}," for fact in facts_of_fields), "    )"]
    if facts or fields:
        lines.append("")
    constants, init = _render_init(fields, message, names)
    before = "".join(f"{constant}\n\n\n" for constant in constants)
    return before + "\n".join([*lines, *init]) + "\n"


def _render_fact(definition: FieldDefinition, class_name: str | None) -> str:
    arguments = [f'"{definition.name}"', f'"{definition.type}"']
    arguments.append(
        "ZERO_UUID"
        if definition.default == bytes(16)
        else repr(definition.default).replace("'", '"')
    )
    if class_name is not None:
        arguments.append(f"struct={class_name}")
    if definition.is_array:
        arguments.append("is_array=True")
    for name, versions, usual in (
        ("versions", definition.versions, ALWAYS),
        ("nullable", definition.nullable, NEVER),
    ):
        if versions != usual:
            arguments.append(f"{name}={_version_range(versions)}")
    if definition.tag is not None:
        arguments.append(f"tag={definition.tag}")
        arguments.append(f"tagged={_version_range(definition.tagged)}")
    if definition.always_fixed:
        arguments.append("always_fixed=True")
    return _sequence("        Field(", arguments, ")", room_after=1)


def _render_init(
    fields: list[FieldDefinition], message: str, names: dict[tuple[str, str], str]
) -> tuple[list[str], list[str]]:
    """The constants that stand before the class, and the lines of its `__init__`."""
    if not fields:
        return [], ["    def __init__(self) -> None:", "        pass"]
    parameters, body, constants = ["self"], [], []
    for definition in fields:
        class_name = names[message, definition.struct] if definition.struct else ""
        kind = class_name or _PYTHON_TYPES.get(definition.type, "int")
        if definition.is_array:
            kind = f"list[{kind}]"
        name, value, annotation = definition.name, definition.name, ""
        optional = definition.nullable != NEVER or is_absent_as_none(definition)
        attribute = f"{kind} | None" if optional else kind
        parameter, default = attribute, _python_default(definition)
        if definition.is_array and definition.default == ():
            default, annotation = "EMPTY", f": {attribute}"
            value = f"[] if {name} is EMPTY else {name}"
        elif class_name and definition.default == () and not is_absent_as_none(definition):
            default, parameter = "None", f"{kind} | None"
            value = f"{class_name}() if {name} is None else {name}"
            if optional:
                constant = f"_ABSENT_{name.upper()}"
                constants.append(f"{constant} = {class_name}()")
                default = constant
                value = (
                    f"{class_name}()\n            if {name} is {constant}\n            else {name}"
                )
        parameters.append(f"{name}: {parameter} = {default}")
        body.append(_assignment(name, annotation, value))
    signature = _sequence("    def __init__(", parameters, ") -> None:")
    for name in _BUILTINS & {definition.name for definition in fields}:
        signature = re.sub(
            rf"^(.*\b{name}: .*)$", r"\1  # noqa: A002", signature, count=1, flags=re.MULTILINE
        )
    return constants, [signature, *body]


def is_absent_as_none(definition: FieldDefinition) -> bool:
    """A tagged struct that cannot be null: None says that it is not sent."""
    return (
        definition.struct is not None
        and not definition.is_array
        and definition.tag is not None
        and definition.nullable == NEVER
    )


def _python_default(definition: FieldDefinition) -> str:
    if definition.default == bytes(16):
        return "ZERO_UUID"
    if definition.default == ():
        return "None"
    return repr(definition.default).replace("'", '"')


def _assignment(name: str, annotation: str, value: str) -> str:
    line = f"        self.{name}{annotation} = {value}"
    if len(line) <= _WIDTH and "\n" not in line:
        return line
    return f"        self.{name}{annotation} = (\n            {value}\n        )"


def _version_range(versions: VersionRange) -> str:
    if versions == ALWAYS:
        return "ALWAYS"
    if versions.last == LATEST:
        return f"VersionRange({versions.first})"
    return f"VersionRange({versions.first}, {versions.last})"


def _sequence(before: str, items: list[str], after: str, *, room_after: int = 0) -> str:
    """`before` + items + `after` on one line if it fits, else one item per line."""
    comma = "," if before.endswith("= (") and len(items) == 1 else ""
    line = f"{before}{', '.join(items)}{comma}{after}"
    if len(line) + room_after <= _WIDTH:
        return line
    indent = " " * (len(before) - len(before.lstrip()))
    inner = indent + "    "
    joined = inner + ", ".join(items)
    if not before.endswith("= (") and len(joined) <= _WIDTH:
        return f"{before}\n{joined}\n{indent}{after}"
    return "\n".join([before, *(f"{inner}{item}," for item in items), f"{indent}{after}"])
