"""The topics that --topic names: a regular expression for the whole name, in which "," is "or".

White space and quotes around it are no part of it. Source: `IncludeList` of Kafka's tools in 4.3.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from wirekafka.cli.output import CommandError


def topic_filter(text: str | None) -> Callable[[str], bool]:
    """Whether a name is one of those; every name for None. Raises CommandError."""
    if text is None:
        return lambda name: True
    expression = re.sub(r"\s", "", text).strip("\"'").replace(",", "|")
    try:
        pattern = re.compile(expression)
    except re.error as error:
        raise CommandError(f"--topic {text} is no regular expression: {error}") from None
    return lambda name: pattern.fullmatch(name) is not None
