"""A disk that loses, when the power fails, what was not synced.

Below `root` it knows for every file what of it is durable (the content at its last sync) and for
every directory which names are (those at its last sync, and the changes since then in order).
`lose_power` leaves on the real disk one of the states that a machine may wake up in, chosen by the
random numbers that it is given:
- of a file's new bytes: none, all, a part, or a part and zeros behind it;
- of a directory's changes (creations, renames, deletions): the first so many of them.

It is stricter than most file systems: a file whose folder was not synced may be gone although its
content was. What is right here is right on all of them.
"""

from __future__ import annotations

import os
import random
import shutil
from typing import TypeAlias

from wirekafka_storage.files import Disk

_Node: TypeAlias = "_File | _Directory"


class _File:
    """A file and what of it is durable. Its descriptor keeps the content readable when it is
    unlinked."""

    def __init__(self, path: str) -> None:
        self.fd = os.open(path, os.O_RDONLY)
        self.durable = b""

    def __del__(self) -> None:
        os.close(self.fd)

    def content(self) -> bytes:
        return os.pread(self.fd, os.fstat(self.fd).st_size, 0)

    def after(self, chance: random.Random) -> bytes:
        """The content after a loss of power."""
        content = self.content()
        if not content.startswith(self.durable):
            return chance.choice((self.durable, content))
        kept = chance.randint(len(self.durable), len(content))
        return chance.choice(
            (self.durable, content, content[:kept], content[:kept].ljust(len(content), b"\0"))
        )


class _Directory:
    """Names, those that are durable, and the changes that made the difference."""

    def __init__(self) -> None:
        self.names: dict[str, _Node] = {}
        self.durable: dict[str, _Node] = {}
        self.changes: list[tuple[str, str, _Node | None]] = []

    def add(self, name: str, node: _Node) -> None:
        self.names[name] = node
        self.changes.append(("add", name, node))

    def remove(self, name: str) -> None:
        del self.names[name]
        self.changes.append(("remove", name, None))

    def rename(self, source: str, target: str) -> None:
        self.names[target] = self.names.pop(source)
        self.changes.append(("rename " + source, target, self.names[target]))

    def sync(self) -> None:
        self.durable = dict(self.names)
        self.changes.clear()

    def after(self, chance: random.Random) -> dict[str, _Node]:
        names = dict(self.durable)
        for kind, name, node in self.changes[: chance.randint(0, len(self.changes))]:
            if kind.startswith("rename "):
                names.pop(kind.removeprefix("rename "), None)
            if node is None:
                names.pop(name, None)
            else:
                names[name] = node
        return names


class ForgetfulDisk(Disk):
    """See the module. `root` exists and is empty."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._top = _Directory()
        self._by_fd: dict[int, _File] = {}

    def lose_power(self, chance: random.Random) -> None:
        """The machine wakes up: what was not synced may be gone. Nothing may be open any more."""
        state = _after(self._top, chance)
        shutil.rmtree(self.root)
        self._by_fd.clear()
        self._top = _Directory()
        self._write(state, self.root, self._top)

    def open(self, path: str, flags: int) -> int:
        known = self._find(path)
        fd = super().open(path, flags)
        if isinstance(known, _File):
            self._by_fd[fd] = known
        elif flags & os.O_CREAT:
            made = self._by_fd[fd] = _File(path)
            self._parent(path).add(os.path.basename(path), made)
        return fd

    def fsync(self, fd: int) -> None:  # type: ignore[override]
        self._by_fd[fd].durable = self._by_fd[fd].content()

    def fsync_directory(self, path: str) -> None:
        directory = self._find(path)
        if not isinstance(directory, _Directory):
            raise FileNotFoundError(2, "No such file or directory", path)
        directory.sync()

    def rename(self, source: str, target: str) -> None:  # type: ignore[override]
        os.replace(source, target)
        assert os.path.dirname(source) == os.path.dirname(target), "no log needs more"
        self._parent(source).rename(os.path.basename(source), os.path.basename(target))

    def unlink(self, path: str) -> None:  # type: ignore[override]
        os.unlink(path)
        self._parent(path).remove(os.path.basename(path))

    def mkdir(self, path: str) -> None:  # type: ignore[override]
        os.mkdir(path)
        self._parent(path).add(os.path.basename(path), _Directory())

    def rmdir(self, path: str) -> None:  # type: ignore[override]
        os.rmdir(path)
        self._parent(path).remove(os.path.basename(path))

    def _find(self, path: str) -> _Node | None:
        node: _Node | None = self._top
        for name in os.path.relpath(path, self.root).split(os.sep):
            if name == ".":
                continue
            node = node.names.get(name) if isinstance(node, _Directory) else None
        return node

    def _parent(self, path: str) -> _Directory:
        parent = self._find(os.path.dirname(path))
        assert isinstance(parent, _Directory), path
        return parent

    def _write(self, state: dict[str, object], path: str, directory: _Directory) -> None:
        os.mkdir(path)
        for name, inner in state.items():
            at = os.path.join(path, name)
            if isinstance(inner, dict):
                made = directory.names[name] = _Directory()
                self._write(inner, at, made)
                continue
            assert isinstance(inner, bytes)
            with open(at, "wb") as file:
                file.write(inner)
            kept = directory.names[name] = _File(at)
            kept.durable = inner
        directory.sync()


def _after(directory: _Directory, chance: random.Random) -> dict[str, object]:
    """Names to contents (bytes) or to the same of a folder."""
    return {
        name: _after(node, chance) if isinstance(node, _Directory) else node.after(chance)
        for name, node in directory.after(chance).items()
    }
