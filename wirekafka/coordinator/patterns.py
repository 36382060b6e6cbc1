"""Regular expressions that clients send, in the syntax of RE2.

RE2 takes time in proportion to the text, whatever the pattern: a client cannot hold up the broker
with `(a+)+b`, as it could with the standard library's. Kafka uses the same family for the same
reason (re2j), so what is a pattern for one is one for the other.

Source: KIP-848, KIP-1152; Kafka's `Utils.validateRegex`, `ListTransactionsRequest`.
"""

from __future__ import annotations

import re
from typing import Any

from wirekafka_protocol.errors import ApiError, ErrorCode

MAX_MEMORY_BYTES = 1 << 20
"""Of one compiled pattern; a longer one is refused, as one that is none."""


_ESCAPE = re.compile(r"\\Q.*?(?:\\E|\Z)|\\(.)", re.DOTALL)


class Pattern:
    """A compiled pattern. Raises ApiError (INVALID_REGULAR_EXPRESSION) when the text is none."""

    __slots__ = ("_compiled",)

    def __init__(self, text: str) -> None:
        import re2  # native; the broker's start does not wait for it

        if any(escape[1] == "C" for escape in _ESCAPE.finditer(text)):
            # For a single byte; the one thing that re2j has not.
            raise ApiError(ErrorCode.INVALID_REGULAR_EXPRESSION, f"{text!r} is no pattern: \\C")
        options: Any = re2.Options()
        options.log_errors = False  # a client's pattern is no business of our stderr
        options.max_mem = MAX_MEMORY_BYTES
        try:
            self._compiled: Any = re2.compile(text, options=options)
        except (re2.error, UnicodeEncodeError) as error:
            raise ApiError(
                ErrorCode.INVALID_REGULAR_EXPRESSION, f"{text!r} is no pattern: {_text(error)}"
            ) from error

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        return self._compiled.fullmatch(text) is not None


def _text(error: Exception) -> str:
    """RE2's messages are bytes."""
    reason = error.args[0] if error.args else ""
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(error)
