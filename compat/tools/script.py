"""What a script says: command lines in order, and what is known of each.

    # a comment
    kafka-topics --bootstrap-server {broker} --create --topic t
    kafka-console-producer --bootstrap-server {broker} --topic t
    < a line of standard input
    < another one
    %% sorted
    kafka-consumer-groups --bootstrap-server {broker} --list

`{broker}` is the broker's address, `{data}` its data directory, `{file:text}` a file that holds
the text ("\\n" are line ends). Words are quoted as in a shell. A line that begins with %% says
something of the command line after it:

    sorted          the lines that are printed have no order
    last N          only the last N lines count; before them stands what a poll happened to see
    until TEXT      repeated, a while, until this is printed: the reference applies some things late
    beside TEXT     it goes on until the end of the script, and the next line is run when it has
                    printed this; what it prints later does not count
    differs WHY     wirekafka prints something else on purpose, or for now
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

FOLDER = Path(__file__).parent / "scripts"


class ScriptError(Exception):
    """A script that cannot be read."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command line. `place` names it, `differs` says why another output is expected."""

    place: str
    tool: str
    arguments: tuple[str, ...]
    input: str = ""
    sorted: bool = False
    last: int = 0
    until: str = ""
    beside: str = ""
    differs: str = ""

    @property
    def line(self) -> str:
        """As one would type it."""
        return shlex.join((self.tool, *self.arguments))


def names(folder: Path = FOLDER) -> list[str]:
    """The scripts there are."""
    return sorted(path.stem for path in folder.glob("*.txt"))


def read(name: str, folder: Path = FOLDER) -> list[Command]:
    """The commands of a script. Raises ScriptError."""
    return parse(name, (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines())


def parse(name: str, lines: Iterable[str]) -> list[Command]:
    """The commands of a script's lines. Raises ScriptError."""
    commands: list[Command] = []
    flags: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        place = f"{name}:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("%%"):
            word, _, rest = line[2:].strip().partition(" ")
            flags[word] = rest.strip()
        elif line.startswith("<"):
            if not commands:
                raise ScriptError(f"{place}: input before any command")
            commands[-1] = _with_input(commands[-1], line[1:].removeprefix(" "))
        else:
            commands.append(_command(place, line, flags))
            flags = {}
    if flags:
        raise ScriptError(f"{name}: %% {' '.join(flags)} stands before no command")
    return commands


def _command(place: str, line: str, flags: dict[str, str]) -> Command:
    unknown = flags.keys() - {"sorted", "last", "until", "beside", "differs"}
    if unknown:
        raise ScriptError(f"{place}: %% {' '.join(sorted(unknown))} is unknown")
    try:
        tool, *arguments = shlex.split(line)
        last = int(flags.get("last", "0"))
    except ValueError as error:
        raise ScriptError(f"{place}: {error}") from error
    return Command(
        place,
        tool,
        tuple(arguments),
        sorted="sorted" in flags,
        last=last,
        until=flags.get("until", ""),
        beside=flags.get("beside", ""),
        differs=flags.get("differs", ""),
    )


def _with_input(command: Command, line: str) -> Command:
    return replace(command, input=f"{command.input}{line}\n")
