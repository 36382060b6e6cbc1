"""What a tool printed, without what differs between any two runs against equal brokers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE), text)
    for pattern, text in (
        (_UUID, "<uuid>"),
        (r"\b(?:127\.0\.0\.1|localhost):\d+", "<address>"),
        (r"/127\.0\.0\.1", "/<host>"),
        (r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[:.,]\d{3}Z?", "<time>"),
        (r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", "<time>"),
        (r"\b1[6-9]\d{11}\b", "<time>"),
        # 16 bytes in Kafka's base64; the class is wide, so the text must look like chance.
        (
            r"(?<![\w/.-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{22}(?![\w/-])(?!\.\w)",
            "<id>",
        ),
        (r"\b\d+\.\d+ (records/sec|MB/sec|ms avg latency|ms max latency)", r"<n> \1"),
        (r"\b\d+ ms (50th|95th|99th|99\.9th)", r"<n> ms \1"),
        (r"\b\d+ ms ago", "<n> ms ago"),
        (r'("avg_throughput":)[\d.]+', r"\1<n>"),
        (r"\b(TopicId: |Cluster ID: )[\w-]{22}", r"\1<id>"),
        (r"\btries=\d+", "tries=<n>"),
        (r"\bafter \d+ attempt", "after <n> attempt"),
        # Where a call was when its time was over.
        (r"Timed out waiting for a node assignment\. Call: (\S+)\.", r"<timed out: \1>"),
        (
            r"Call\(callName=(\S+), deadline.*\) timed out at <time> after <n> attempt\(s\)\.?",
            r"<timed out: \1>",
        ),
        (r"\bcrc: \d+", "crc: <n>"),  # of the times, too
        (r"(\} : |latency: |^\d+ )\d+\.\d+", r"\1<n>"),
        (r"\b(\d\d\.?\d?th) = \d+", r"\1 = <n>"),
        (r"(<time>, <time>, [\d.]+), .*", r"\1, <n>"),
        (r"(Complete\w+ \d+ <time>) \d+", r"\1 <n>"),  # how long ago it began
        (r"\bHighWatermark: \d+", "HighWatermark: <n>"),
        (r'("metadataHash":)-?\d+', r"\1<n>"),  # of ids
        (r"\b(A{22}) \d+", r"\1 <n>"),  # a voter's log end offset
    )
)
_TRACE = re.compile(
    r"(?:wirekafka\.compat\.Tool\$Exited: )?exit -?\d+$"
    r"|at [\w.$]+[\w/.$<>]*\(|\.\.\. \d+ more$|at [\w.]+/"
)
"""Where an error was thrown; its text stands before it."""
_SET = re.compile(r"(Valid (?:states|types) are: )(.*)$", re.MULTILINE)
"""A set of Java, which has another order in each process."""
_SPACES = re.compile(r"[ \t]+")


def normalized(
    output: str, known: Mapping[str, str], *, unordered: bool = False, last: int = 0
) -> list[str]:
    """The lines of an output. `known` are texts of this run and what they stand for.

    Columns are as wide as what stands in them, so the number of spaces between words is no matter.
    """
    output = _SPACES.sub(" ", output)
    for text, name in known.items():
        output = re.sub(rf"(?<!\d){re.escape(text)}(?!\d)", name, output)
    for pattern, text in _RULES:
        output = pattern.sub(text, output)
    output = _SET.sub(_in_order, output)
    lines = [line.strip() for line in output.splitlines()]
    lines = [line for line in lines if line and not _TRACE.match(line)]
    if last:
        lines = lines[-last:]
    return sorted(lines) if unordered else lines


def _in_order(match: re.Match[str]) -> str:
    return match[1] + ", ".join(sorted(match[2].split(", ")))


def placeholders(
    arguments: tuple[str, ...], known: Mapping[str, str], file: Callable[[str], Path]
) -> list[str]:
    """The arguments with {broker}, {data} and {file:…} replaced; `file` makes a file of a text."""

    def value(match: re.Match[str]) -> str:
        name, _, text = match[1].partition(":")
        return str(file(text.replace("\\n", "\n"))) if name == "file" else known[name]

    # Of a file's text the braces belong to it.
    whole = r"\{((?:broker|data|host|port)|file:.*)\}"
    return [re.sub(whole, value, argument) for argument in arguments]
