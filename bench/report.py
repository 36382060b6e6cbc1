"""Turns figures into tables: for the terminal after a run, and docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from . import plots
from .figures import NOISE, ROWS, Figure, Row, medians
from .results import Stored, stored_medians
from .rounds import Outcome
from .target import OURS, REFERENCE_JAVA_OPTIONS

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
HEAD = ("work", "figure", "wirekafka", "reference", "ratio", "required", "")
HEAD_ALONE = ("work", "figure", "now", "last stored", "change", "required", "")
NOTHING = "–"
CIRCUMSTANCES = (
    "The reference is one node, broker and controller, on Kafka's defaults but for internal topics "
    f"with one replica: Java with `{' '.join(REFERENCE_JAVA_OPTIONS)}`, its log in a file. Its "
    "directory is formatted before `start` is timed. After kill -9 its old session lasts for up to "
    "9 s (`broker.session.timeout.ms`), and only then it can register again: `restart` includes "
    "that. A group's first join waits for 3 s (`group.initial.rebalance.delay.ms`).",
    "Java's perf tools print their own rates, so the start of Java does not count. The first fifth "
    "of the producer's records warms it up and is not in its rate; the consumer's rate leaves out "
    "joining the group and is dominated by a client that still compiles. The broker's CPU is that "
    "of all records.",
    "Transactions are of one producer, one behind the other, in one partition; librdkafka speaks "
    "the first protocol (the partition is added before), Java the second (KIP-890). `compaction` "
    "counts the bytes that were read by the time that the broker logs, and its acks begin when the "
    "topic becomes a compacted one. Before the broker of `segments` is stopped, the disk is "
    "synced.",
    "Repeat it: `bin/bench --against reference` fetches and starts the real Kafka (it needs Java "
    "17 and Maven), `bin/bench --against HOST:PORT,pid=N` measures a broker that runs, `bin/bench` "
    "alone compares with the figures above. `bin/bench --help` tells the rest.",
)


def against_table(outcomes: Sequence[Outcome]) -> str:
    """One line per figure: ours, the reference's, the ratio, what is required, the verdict."""
    lines = []
    for outcome in outcomes:
        ours = medians(outcome.samples.get(OURS, {}))
        reference = medians(outcome.samples.get("reference", {}))
        lines += _compared(outcome.row, ours, reference)
    return markdown(HEAD, lines)


def alone_table(outcomes: Sequence[Outcome], stored: Stored) -> str:
    """One line per figure: now, the stored one, the change in percent (~ when it is noise)."""
    lines = []
    for outcome in outcomes:
        now = medians(outcome.samples.get(OURS, {}))
        last = stored_medians(stored, outcome.row.name, OURS)
        for figure in _measured(outcome.row, now):
            value, before = now[figure.key], last.get(figure.key)
            change = NOTHING
            if before:
                part = value / before - 1
                change = f"{part:+.0%}" + (" ~" if abs(part) < NOISE else "")
            shown = NOTHING if before is None else number(before, figure.unit)
            required = figure.required() if figure.limit is not None else ""
            cells = (outcome.row.title, figure.label, number(value, figure.unit), shown)
            lines.append((*cells, change, required, figure.verdict(value, None)))
    return markdown(HEAD_ALONE, lines)


def write_document(stored: Stored) -> None:
    """docs/performance.md from the stored rows."""
    lines: list[Sequence[str]] = []
    for row in ROWS:
        ours = stored_medians(stored, row.name, OURS)
        lines += _compared(row, ours, stored_medians(stored, row.name, "reference"))
    parts = [
        "# Performance",
        "Written by `bin/bench`; do not edit. Medians of interleaved rounds in one run on one "
        "machine, each load in a process of its own, everything over loopback. Absolute figures "
        "differ between machines by a factor of two; the ratio is what counts. "
        f"Differences under {NOISE:.0%} are noise.",
        markdown(HEAD, lines),
        *(f"![{title}]({name})" for title, name in plots.write(stored)),
        *_origins(stored),
        *CIRCUMSTANCES,
    ]
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def number(value: float, unit: str) -> str:
    """Three significant digits and the unit, thousands with a separator."""
    text = f"{value:,.0f}" if abs(value) >= 1000 or value == 0 else f"{value:.3g}"
    return f"{text} {unit}".rstrip()


def markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table; a cell that repeats the one above it is left empty in the first column."""
    rows = [list(head)]
    above = ""
    for line in lines:
        rows.append(["" if line[0] == above else line[0], *line[1:]])
        above = line[0]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    printed = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    printed.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(printed)


def _compared(row: Row, ours: dict[str, float], reference: dict[str, float]) -> list[Sequence[str]]:
    lines: list[Sequence[str]] = []
    for figure in _measured(row, ours):
        value, other = ours[figure.key], reference.get(figure.key)
        lines.append(
            (
                row.title,
                figure.label,
                number(value, figure.unit),
                NOTHING if other is None else number(other, figure.unit),
                f"{value / other:.3g} ×" if other else NOTHING,
                figure.required(),
                figure.verdict(value, other),
            )
        )
    return lines


def _measured(row: Row, values: dict[str, float]) -> list[Figure]:
    return [figure for figure in row.figures if figure.key in values]


def _origins(stored: Stored) -> list[str]:
    """A paragraph per machine and day that rows come from."""
    origins: dict[tuple[str, ...], list[str]] = {}
    for row in ROWS:
        if row.name in stored:
            entry = stored[row.name]
            place = "; ".join(text for _, text in sorted(entry["machine"].items(), reverse=True))
            reference = entry["reference"]
            beside = f"beside {reference}" if reference else "without a reference"
            origins.setdefault((entry["date"], place, beside), []).append(row.name)
    texts = []
    for (date, place, beside), names in origins.items():
        which = "All rows" if len(origins) == 1 else ", ".join(f"`{name}`" for name in names)
        texts.append(f"{which}: {date}, {place}, {beside}.")
    return texts
