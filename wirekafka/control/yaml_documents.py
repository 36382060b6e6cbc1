"""YAML, as far as it says what JSON can say.

PyYAML builds more than that: dates, sets, binary, objects that contain themselves, and lists that
a few lines of aliases make a billion elements long. So a document is measured with its aliases
written out, then turned into JSON, and is from there on what the same document in JSON would be. A
date becomes its ISO text, binary its base64.

Reading YAML takes a thousand times as long as JSON, hence a bound of its own; the port reads it in
a thread.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec

from wirekafka.control.errors import ControlError

MAX_YAML_BYTES = 4 * 1024 * 1024
"""Half a minute of reading. Who has more has it from a program, which can write JSON."""

MAX_VALUES = 1_000_000
"""In a document whose aliases are written out: more than `MAX_YAML_BYTES` say without aliases."""


def as_json(data: bytes) -> bytes:
    """The same document in JSON; an empty one is an empty object. ControlError 400 when it is no
    YAML or nothing that JSON can say, 413 when it is too large."""
    import yaml

    if len(data) > MAX_YAML_BYTES:
        text = f"{len(data)} bytes of YAML are more than {MAX_YAML_BYTES}"
        raise ControlError(413, text, field="body", hint="JSON may be larger")
    try:
        parsed = yaml.safe_load(data)
        if parsed is None:
            return b"{}"
        _values(parsed, {})
        return msgspec.json.encode(parsed)
    except RecursionError:
        raise _no_yaml("nested too deeply, or in itself") from None
    # Of scalars that are not what their tag says, PyYAML lets fly whatever their types raise.
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise _no_yaml(str(error)) from None


def _values(value: Any, known: dict[int, int]) -> int:
    """How many values there are in one, itself included; `known` are those that were counted."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no number of JSON")
    if not isinstance(value, (dict, list, tuple, set)):
        return 1
    count = known.get(id(value))
    if count is None:
        inner = [*value, *value.values()] if isinstance(value, dict) else list(value)
        count = 1 + sum(_values(one, known) for one in inner)
        if count > MAX_VALUES:
            raise ValueError(f"with its aliases it has more than {MAX_VALUES} values")
        known[id(value)] = count
    return count


def _no_yaml(text: str) -> ControlError:
    return ControlError(400, f"not YAML: {text}", field="body")
