"""CRC-32C (Castagnoli), the checksum of record batches and of producer snapshots.

The `crc32c` wheel computes it in hardware. Importing its package costs 50 ms, nearly all of it for
looking up its own version in the installed metadata, so the extension module inside is loaded
directly (6 ms). Where a release of the wheel keeps that module elsewhere, the package is imported.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import cast

_PACKAGE = "crc32c"
_EXTENSION = "_crc32c"


def _load() -> Callable[..., int]:
    package = find_spec(_PACKAGE)
    if package is not None and package.submodule_search_locations:
        extension = PathFinder.find_spec(_EXTENSION, package.submodule_search_locations)
        if extension is not None and extension.loader is not None:
            module = module_from_spec(extension)
            extension.loader.exec_module(module)
            if hasattr(module, "crc32c"):
                # The module is untyped: its stub belongs to the package that is not imported.
                return cast(Callable[..., int], module.crc32c)
    return cast(Callable[..., int], importlib.import_module(_PACKAGE).crc32c)


crc32c: Callable[..., int] = _load()
"""crc32c(data, value=0) -> int: the checksum of data, continued from value."""
