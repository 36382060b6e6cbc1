"""Plays `docker` for one project: `info`, and `compose` with up, start, stop, kill, logs and down.

FAKE_DOCKER is its folder. `calls.jsonl` there gets every compose call with what it was told through
the environment; a file `without-NAME` makes the command NAME fail. The container is a process that
answers on COMPAT_PORT and holds a lock on the file `container`, so that waiting for its end is
waiting for the lock."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

HOME = Path(os.environ["FAKE_DOCKER"])


def main(arguments: list[str]) -> None:
    if (HOME / f"without-{arguments[0]}").exists():
        sys.exit(f"docker: '{arguments[0]}' does not work")
    if arguments[:1] == ["info"] or arguments[:2] == ["compose", "version"]:
        sys.stdout.write("27.3.1\n")
    elif arguments[:1] == ["compose"]:
        compose(arguments)
    elif arguments[:1] == ["container"]:
        container()
    else:
        sys.exit(f"docker: unknown command {arguments}")


def compose(arguments: list[str]) -> None:
    verb = arguments[5]  # behind compose -p PROJECT -f FILE
    told = {name: text for name, text in os.environ.items() if name.startswith("COMPAT_")}
    configs = Path(told["COMPAT_CONFIGS"]).read_text()
    with open(HOME / "calls.jsonl", "a", encoding="utf-8") as calls:
        calls.write(json.dumps({"argv": arguments, "told": told, "configs": configs}) + "\n")
    if (HOME / f"without-{verb}").exists():
        sys.exit(f"{verb} is broken")
    if verb in ("up", "start"):
        run()
    elif verb == "logs":
        tail = int(arguments[arguments.index("--tail") + 1])
        lines = (HOME / "log").read_text().splitlines()[-tail:]
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    else:
        assert verb in ("stop", "kill", "down"), verb
        end(signal.SIGTERM if verb == "stop" else signal.SIGKILL)


def run() -> None:
    with open(HOME / "container", "w") as lock, open(HOME / "log", "a") as log:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        child = subprocess.Popen(
            [sys.executable, __file__, "container"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock.fileno()],
            start_new_session=True,
        )
        lock.write(str(child.pid))
    # It outlives this process, as a container does; nobody waits for it here.
    child.returncode = 0


def end(how: signal.Signals) -> None:
    if not (HOME / "container").exists():
        return
    with open(HOME / "container") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.kill(int(lock.read()), how)
            fcntl.flock(lock, fcntl.LOCK_EX)


def container() -> None:
    sys.stdout.write(f"container runs as {os.getpid()}\n")
    sys.stdout.flush()
    with socket.create_server(("127.0.0.1", int(os.environ["COMPAT_PORT"]))) as listener:
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(connection.recv(64))


if __name__ == "__main__":
    main(sys.argv[1:])
