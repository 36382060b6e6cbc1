"""What a request brings, checked against the route's type: JSON, YAML or a query string.

JSON is read whatever the content type says, so that `curl -d` needs no header; YAML only where it
says so. No body at all is an empty object. Every complaint names the field.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from wirekafka.control.errors import ControlError, of_validation
from wirekafka.control.json_pieces import PIECE_BYTES, read_in_turns
from wirekafka.control.routes import Body
from wirekafka.control.yaml_documents import as_json

B = TypeVar("B", bound=Body)


def read_body(kind: type[B], data: bytes | bytearray, content_type: str) -> B:
    """ControlError 400 naming the field when it is not one of `kind`."""
    with _complaints(kind):
        if is_yaml(content_type):
            data = as_json(bytes(data))
        return msgspec.json.decode(data or b"{}", type=kind)


async def read_long_json(kind: type[B], data: bytes | bytearray) -> B:
    """As `read_body`; of what is long, in turns."""
    if len(data) <= PIECE_BYTES:
        return read_body(kind, data, "application/json")
    with _complaints(kind):
        return await read_in_turns(kind, data)


@contextlib.contextmanager
def _complaints(kind: type[Body]) -> Iterator[None]:
    try:
        yield
    except msgspec.ValidationError as error:
        raise of_validation(str(error), field_names(kind)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        hint = "for YAML send the header content-type: application/yaml"
        raise ControlError(400, f"not JSON: {error}", field="body", hint=hint) from None
    except RecursionError:
        raise ControlError(400, "nested too deeply", field="body") from None


def is_yaml(content_type: str) -> bool:
    """Whether a body of this type is YAML."""
    return "yaml" in content_type.lower()


def refuse_body(data: bytes | bytearray) -> None:
    """ControlError 400 when a body says something where nothing is read from it: who asks to
    remove one thing with a body must not remove all."""
    if data.strip() not in (b"", b"{}", b"null"):
        raise ControlError(400, "a body has no meaning here", field="body")


def refuse_query(items: Sequence[tuple[str, str]], hint: str | None = None) -> None:
    """ControlError 400 when there is a query where nothing is read from it; as `refuse_body`."""
    for name, _ in items:
        raise ControlError(400, f"unknown parameter {name!r}", field=name, hint=hint)


def read_query(kind: type[B], items: Sequence[tuple[str, str]]) -> B:
    """From the pairs of a query string; a field that is a list takes all of its name."""
    lists = {field.name for field in msgspec.structs.fields(kind) if _is_list(field.type)}
    values: dict[str, Any] = {}
    for name, value in items:
        if name in lists:
            values.setdefault(name, []).append(value)
        elif name in values:
            raise ControlError(400, f"{name} is given twice", field=name)
        else:
            values[name] = value
    return convert(kind, values, strict=False)


def convert(kind: type[B], value: Any, *, strict: bool = True) -> B:
    """A parsed document as one of `kind`. ControlError 400 naming the field."""
    try:
        return msgspec.convert(value, type=kind, strict=strict)
    except msgspec.ValidationError as error:
        raise of_validation(str(error), field_names(kind)) from None


def field_names(kind: Any) -> set[str]:
    """The names of the fields of a type and of all the types in it."""
    names: set[str] = set()
    seen: set[Any] = set()
    todo = [kind]
    while todo:
        current = todo.pop()
        if current in seen:
            continue
        seen.add(current)
        todo += _arguments(current)
        if isinstance(current, type) and issubclass(current, msgspec.Struct):
            for field in msgspec.structs.fields(current):
                names.add(field.encode_name)
                todo.append(field.type)
    return names


def _arguments(kind: Any) -> Iterable[Any]:
    return [found for found in get_args(kind) if not isinstance(found, (str, int))]


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list or any(get_origin(part) is list for part in get_args(kind))
