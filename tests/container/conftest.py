"""The image without a Docker engine: its files, made by `container/install` as in the Dockerfile.

`image` runs them where they are, in a directory: who may not make mounts can test that, too. Paths
that others hold to be fixed are moved there. `chroot` lays them over the file system of this
machine, in name spaces of mounts and network of its own, and runs them as the image's user.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WAIT_S = 30
MOVED = ("/etc/confluent", "/etc/kafka", "/opt/kafka", "/usr/sbin/", "/tmp/", "/tc-", "/testcon")
"""What begins so is in the image, and moves with it."""

_LAYERS = """
set -eu
layers=$1 image=$2 shift=$3
mount -t tmpfs tmpfs "$layers"
mkdir "$layers/upper" "$layers/work" "$layers/root"
mount -t overlay overlay "$layers/root" \\
    -o "lowerdir=/,upperdir=$layers/upper,workdir=$layers/work"
root=$layers/root
for needed in $NEEDED /proc /dev; do
    mkdir -p "$root$needed"
    mount --rbind "$needed" "$root$needed"
    parent=$(dirname "$needed")
    while [ "$parent" != / ]; do
        chmod a+x "$root$parent"
        parent=$(dirname "$parent")
    done
done
cp -R "$image/." "$root/"
ip link set lo up
who=
if [ "$shift" = user ]; then
    chown -R 1000:0 "$root/etc/kafka" "$root/etc/confluent" "$root/opt/kafka" "$root/var/lib/kafka"
    who=--userspec=1000:0
fi
shift 3
exec chroot $who "$root" /bin/sh -c 'cd /var/lib/kafka && exec "$@"' sh "$@"
"""


class Image:
    """The files of the image in a directory, and programs that were started from it."""

    inside_is_private = False
    """Whether ports and paths of a container are free."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.root = directory / "image"
        subprocess.run([ROOT / "container" / "install", self.root], check=True, timeout=WAIT_S)
        for name, command in (("python", ""), ("wirekafka", "-P -m wirekafka")):
            program = self.root / "usr/local/bin" / name
            program.write_text(f'#!/bin/sh\nexec {sys.executable} {command} "$@"\n')
            program.chmod(0o755)
        self.running: list[Running] = []

    def path(self, path: str) -> Path:
        """Where a path of the image is for this machine."""
        return self.root / path.lstrip("/")

    def text(self, text: str) -> str:
        """A command or script that names paths of the image."""
        moved = "|".join(map(re.escape, MOVED))
        return re.sub(rf"(?<![\w/])(?:{moved})", lambda found: f"{self.root}{found[0]}", text)

    def command(self, *words: str) -> list[str]:
        return [self.text(word) for word in words]

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        rooms = (ROOT, ROOT / "protocol", ROOT / "storage")
        return {
            "PATH": f"{self.path('/usr/local/bin')}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "PYTHONPATH": os.pathsep.join(map(str, rooms)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "WIREKAFKA_DATA_DIR": str(self.path("/var/lib/kafka/data")),
            **variables,
        }

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """A program that ends by itself."""
        return subprocess.run(
            self.command(*words),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            env=self.environment(variables),
            cwd=self.path("/var/lib/kafka"),
            check=False,
        )

    def start(self, *words: str, **variables: str) -> Running:
        """A program that serves."""
        cwd = self.path("/var/lib/kafka")
        running = Running(self.command(*words), self.environment(variables), cwd)
        self.running.append(running)
        return running

    def write(self, running: Running, path: str, text: str) -> None:
        """Copy a file in, as an engine does it while the container runs."""
        target = self.path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, self.text(text))

    def inside(self, running: Running) -> list[str]:
        """In front of a command: it sees the network of a program."""
        return []


class Layered(Image):
    """The same below the paths that it has in a container."""

    inside_is_private = True

    def __init__(self, directory: Path, unshare: list[str], user: str) -> None:
        super().__init__(directory)
        self.has_users = user == "user"
        self.layers = directory / "layers"
        self.layers.mkdir()
        # A shell script becomes its interpreter: the process stays the one that was started.
        self._enter = [*unshare, "sh", "-c", _LAYERS, "sh", self.layers, self.root, user]

    def path(self, path: str) -> Path:
        return Path(path) if hasattr(self, "layers") else super().path(path)

    def text(self, text: str) -> str:
        return text

    def command(self, *words: str) -> list[str]:
        return [*map(str, self._enter), *words]

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        needed = {str(ROOT), sys.prefix, sys.base_prefix}
        return {**super().environment(variables), "NEEDED": " ".join(sorted(needed))}

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        raise NotImplementedError("each start has layers of its own")

    def start(self, *words: str, **variables: str) -> Running:
        running = Running(self.command(*words), self.environment(variables), self.directory)
        self.running.append(running)
        return running

    def write(self, running: Running, path: str, text: str) -> None:
        _write(Path(f"/proc/{running.pid}/root{path}"), text)

    def inside(self, running: Running) -> list[str]:
        return ["nsenter", "--target", str(running.pid), "--net"]


class Running:
    """A program with the lines that it printed; it and what it started end with `stop`."""

    def __init__(self, command: list[str], environment: dict[str, str], cwd: Path) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            cwd=cwd,
            start_new_session=True,
        )
        self.pid = self._process.pid
        self.lines: list[str] = []

    def says(self, pattern: str) -> re.Match[str]:
        """The first line from here on that has it."""
        assert self._process.stdout is not None
        watchdog = threading.Timer(WAIT_S, self._end, [signal.SIGKILL])
        watchdog.start()
        try:
            for line in self._process.stdout:
                self.lines.append(line)
                found = re.search(pattern, line)
                if found:
                    return found
        finally:
            watchdog.cancel()
        raise AssertionError(f"{pattern!r} was not said:\n{''.join(self.lines)}")

    def stop(self) -> int:
        """SIGTERM; the exit code of what was started."""
        self._end(signal.SIGTERM)
        try:
            output, _ = self._process.communicate(timeout=WAIT_S)
            self.lines += output.splitlines()
        finally:
            self._end(signal.SIGKILL)
        return self._process.returncode

    def _end(self, number: signal.Signals) -> None:
        # The session of the shell that was started here, and with it what that shell started.
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return


def _write(path: Path, text: str) -> None:
    # Whole at once: who waits for the name must not find half of it.
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text)
    fresh.chmod(0o777)
    fresh.rename(path)


@functools.cache
def _layers() -> tuple[list[str], str] | None:
    """How layers are entered here and as whom; None where that is forbidden."""
    if sys.platform != "linux" or not all(map(shutil.which, ("unshare", "nsenter", "ip"))):
        return None
    probe = (
        "set -e; d=$(mktemp -d); mount -t tmpfs tmpfs $d; mkdir $d/u $d/w $d/m; "
        "mount -t overlay overlay $d/m -o lowerdir=/,upperdir=$d/u,workdir=$d/w; "
        "ip link set lo up; rmdir $d 2>/dev/null || true"
    )
    unshare = ["unshare", "--mount", "--net"]
    for mapping, user in (([], "user"), (["--map-root-user"], "root")):
        done = subprocess.run(
            [*unshare, *mapping, "sh", "-c", probe], capture_output=True, timeout=WAIT_S
        )
        if done.returncode == 0:
            return [*unshare, *mapping], user
    return None


def _stopped(running: list[Running]) -> None:
    for program in running:
        program.stop()


@pytest.fixture
def image(tmp_path: Path) -> Iterator[Image]:
    """The image in a directory."""
    made = Image(tmp_path)
    yield made
    _stopped(made.running)


@pytest.fixture
def private_image(tmp_path: Path) -> Iterator[Image]:
    """The image at its own paths, with all ports free; skipped where this machine forbids it."""
    layers = _layers()
    if layers is None:
        pytest.skip("needs root, or name spaces of users, to mount an overlay")
    made = Layered(tmp_path, *layers)
    yield made
    _stopped(made.running)


@pytest.fixture(params=["image", "private_image"])
def any_image(request: pytest.FixtureRequest) -> Image:
    """Both."""
    made: Image = request.getfixturevalue(request.param)
    return made
