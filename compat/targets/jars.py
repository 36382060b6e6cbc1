"""The jars of the real Kafka, fetched once by Maven and kept outside the repository.

They are copied into a fresh folder that gets its name when it is complete, so an interrupted fetch
is never used and two runs at once do not disturb each other.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .target import Missing, TargetError

VERSION = "4.3.1"
HERE = Path(__file__).resolve().parent / "kafka"
FETCH_LIMIT_S = 900  # 130 MB; a slow connection needs minutes, a dead one must not hang a pipeline


def cache() -> Path:
    """Where the jars are kept: $WIREKAFKA_COMPAT_CACHE, else below the user's cache folder."""
    chosen = os.environ.get("WIREKAFKA_COMPAT_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(chosen) if chosen else Path(base) / "wirekafka-compat"


def java() -> str:
    """The Java to run brokers with; raises Missing for none or one that is too old."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin" if home else None) or shutil.which("java")
    if found is None:
        raise Missing("Java is missing: install a JDK 17 or newer")
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if version is None or int(version[1]) < 17:
        raise Missing(f"Kafka {VERSION} needs Java 17: install a JDK 17 or newer")
    return found


def java_command(*options: str) -> list[str]:
    """The start of a command line that runs a class of Kafka; its name and arguments follow.

    Raises Missing without Java, or without Maven when the jars are not there."""
    command = [java(), *options, "-Djava.awt.headless=true"]
    command.append(f"-Dlog4j2.configurationFile={HERE / 'log4j2.yaml'}")
    return [*command, "-cp", f"{jars()}/*"]


def jars() -> Path:
    """The folder of the jars, fetched when it is not there."""
    folder = cache() / f"kafka-{VERSION}"
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing("Maven is missing: install maven (mvn), it fetches Kafka's jars once")
    cache().mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="fetching-", dir=cache()))
    command = [maven, "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={fresh}"]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=FETCH_LIMIT_S,
            check=False,
        )
        if done.returncode != 0:
            raise TargetError(f"Kafka's jars could not be fetched:\n{done.stdout[-2000:]}")
        try:
            fresh.rename(folder)
        except OSError:
            assert folder.is_dir()  # another run was first
    except subprocess.TimeoutExpired:
        raise TargetError(f"Kafka's jars were not there after {FETCH_LIMIT_S} s") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder
