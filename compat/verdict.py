"""Judges a conversation against what was recorded.

Expected failures are strict: a scenario with FEATURE must differ on wirekafka as long as the
feature is not built, and one that passes is an error, so that the mark goes away with the gap.
DIFFERS is held on both sides: the answers must be those recorded of wirekafka, and not Kafka's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .runner import Conversation
from .wire.step import Difference, Step, compare


class Result(Enum):
    """What became of a scenario. The good ones are PASS, XFAIL, ON_PURPOSE and SKIP."""

    PASS = "pass"
    DIFFERS = "differs"
    ERROR = "error"
    XFAIL = "xfail"
    XPASS = "xpass"
    ON_PURPOSE = "on purpose"
    SKIP = "skip"
    UNRECORDED = "unrecorded"


BAD = {Result.DIFFERS, Result.ERROR, Result.XPASS, Result.UNRECORDED}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result and why; `apis` says of each API version asked about: "pass" or "differs"."""

    conversation: Conversation
    result: Result
    detail: list[str]
    differences: list[Difference]
    apis: dict[tuple[str, int], str]

    @property
    def bad(self) -> bool:
        """Whether the run as a whole fails by it."""
        return self.result in BAD


def judge(
    conversation: Conversation,
    expected: list[Step] | None,
    *,
    ours: list[Step] | None = None,
    is_wirekafka: bool = False,
    texts: bool = False,
) -> Verdict:
    """`expected` is the reference's recording, `ours` that of wirekafka for a scenario that
    differs on purpose; marks of a scenario count only when `is_wirekafka`."""
    if conversation.skipped:
        return Verdict(conversation, Result.SKIP, [conversation.skipped], [], {})
    if expected is None:
        detail = [f"no recording: bin/compat record {conversation.scenario.full_name}"]
        return Verdict(conversation, Result.UNRECORDED, detail, [], {})
    differences = compare(expected, conversation.steps, texts=texts)
    apis = _apis(expected, {difference.step for difference in differences})
    detail = [str(difference) for difference in differences]
    if conversation.error:
        detail.insert(0, f"could not go on: {conversation.error}")
    if not is_wirekafka:
        marks = "", ""
    else:
        marks = conversation.scenario.feature, conversation.scenario.differs
    result, more = _result(conversation, bool(detail), marks, ours, texts=texts)
    return Verdict(conversation, result, more + detail, differences, apis)


def _apis(expected: list[Step], differing: set[int]) -> dict[tuple[str, int], str]:
    """Per API version: whether any step about it differs. Steps never reached differ."""
    found: dict[tuple[str, int], str] = {}
    for number, step in enumerate(expected):
        api = step.api()
        if api is not None and (number in differing or api not in found):
            found[api] = "differs" if number in differing else "pass"
    return dict(sorted(found.items()))


def _result(
    conversation: Conversation,
    failed: bool,
    marks: tuple[str, str],
    ours: list[Step] | None,
    *,
    texts: bool,
) -> tuple[Result, list[str]]:
    feature, on_purpose = marks
    if feature:
        if failed:
            return Result.XFAIL, []
        return Result.XPASS, [f"passes, although {feature} is not built: remove FEATURE"]
    if on_purpose:
        if not failed:
            return Result.XPASS, ["answers as Kafka does: remove DIFFERS"]
        if ours is None:
            return Result.UNRECORDED, ["what we answer on purpose is not recorded"]
        away = compare(ours, conversation.steps, texts=texts)
        if away:
            return Result.DIFFERS, [f"not as recorded of wirekafka: {one}" for one in away]
        return Result.ON_PURPOSE, [on_purpose]
    if conversation.error:
        return Result.ERROR, []
    return (Result.DIFFERS, []) if failed else (Result.PASS, [])
