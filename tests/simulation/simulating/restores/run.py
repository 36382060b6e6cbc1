"""kill -9 in the middle of a snapshot, a restore, a fork or a reset, while clients write.

Each round makes a state, keeps it ("a"), changes it ("b"), and asks for one change of the whole
state; the broker is killed at a seeded moment of it, sometimes once more while it starts. After the
next start

- all is as it was, with everything that clients were told, or all is as the change makes it;
- the snapshot "a" is there, and one that was being taken is whole or is not there at all;
- asking again does what it did not do, and no folder of any of it is left behind.

The seed decides what is asked for and when the broker is killed.
"""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from simulating.broker_process import BrokerProcess
from simulating.restores import writers
from simulating.restores.state import State, look
from simulating.restores.writers import Writers

from wirekafka.testing.control import ControlClient, ControlRefused

SETTINGS = (
    "group.initial.rebalance.delay.ms=0",
    "offsets.topic.num.partitions=4",
    "log.initial.task.delay.ms=0",
    "auto.create.topics.enable=false",
)
PREFIX = "test-"
PARTITIONS = 3
SIGNS: dict[str, tuple[str, ...]] = {
    "snapshot": ("", "data.snapshots/.-new-b", "data.snapshots/.-note-b"),
    "restore": ("", "data/.restore", "data/.restore/decided", "data/.restore/emptied"),
    "fork": ("", "data.snapshots/.-beside-f"),
    "reset": ("", "data/.reset"),
    "reset a prefix": ("", "data/.reset"),
}
"""The changes, and what shows how far one is; a change may be over before anybody has seen it."""
ANSWER_S = 60.0
_LONGEST_START_S = 0.6
_MEAN_S = 0.02
_POLL_S = 0.0002

Say = Callable[[str], None]


@dataclass(slots=True)
class Summary:
    """What a run did and found."""

    rounds: int = 0
    kills_while_starting: int = 0
    old: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        counts = [f"{kind.replace(' ', '_')}={self.old[kind]}+{self.new[kind]}" for kind in SIGNS]
        return (
            f"rounds={self.rounds} kills_while_starting={self.kills_while_starting}"
            f" old+new: {' '.join(counts)} problems={len(self.problems)}"
        )


def run(
    base: Path,
    *,
    seed: int,
    rounds: int,
    topics: int,
    say: Say,
    kinds: Sequence[str] = tuple(SIGNS),
) -> Summary:
    """One whole run in the empty directory `base`, with about so many topics."""
    rng = random.Random(seed)
    summary = Summary()
    directories = [base / "data", base / "data-2"]
    broker = BrokerProcess(
        directories[0],
        *SETTINGS,
        f"log.dirs={directories[0]},{directories[1]}",
        options=["--control", "127.0.0.1:0"],
    )
    with ExitStack() as stack:
        broker.start()
        stack.callback(broker.stop)
        for number in range(rounds):
            kind = kinds[number % len(kinds)]
            one = _Round(broker, kind, rng, topics)
            sign = rng.choice(SIGNS[kind])
            moment_s = rng.expovariate(1 / _MEAN_S)
            summary.kills_while_starting += one.interrupt(sign and base / sign, moment_s)
            outcome, problems = one.check()
            problems += one.ask_again() + left_behind(directories)
            summary.rounds += 1
            (summary.old if outcome == "old" else summary.new)[kind] += 1
            when = f"killed {moment_s * 1000:.1f} ms after {sign or 'it was asked for'}"
            what = f"round {number + 1}: {kind}, {when}: {outcome}"
            say(what)
            summary.problems += [f"{what}: {problem}" for problem in problems]
            if problems:
                break
        if (code := broker.stop()) != 0:
            summary.problems.append(f"the broker exited with {code}")
        log = broker.log()
        for word in ("Traceback", "ERROR"):
            if word in log:
                at = log.index(word)
                summary.problems.append(f"in the broker's log: {log[at : at + 1500]}")
    return summary


class _Round:
    """One change, interrupted."""

    def __init__(self, broker: BrokerProcess, kind: str, rng: random.Random, topics: int) -> None:
        self._broker = broker
        self._kind = kind
        self._rng = rng
        self._topics = topics
        self._kept, self._before = State(), State()
        self._writers: Writers | None = None

    def interrupt(self, sign: Path | str, moment_s: float) -> int:
        """Kill the broker so long after the sign is there, or after the change was asked for, and
        start it; how often it was killed while it started."""
        with ControlClient(self._broker.control_url, timeout_s=ANSWER_S) as control:
            self._prepare(control)
        self._writers = Writers(self._broker.address)
        try:
            self._writers.wait()
            asking = threading.Thread(target=self._ask)
            asking.start()
            while sign and asking.is_alive() and not Path(sign).exists():
                time.sleep(_POLL_S)
            time.sleep(moment_s)
            self._broker.kill()
            asking.join()
        finally:
            self._writers.stop()
        kills = 0
        while self._rng.random() < 0.3:
            kills += 1
            self._broker.spawn()
            time.sleep(self._rng.uniform(0.0, _LONGEST_START_S))
            self._broker.kill()
        self._broker.start()
        return kills

    def check(self) -> tuple[str, list[str]]:
        """Which state there is, and what is wrong with it."""
        with ControlClient(self._broker.control_url, timeout_s=ANSWER_S) as control:
            found = look(self._broker.address, control)
            names = {one["name"] for one in control.snapshots()}
        problems = []
        if names - {"b"} != {"a"} or ("b" in names and self._kind != "snapshot"):
            problems.append(f"the snapshots are {sorted(names)}")
        still = _without_writers(found)
        is_old = not still.difference(self._before)
        stays = is_old or self._kind == "reset a prefix"
        if stays:
            assert self._writers is not None
            problems += self._writers.check(found)
        if is_old:
            return "old", problems
        if difference := still.difference(self._after):
            from_old = still.difference(self._before)
            problems.append(f"neither old ({from_old}) nor new ({difference})")
        if self._kind == "reset" and found.difference(State()):
            problems.append("a reset broker is not empty")
        return "new", problems

    def ask_again(self) -> list[str]:
        """Whether the change is done now, and a snapshot as good as any."""
        with ControlClient(self._broker.control_url, timeout_s=ANSWER_S) as control:
            with suppress(ControlRefused):  # it was taken
                self._change(control)
            problems = []
            forks = control.namespaces()
            for fork in forks:
                with ControlClient(fork["control"]) as there:
                    problems += self._compare(fork["bootstrap"], there, self._before, "fork")
                control.end_namespace(fork["name"])
            if self._kind == "fork" and not forks:
                problems.append("there is no fork")
            here = self._broker.address
            problems += self._compare(here, control, self._after, "asked again")
            names = [("a", self._kept)]
            if self._kind == "snapshot":
                names.append(("b", self._before))
            for name, state in names:
                control.restore_snapshot(name)
                problems += self._compare(here, control, state, f"snapshot {name}")
        return problems

    @property
    def _after(self) -> State:
        """What the change makes of it."""
        if self._kind == "restore":
            return self._kept
        if self._kind == "reset":
            return State()
        return self._before.without(PREFIX) if self._kind == "reset a prefix" else self._before

    def _prepare(self, control: ControlClient) -> None:
        """A state, a snapshot of it, and another state."""
        control.reset()
        for one in control.snapshots():
            control.remove_snapshot(one["name"])
        _seed(control, "a", self._topics)
        writers.prepare(control)
        self._kept = _without_writers(look(self._broker.address, control))
        control.take_snapshot("a")
        _seed(control, "b", self._topics)
        self._before = _without_writers(look(self._broker.address, control))

    def _ask(self) -> None:
        with (
            suppress(OSError, http.client.HTTPException, ControlRefused),
            ControlClient(self._broker.control_url, timeout_s=ANSWER_S) as control,
        ):
            self._change(control)

    def _change(self, control: ControlClient) -> None:
        if self._kind == "snapshot":
            control.take_snapshot("b")
        elif self._kind == "restore":
            control.restore_snapshot("a")
        elif self._kind == "fork":
            control.start_fork("f")
        else:
            control.reset(prefix=PREFIX if self._kind == "reset a prefix" else "")

    def _compare(self, address: str, control: ControlClient, wanted: State, what: str) -> list[str]:
        difference = _without_writers(look(address, control)).difference(wanted)
        return [f"{what}: {difference}"] if difference else []


def _seed(control: ControlClient, word: str, topics: int) -> None:
    """Topics and groups on both sides of the prefix; some of them are new each time."""
    names = [f"{prefix}{n}" for prefix in (PREFIX, "kept-") for n in range(topics // 2)]
    names += [f"{prefix}{word}" for prefix in (PREFIX, "kept-")]
    numbers = range(PARTITIONS)
    control.seed(
        topics=[{"name": name, "partitions": PARTITIONS} for name in names],
        records=[
            {"topic": name, "partition": n, "value": f"{word} {row}"}
            for name in names
            for n in numbers
            for row in range(3)
        ],
        offsets=[
            {"group": f"{name}-group", "topic": name, "partition": n, "offset": "latest"}
            for name in names
            for n in numbers
        ],
    )


def _without_writers(state: State) -> State:
    """What nobody was writing to."""
    return State(
        {key: rows for key, rows in state.records.items() if key[0] != writers.TOPIC},
        {key: offset for key, offset in state.offsets.items() if key[0] != writers.GROUP},
    )


def left_behind(directories: list[Path]) -> list[str]:
    """Folders and files that nobody will use any more."""
    problems = []
    for data in directories:
        beside = data.with_name(f"{data.name}.snapshots")
        names = {path.name for path in beside.iterdir()} if beside.is_dir() else set()
        known = {"a", "b", ".-note-a", ".-note-b"}
        left = [name for name in names if name not in known]
        left += [
            path.name for path in data.iterdir() if path.name.startswith((".restore", ".reset"))
        ]
        inside = {path.name for path in data.iterdir()}
        left += [name for name in inside if name.startswith((".restore", ".reset"))]
        left += [name for name in inside if name.endswith("-stray")]
        if left:
            problems.append(f"left behind beside {data.name}: {sorted(left)}")
    return problems
