"""Runs a Python client's scenarios against a broker and prints a JSON line for each.

Each scenario runs in a process of its own, forked from this one when the client is imported and
has not begun anything: what hangs can be ended, and what it leaves behind disturbs nobody. A few
run at the same time. A scenario that hangs is ended at its limit, and the line that it hung in is
named: the child writes its own traceback before.

Invariant: this process has one thread, so that forking it is safe.
"""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import inspect
import json
import linecache
import logging
import os
import re
import selectors
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from .scenario import Broker, Scenario, Skipped, scenarios

JOBS = 4  # most scenarios wait for the broker rather than compute
CLEANUP_LIMIT_S = 5.0
_EARLIER_S = 1.0  # the child gives up before it is ended, with a better message
_MOST_DETAIL = 400
_FRAME = re.compile(rb'File "([^"]+)", line (\d+) in (\w+)')
_OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclass(slots=True)
class _Running:
    scenario: Scenario
    pid: int
    pipe: int
    began: float
    deadline: float
    said: bytearray = field(default_factory=bytearray)


def main(client: str, areas: list[ModuleType]) -> None:
    """Run the scenarios as the command line says; exits 0 when they were run."""
    parser = argparse.ArgumentParser(prog="run", description=f"the scenarios of {client}")
    parser.add_argument("bootstrap", nargs="?", metavar="HOST:PORT")
    parser.add_argument("--only", action="append", metavar="NAME", help="can be repeated")
    parser.add_argument("--restart-command", default="", metavar="COMMAND")
    parser.add_argument("--jobs", type=int, default=JOBS, metavar="N")
    parser.add_argument("--list", action="store_true")
    chosen = parser.parse_args()
    found = scenarios(areas)
    if chosen.list:
        for scenario in found:
            sys.stdout.write(f"{scenario.name}\t{scenario.expectation}\n")
        return
    if not chosen.bootstrap:
        parser.error("HOST:PORT is missing")
    if chosen.only:
        found = [scenario for scenario in found if scenario.name in chosen.only]
    broker = Broker(chosen.bootstrap, chosen.restart_command)
    quiet = not chosen.only
    _run(client, [each for each in found if not each.alone], broker, chosen.jobs, quiet)
    _run(client, [each for each in found if each.alone], broker, 1, quiet)


def _run(client: str, todo: list[Scenario], broker: Broker, jobs: int, quiet: bool) -> None:
    waiting = todo[::-1]
    running: dict[int, _Running] = {}
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    started = _start(waiting.pop(), broker, quiet)
                    running[started.pipe] = started
                    selector.register(started.pipe, selectors.EVENT_READ)
                for key, _ in selector.select(0.1):
                    child = running[key.fd]
                    part = os.read(key.fd, 65536)
                    if part:
                        child.said += part
                        continue
                    _end(selector, running.pop(key.fd))
                    _print(client, child)
                for child in [one for one in running.values() if time.monotonic() > one.deadline]:
                    _end(selector, running.pop(child.pipe))
                    _print(client, child)
        finally:
            for child in running.values():
                _end(selector, child)


def _start(scenario: Scenario, broker: Broker, quiet: bool) -> _Running:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _child(scenario, broker, writer, quiet)
    os.close(writer)
    now = time.monotonic()
    return _Running(scenario, pid, reader, now, now + scenario.limit_s + CLEANUP_LIMIT_S)


def _end(selector: selectors.BaseSelector, child: _Running) -> None:
    selector.unregister(child.pipe)
    with suppress(ProcessLookupError):  # it has not been waited for: the number is still its own
        os.kill(child.pid, signal.SIGKILL)
    os.waitpid(child.pid, 0)
    with suppress(OSError):
        os.set_blocking(child.pipe, False)
        while part := os.read(child.pipe, 65536):
            child.said += part
    os.close(child.pipe)


def _child(scenario: Scenario, broker: Broker, pipe: int, quiet: bool) -> None:
    """Run one scenario in this forked process, say how it went, and leave."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing if quiet else 2, 1)
    if quiet:
        os.dup2(nothing, 2)
        logging.getLogger().addHandler(logging.NullHandler())
    faulthandler.dump_traceback_later(scenario.limit_s, file=pipe)
    began = time.monotonic()
    result, detail = _judge(scenario, broker)
    faulthandler.cancel_dump_traceback_later()
    seconds = round(time.monotonic() - began, 3)
    os.write(pipe, json.dumps({"result": result, "seconds": seconds, "detail": detail}).encode())
    for cleanup in broker.clean_up():
        with suppress(Exception):
            cleanup()
    os._exit(0)  # threads that a client left must not keep the process


def _judge(scenario: Scenario, broker: Broker) -> tuple[str, str]:
    try:
        if inspect.iscoroutinefunction(scenario.run):
            asyncio.run(asyncio.wait_for(scenario.run(broker), scenario.limit_s - _EARLIER_S))
        else:
            scenario.run(broker)
    except Skipped as reason:
        return "skip", str(reason)
    except TimeoutError as error:
        return "fail", f"hung: {_place(error)}{error}"
    except BaseException as error:  # a client may raise anything, and a broker answer anything
        return "fail", f"{_place(error)}{type(error).__name__}: {error}"[:_MOST_DETAIL]
    return "pass", ""


def _place(error: BaseException) -> str:
    """The line of the scenario in which it happened, as it is written there."""
    inner: BaseException | None = error
    best = ""
    while inner is not None:
        for frame in traceback.extract_tb(inner.__traceback__):
            if frame.filename.startswith(_OWN) and not frame.filename.startswith(_HARNESS):
                best = f"{os.path.basename(frame.filename)}:{frame.lineno} `{frame.line}`: "
        inner = inner.__cause__ or inner.__context__
    return best


_HARNESS = os.path.dirname(os.path.abspath(__file__)) + os.sep


def _print(client: str, child: _Running) -> None:
    scenario = child.scenario
    line: dict[str, Any] = {
        "client": client,
        "scenario": scenario.name,
        "expectation": scenario.expectation,
    }
    if scenario.feature:
        line["feature"] = scenario.feature
    text = bytes(child.said)
    try:
        line |= json.loads(text[text.index(b"{") :] if b"{" in text else b"")
    except ValueError:
        seconds = round(time.monotonic() - child.began, 3)
        line |= {"result": "fail", "seconds": seconds, "detail": _why_silent(child, text)}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _why_silent(child: _Running, text: bytes) -> str:
    for name, number, function in _FRAME.findall(text):
        file = name.decode()
        if file.startswith(_OWN) and not file.startswith(_HARNESS):
            source = linecache.getline(file, int(number)).strip()
            place = f"{os.path.basename(file)}:{int(number)} in {function.decode()} `{source}`"
            return f"hung for {child.scenario.limit_s:.0f} s: {place}"
    if time.monotonic() > child.deadline:
        return f"hung for {child.scenario.limit_s:.0f} s"
    return "its process ended without a result"
