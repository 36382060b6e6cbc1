"""Makes or refreshes the clone's virtual environment; called by bin/_environment, never by people.

Strategy: one process at a time (an advisory lock that the kernel drops when its owner dies), one
pip call, the stamps last. A stamp is a copy of the pyproject.toml that was installed, so an
interrupted set-up is simply repeated. pip's output is shown only when it fails, with addresses
taken out: people paste it into issues.

The dependency groups are read here rather than by `pip install --group` because the pip that comes
with Python 3.11 is older than that option.
"""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PACKAGES = ("wirekafka", "protocol/wirekafka_protocol", "storage/wirekafka_storage")
PIP_LIMIT_S = 1200  # a cold, slow connection needs minutes; a hanging one must not hang a pipeline


def main(group: str) -> int:
    """Bring .venv up to date for `group` ("runtime" or "dev"); the exit status."""
    with open(ROOT / ".venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_current(group):  # another process made it while this one waited
            return 0
        return _set_up(group)


def _set_up(group: str) -> int:
    started = time.monotonic()
    again = (VENV / ".wirekafka-root").exists()
    _say(f"{'refreshing' if again else 'setting up'} .venv ({'changed' if again else 'once'}) …")
    if not _is_usable():
        made = _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
        if made != 0:
            return made
    # A development environment has the run-time dependencies, and keeps its own when both exist.
    groups = {group, "runtime"} | ({"dev"} if (VENV / ".wirekafka-dev.toml").exists() else set())
    manifest = (ROOT / "pyproject.toml").read_bytes()
    python = str(VENV / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--editable", str(ROOT)]
    status = _run([*pip, *_development_requirements(manifest, groups)])
    if status != 0:
        return status
    _run([python, "-m", "compileall", "-q", *(str(ROOT / package) for package in PACKAGES)])
    (VENV / ".wirekafka-root").write_text(f"{ROOT}\n")
    for name in sorted(groups):
        (VENV / f".wirekafka-{name}.toml").write_bytes(manifest)
    _say(f".venv is ready ({time.monotonic() - started:.0f} s)")
    return 0


def _is_current(group: str) -> bool:
    try:
        return (VENV / ".wirekafka-root").read_text().rstrip("\n") == str(ROOT) and (
            VENV / f".wirekafka-{group}.toml"
        ).read_bytes() == (ROOT / "pyproject.toml").read_bytes()
    except OSError:
        return False


def _is_usable() -> bool:
    """Whether .venv holds a Python 3.11+ with pip that was made for this directory."""
    made_in = VENV / ".wirekafka-root"
    if made_in.exists() and made_in.read_text().rstrip("\n") != str(ROOT):
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        command = [str(VENV / "bin" / "python"), "-c", probe]
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except OSError:
        return False


def _development_requirements(manifest: bytes, groups: set[str]) -> list[str]:
    if "dev" not in groups:
        return []
    requirements: list[str] = tomllib.loads(manifest.decode())["dependency-groups"]["dev"]
    return requirements


def _run(command: list[str]) -> int:
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=environment,
            timeout=PIP_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        _say(f"set-up took longer than {PIP_LIMIT_S} s and was stopped")
        return 1
    if done.returncode != 0:
        sys.stderr.write(_without_addresses(done.stdout))
        _say("setting up .venv failed; it will be tried again next time")
    return done.returncode


def _without_addresses(text: str) -> str:
    text = re.sub(r"\bhttps?://[^\s'\")>]+", "<address>", text)
    return re.sub(r"host='[^']*'", "host=<address>", text)


def _say(message: str) -> None:
    print(f"wirekafka: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
