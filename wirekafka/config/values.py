"""Values of configs: from text to typed value, checked, and back to the text that Kafka shows.

Parsing, checking and messages are those of Kafka's `ConfigDef` (4.3.1), because clients and tools
show the messages to people. Three steps, all pure:

    parse("segment.bytes", INT, " 5 ")  ->  5          ConfigError "Not a number of type INT"
    check("segment.bytes", "[14,...]", 5)               ConfigError "Value must be at least 14"
    show(INT, 5)  ->  "5"

A checker is made from Kafka's own text of valid values on first use and cached.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache

from wirekafka.config.property import ConfigError, ConfigType, Property

Value = bool | int | float | str | list[str] | None
"""What a config holds once it is parsed; None where nothing is set and nothing is the default."""

_BITS = {ConfigType.SHORT: 15, ConfigType.INT: 31, ConfigType.LONG: 63}

# Java's parsers take digits with one sign: no "1_000" and no "0x10", as int() would. Those of whole
# numbers know the digits of all scripts of the basic plane, that of doubles ASCII's only.
# The patterns are text here and compiled (and cached by re) when first needed: the start needs few.
_INTEGER = r"[+-]?(?:(?![\U00010000-\U0010ffff])\d)+"
_DOUBLE = r"[+-]?(NaN|Infinity|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[fFdD]?)"
_RANGE = r"\[(-?[0-9]+),\.\.\.(?:,(-?[0-9]+))?\]( or (-?[0-9]+))?"
_COMMA = r"[ \t-\r]*,[ \t-\r]*"
_CHOICE = r"(\(case insensitive\) )?\[([A-Za-z0-9_, ]+)\]"
_THROTTLED_REPLICAS = "[partitionId]:[brokerId],[partitionId]:[brokerId],..."
_DURATION = r"P(?=[0-9T])([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]{0,9})?S)?)?"

_TRIMMED = "".join(map(chr, range(0x21)))
"""What String.trim takes away."""

_Checker = Callable[[str, Value], None]


def value_of(prop: Property, text: str | None) -> Value:
    """Parse and check `text` as a value of `prop`; raises ConfigError."""
    value = parse(prop.name, prop.type, text)
    check(prop.name, prop.valid, value)
    return value


def parse(name: str, config_type: ConfigType, text: str | None) -> Value:
    """The typed value of `text`; None stays None. Raises ConfigError."""
    if text is None:
        return None
    given, text = text, text.strip(_TRIMMED)
    match config_type:
        case ConfigType.BOOLEAN:
            if text.lower() not in ("true", "false"):
                raise _invalid(name, given, "Expected value to be either true or false")
            return text.lower() == "true"
        case ConfigType.INT | ConfigType.LONG | ConfigType.SHORT:
            return _parse_integer(name, config_type, given)
        case ConfigType.DOUBLE:
            if not re.fullmatch(_DOUBLE, text):
                raise _invalid(name, given, "Not a number of type DOUBLE")
            return float(text if text.endswith(("Infinity", "NaN")) else text.rstrip("fFdD"))
        case ConfigType.LIST:
            return re.split(_COMMA, text) if text else []
        case _:
            return text


def check(name: str, valid: str | None, value: Value) -> None:
    """Raise ConfigError unless `value` is one of those that `valid`, Kafka's text, describes."""
    if valid and value is not None:
        _checker(valid)(name, value)


def show(config_type: ConfigType, value: Value) -> str | None:
    """The text by which Kafka shows a value; None for no value and for every password."""
    if value is None or config_type is ConfigType.PASSWORD:
        return None
    return _java_text(value)


def _parse_integer(name: str, config_type: ConfigType, given: str) -> int:
    limit, text = 1 << _BITS[config_type], given.strip(_TRIMMED)
    # The length is looked at first: int() of a megabyte of digits takes seconds.
    if re.fullmatch(_INTEGER, text) and len(text) < 40 and -limit <= int(text) < limit:
        return int(text)
    raise _invalid(name, given, f"Not a number of type {config_type.name}")


def _java_text(value: bool | int | float | str | list[str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _java_double(value)
    if isinstance(value, list):
        return ",".join(value)
    return str(value)


def _java_double(value: float) -> str:
    """Double.toString: plain from 1e-3 to 1e7, otherwise 1.0E10; always a digit after the dot."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = repr(value)
        return format(value, "f").rstrip("0") if "e" in text else text
    digits, exponent = _scientific(value)
    return f"{digits}E{exponent}"


def _scientific(value: float) -> tuple[str, int]:
    for precision in range(1, 18):
        text = format(value, f".{precision}e")
        if float(text) == value:
            break
    digits, _, exponent = text.partition("e")
    return digits, int(exponent)


@cache
def _checker(valid: str) -> _Checker:
    """The checker that Kafka's text of valid values stands for; the table's texts are all known."""
    if found := re.fullmatch(_RANGE, valid):
        low, high, _, other = found.groups()
        if other is not None:
            return _range_or(int(low), int(high), int(other))
        return _range(int(low), None if high is None else int(high))
    if valid == _THROTTLED_REPLICAS:
        return _check_throttled_replicas
    if valid == "[latest, earliest, by_duration:PnDTnHnMn.nS]":
        return _check_offset_reset
    if valid == "non-empty string":
        return _check_not_empty
    if valid in ("non-null string", "non-empty list"):
        # Kafka's quorum lists carry a validator of this name and an empty list as default: it
        # guards against null only.
        return _check_nothing
    if found := re.fullmatch(_CHOICE, valid):
        return _choice(tuple(found[2].split(", ")), case_matters=found[1] is None)
    raise AssertionError(f"valid values {valid!r} are not understood")


def _range(low: int, high: int | None) -> _Checker:
    def check_range(name: str, value: Value) -> None:
        assert isinstance(value, int | float)
        if value < low:
            raise _invalid(name, value, f"Value must be at least {low}")
        if high is not None and value > high:
            raise _invalid(name, value, f"Value must be no more than {high}")

    return check_range


def _range_or(low: int, high: int, other: int) -> _Checker:
    def check_range(name: str, value: Value) -> None:
        assert isinstance(value, int)
        if not low <= value <= high and value != other:
            message = f"Value must be between {low} and {high} or equal to {other}"
            raise _invalid(name, value, message)

    return check_range


def _choice(choices: tuple[str, ...], *, case_matters: bool) -> _Checker:
    allowed = choices if case_matters else tuple(choice.upper() for choice in choices)
    note = "" if case_matters else " (case insensitive)"

    def check_choice(name: str, value: Value) -> None:
        for item in value if isinstance(value, list) else [value]:
            assert isinstance(item, str)
            if not item and isinstance(value, list):
                raise ConfigError(f"Configuration '{name}' values must not be empty.")
            if (item if case_matters else item.upper()) not in allowed:
                raise _invalid(name, item, f"String must be one of{note}: {', '.join(allowed)}")

    return check_choice


def _check_throttled_replicas(name: str, value: Value) -> None:
    assert isinstance(value, list)
    if value == ["*"] or all(re.fullmatch(r"([0-9]+:[0-9]+)?", i) for i in value):
        return
    message = f"{name} must be the literal '*' or a list of replicas in the following format: "
    raise _invalid(name, f"[{', '.join(value)}]", message + _THROTTLED_REPLICAS)


def _check_offset_reset(name: str, value: Value) -> None:
    assert isinstance(value, str)
    strategy, _, duration = value.partition(":")
    if value in ("earliest", "latest"):
        return
    if strategy == "by_duration" and re.fullmatch(_DURATION, duration):
        return
    message = (
        f"Invalid value `{value}` for configuration {name}. The value must be either 'earliest', "
        "'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'."
    )
    raise _invalid(name, value, message)


def _check_not_empty(name: str, value: Value) -> None:
    if value == "":
        raise _invalid(name, value, "String must be non-empty")


def _check_nothing(name: str, value: Value) -> None:
    del name, value


def _invalid(name: str, value: Value, reason: str) -> ConfigError:
    text = "" if value is None else _java_text(value)
    return ConfigError(f"Invalid value {text} for configuration {name}: {reason}")
