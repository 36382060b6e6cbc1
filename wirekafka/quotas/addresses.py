"""Addresses that quotas are for: as they are, or names that resolve to one.

As in Java's `InetAddress.getByName`, a name stands for the first address that it resolves to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable


def canonical(text: str) -> str | None:
    """An address in the form in which connections show it; None when it is a name."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


async def resolve_all(texts: Iterable[str]) -> dict[str, str | None]:
    """The address that each text stands for, None where there is none; names are looked up beside
    the loop."""
    loop = asyncio.get_running_loop()
    found: dict[str, str | None] = {}
    for text in texts:
        address = canonical(text)
        if address is None:
            address = await loop.run_in_executor(None, resolve, text)
        found[text] = address
    return found


def resolve(text: str) -> str | None:
    """The same for one text; waits for the system's resolver."""
    address = canonical(text)
    if address is not None:
        return address
    try:
        answers = socket.getaddrinfo(text, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    families = [socket.AF_INET, socket.AF_INET6]  # Java prefers IPv4
    answers.sort(key=lambda a: families.index(a[0]) if a[0] in families else len(families))
    return str(answers[0][4][0]) if answers else None
