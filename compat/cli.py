"""bin/compat: the same scenarios and clients against wirekafka and against the real Kafka.

Exit codes: 0 all is as expected, 1 something is not, 2 wrong usage or a target that cannot be had.
"""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Sequence

from . import client_part, report, wire_part
from .console import Console
from .instrument import runner as instrument
from .scenario import Scenario, ScenarioError, find_scenarios
from .targets import KINDS, Missing, TargetError, make_target
from .tools import compare
from .tools.script import ScriptError as ToolScriptError

TARGETS = f"TARGET is one of {', '.join(KINDS)}."
DESCRIPTION = f"""\
Without a verb: all wire scenarios and all clients, results stored, docs/compatibility.md written.
{TARGETS}
"""


def main(arguments: Sequence[str]) -> int:
    """Run a verb; the exit code."""
    console = Console()
    options = _parser().parse_args(arguments)
    # So that leaving early stops the brokers that were started.
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return _run(console, options)
    except Missing as reason:
        console.trouble(f"skipped: {reason}")
        return 2
    except (TargetError, ScenarioError, ToolScriptError, ValueError) as reason:
        console.trouble(str(reason))
        return 2
    except KeyboardInterrupt:
        console.trouble("stopped")
        return 130


def _run(console: Console, options: argparse.Namespace) -> int:
    verb = options.verb
    if verb == "up":
        return _up(console, options.target)
    if verb == "report":
        console.line(f"written: {report.write()}")
        return 0
    if verb == "clients":
        return client_part.run(
            console, options.target, options.names, only=options.only, verbose=options.verbose
        )
    if verb == "instrument":
        if options.list:
            return instrument.show_list(console, options.names)
        return instrument.run(console, options.names, options.client, options.loops)
    if verb == "tools":
        return compare.run(
            console, (options.target, options.beside), options.names, verbose=options.verbose
        )
    patterns = [*getattr(options, "names", []), *options.only]
    scenarios = find_scenarios(only=patterns)
    if not scenarios:
        console.trouble(f"no scenario matches {' '.join(patterns)} (bin/compat list)")
        return 2
    if verb == "list":
        wire_part.show_list(console, scenarios)
        return 0
    settings = wire_part.Settings(options.verbose, options.texts, options.workers)
    if verb == "record":
        full = not patterns
        return wire_part.record(console, scenarios, options.target, settings, full=full)
    if verb == "diff":
        return wire_part.diff(console, scenarios, (options.first, options.second), settings)
    if verb == "run":
        return _wire(console, scenarios, options.target, settings, full=False)
    return _everything(console, scenarios, options, settings)


def _everything(
    console: Console,
    scenarios: list[Scenario],
    options: argparse.Namespace,
    settings: wire_part.Settings,
) -> int:
    full = not options.only
    status = _wire(console, scenarios, options.target, settings, full=full)
    if full and not options.wire:
        chosen = client_part.QUICK if options.quick else []
        status |= client_part.run(console, options.target, chosen, only="", verbose=options.verbose)
    if full and not options.quick:
        console.line(f"written: {report.write()}")
    return status


def _wire(
    console: Console,
    scenarios: list[Scenario],
    target: str,
    settings: wire_part.Settings,
    *,
    full: bool,
) -> int:
    verdicts = wire_part.run(console, scenarios, target, settings)
    if full:
        wire_part.store(target, verdicts)
    return 1 if any(verdict.bad for verdict in verdicts) else 0


def _up(console: Console, target: str) -> int:
    with make_target(target) as broker:
        console.line(broker.bootstrap)
        threading.Event().wait()  # until Ctrl-C or SIGTERM
    return 0


def _terminated(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/compat",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _wire_options(parser, "wirekafka")
    parser.add_argument("--wire", action="store_true", help="no clients")
    parser.add_argument("--quick", action="store_true", help="of the clients only the Python ones")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    found = verbs.add_parser("list", help="the wire scenarios and what each expects")
    found.add_argument("names", nargs="*", metavar="PATTERN")
    found.set_defaults(only=[])
    one = verbs.add_parser(
        "run", help="run scenarios by name; --verbose shows every byte's meaning"
    )
    one.add_argument("names", nargs="+", metavar="NAME")
    _wire_options(one, "wirekafka")
    record = verbs.add_parser("record", help="store what a broker (the reference) answers")
    record.add_argument("names", nargs="*", metavar="NAME")
    _wire_options(record, "reference")
    diff = verbs.add_parser("diff", help="where two targets (or `recorded`) answer differently")
    diff.add_argument("first", metavar="A")
    diff.add_argument("second", metavar="B")
    _wire_options(diff, None)
    clients = verbs.add_parser("clients", help="run client libraries and tools")
    clients.add_argument("names", nargs="*", metavar="CLIENT")
    clients.add_argument("--only", default="", metavar="SCENARIO")
    clients.add_argument("--target", default="wirekafka")
    clients.add_argument("--verbose", action="store_true", help="show the client's own output")
    tools = verbs.add_parser("tools", help="what Kafka's own tools print about two targets")
    tools.add_argument("names", nargs="*", metavar="SCRIPT")
    tools.add_argument("--target", default="wirekafka", help=TARGETS)
    tools.add_argument("--beside", default="reference", metavar="TARGET")
    tools.add_argument("--verbose", action="store_true", help="show what the tools print")
    proved = verbs.add_parser("instrument", help="the control port, proved by other languages")
    proved.add_argument("names", nargs="*", metavar="CHECK")
    proved.add_argument("--client", action="append", default=[], metavar="CLIENT")
    proved.add_argument("--loops", type=int, default=instrument.USUAL_LOOPS, metavar="N")
    proved.add_argument("--list", action="store_true", help="the checks and what each expects")
    up = verbs.add_parser("up", help="start a target, print its address, wait for Ctrl-C")
    up.add_argument("--target", default="wirekafka")
    verbs.add_parser("report", help="write docs/compatibility.md from the stored results")
    return parser


def _wire_options(parser: argparse.ArgumentParser, target: str | None) -> None:
    if target is not None:
        parser.add_argument("--target", default=target, help=TARGETS)
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--verbose", action="store_true", help="show every request and answer")
    parser.add_argument("--texts", action="store_true", help="compare texts of error messages, too")
    parser.add_argument("--workers", type=int, default=0, help="how many scenarios at once")
