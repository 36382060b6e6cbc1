"""Patterns that clients send: the whole text, RE2's syntax, and no way to hold up the broker."""

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.coordinator.patterns import Pattern


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("tx-.*", "tx-1", True),
        ("tx", "tx-1", False),
        ("x-1", "tx-1", False),
        ("(?i)TX-\\d", "tx-1", True),
        ("tx|ty", "ty", True),
        ("[[:digit:]]+", "12", True),
        ("\\pL+", "größe", True),
        (".", "\U0001f600", True),
        ("\\\\C", "\\C", True),
        ("\\Q\\C\\E", "\\C", True),
    ],
)
def test_a_pattern_matches_the_whole_text(pattern, text, matches):
    assert Pattern(pattern).matches(text) is matches


@pytest.mark.parametrize(
    "pattern", ["*", "(", "[z-a]", "a{2,1}", "(?=a)", "(a)\\1", "a{5000}", "\ud800", "a\\C"]
)
def test_what_is_no_pattern_is_refused(pattern, capfd):
    with pytest.raises(ApiError) as refused:
        Pattern(pattern)
    assert refused.value.code is ErrorCode.INVALID_REGULAR_EXPRESSION
    assert capfd.readouterr() == ("", "")


def test_a_hostile_pattern_takes_no_longer_than_another():
    # The standard library would not come back from this within the age of the universe.
    assert not Pattern("(a+)+b").matches("a" * 100_000)
