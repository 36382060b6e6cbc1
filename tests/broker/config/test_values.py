"""Parsing, checking and showing values as Kafka's ConfigDef does; messages are recorded."""

from __future__ import annotations

import pytest

from wirekafka.config.property import ConfigError, ConfigType
from wirekafka.config.values import Value, check, parse, show

INT, LONG, SHORT, DOUBLE = ConfigType.INT, ConfigType.LONG, ConfigType.SHORT, ConfigType.DOUBLE
LIST, BOOLEAN, STRING = ConfigType.LIST, ConfigType.BOOLEAN, ConfigType.STRING


@pytest.mark.parametrize(
    ("config_type", "text", "value"),
    [
        (INT, " 5 ", 5),
        (INT, "+2000000", 2_000_000),
        (INT, "-2147483648", -(2**31)),
        (LONG, "9223372036854775807", 2**63 - 1),
        (SHORT, "-1", -1),
        (INT, "-\u0663\uff15", -35),  # Integer.parseInt takes every script's digits
        (INT, "\x00\x1f5\x01", 5),  # String.trim takes everything up to the space
        (DOUBLE, "0.5d", 0.5),
        (DOUBLE, ".5", 0.5),
        (DOUBLE, "1.7976931348623157E308", 1.7976931348623157e308),
        (DOUBLE, "-Infinity", float("-inf")),
        (BOOLEAN, " TRUE ", True),
        (BOOLEAN, "False", False),
        (LIST, "", []),
        (LIST, "a , b,c", ["a", "b", "c"]),
        (LIST, "a,", ["a", ""]),
        (STRING, " gzip ", "gzip"),
        (STRING, None, None),
    ],
)
def test_parse(config_type: ConfigType, text: str | None, value: Value) -> None:
    assert parse("c", config_type, text) == value


@pytest.mark.parametrize(
    ("config_type", "text", "reason"),
    [
        (INT, "99999999999", "Not a number of type INT"),
        (INT, "1.5", "Not a number of type INT"),
        (INT, "", "Not a number of type INT"),
        (INT, "0x200000", "Not a number of type INT"),
        (INT, "2_000_000", "Not a number of type INT"),
        (INT, " ", "Not a number of type INT"),
        (INT, "²", "Not a number of type INT"),
        (INT, "\U0001d7d7", "Not a number of type INT"),
        (DOUBLE, "٣", "Not a number of type DOUBLE"),
        (LONG, "9223372036854775808", "Not a number of type LONG"),
        (SHORT, "32768", "Not a number of type SHORT"),
        (DOUBLE, "x", "Not a number of type DOUBLE"),
        (BOOLEAN, "1", "Expected value to be either true or false"),
        (BOOLEAN, "  5\n", "Expected value to be either true or false"),
        (BOOLEAN, "\u2003true", "Expected value to be either true or false"),
        (SHORT, "\u200332", "Not a number of type SHORT"),
    ],
)
def test_parse_refuses(config_type: ConfigType, text: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse("some.config", config_type, text)
    assert str(caught.value) == f"Invalid value {text} for configuration some.config: {reason}"


def test_a_number_of_a_million_digits_is_refused_at_once() -> None:
    with pytest.raises(ConfigError):
        parse("c", LONG, "9" * 1_000_000)


@pytest.mark.parametrize(
    ("valid", "value", "reason"),
    [
        ("[0,...]", -1, "Invalid value -1 for configuration c: Value must be at least 0"),
        ("[0,...,1]", 2.0, "Invalid value 2.0 for configuration c: Value must be no more than 1"),
        (
            "[1,...,9] or -1",
            10,
            "Invalid value 10 for configuration c: Value must be between 1 and 9 or equal to -1",
        ),
        (
            "[compact, delete]",
            ["delete", "shred"],
            "Invalid value shred for configuration c: String must be one of: compact, delete",
        ),
        ("[compact, delete]", ["compact", ""], "Configuration 'c' values must not be empty."),
        (
            "(case insensitive) [ES256, RS256]",
            "x",
            "Invalid value x for configuration c: "
            "String must be one of (case insensitive): ES256, RS256",
        ),
        (
            "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
            ["a:b", "c"],
            "Invalid value [a:b, c] for configuration c: c must be the literal '*' or a list of "
            "replicas in the following format: "
            "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
        ),
    ],
)
def test_check_refuses(valid: str, value: Value, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check("c", valid, value)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("valid", "value"),
    [
        ("[0,...]", 0),
        ("[0,...]", None),
        ("[0,...,1]", float("nan")),
        ("[1,...,9] or -1", -1),
        ("[compact, delete]", []),
        ("[compact, delete]", ["compact", "compact"]),
        ("(case insensitive) [ES256, RS256]", "rs256"),
        ("[partitionId]:[brokerId],[partitionId]:[brokerId],...", ["*"]),
        ("[partitionId]:[brokerId],[partitionId]:[brokerId],...", ["0:1", "1:2"]),
        ("[latest, earliest, by_duration:PnDTnHnMn.nS]", "by_duration:PT1H"),
        ("[latest, earliest, by_duration:PnDTnHnMn.nS]", "by_duration:P2DT3.5S"),
        ("", ["anything"]),
        (None, "anything"),
    ],
)
def test_check_accepts(valid: str | None, value: Value) -> None:
    check("c", valid, value)


@pytest.mark.parametrize("value", ["foo", "by_duration:x", "by_duration:-PT1H", "by_duration:P"])
def test_an_offset_reset_that_is_no_strategy_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match="must be either 'earliest', 'latest' or of the format"):
        check("c", "[latest, earliest, by_duration:PnDTnHnMn.nS]", value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (0.3, "0.3"),
        (1.0, "1.0"),
        (0.0, "0.0"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (1.25e10, "1.25E10"),
        (1.7976931348623157e308, "1.7976931348623157E308"),
        (float("inf"), "Infinity"),
        (float("nan"), "NaN"),
    ],
)
def test_show_writes_doubles_as_java_does(value: float, text: str) -> None:
    assert show(DOUBLE, value) == text


def test_show() -> None:
    assert show(BOOLEAN, True) == "true"
    assert show(LIST, ["a", "b"]) == "a,b"
    assert show(LIST, []) == ""
    assert show(INT, None) is None
    assert show(ConfigType.PASSWORD, "secret") is None
