"""Where the figures come from: enough to judge them, nothing that names a host."""

from __future__ import annotations

import os
import platform
import sysconfig
from pathlib import Path


def describe() -> dict[str, str]:
    """Processor, memory, kernel and interpreter, as texts to print."""
    optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    build = "profile-guided build" if optimised else "plain build"
    return {
        "processor": f"{os.cpu_count()} × {_proc('cpuinfo', 'model name') or platform.machine()}",
        "memory": f"{_memory_gb()} GB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": f"{platform.python_implementation()} {platform.python_version()}, {build}",
    }


def _memory_gb() -> int:
    kilobytes = (_proc("meminfo", "MemTotal") or "0 kB").split()[0]
    return round(int(kilobytes) / 1024 / 1024)


def _proc(file: str, name: str) -> str | None:
    for line in Path("/proc", file).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None
