"""Addresses that limits are for: as they are, or names that resolve to one.

As in Java's `InetAddress.getByName`, a name stands for the first address that it resolves to. Names
are looked up in a thread of their own: the system's resolver may take a minute when there is no
name server, and neither the loop nor the end of the process may wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import socket
from collections.abc import Callable, Collection, Iterable
from threading import Event, Thread

logger = logging.getLogger("wirekafka.quotas")

PATIENCE_S = 30.0
"""What is not found in this time is taken for a name without an address."""


def canonical(text: str) -> str | None:
    """An address in the form in which connections show it; None when it is a name."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(address)


async def resolve_all(texts: Iterable[str]) -> dict[str, str | None]:
    """The address that each text stands for, None where there is none."""
    found = {text: canonical(text) for text in texts}
    names = [text for text, address in found.items() if address is None]
    return found | await _look_up(names) if names else found


class KnownAddresses:
    """The addresses of some names, as far as they are known; `changed` is called when there is
    news."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._canonical: dict[str, str | None] = {}
        """Of all that is followed: to parse thousands of addresses at each change takes seconds."""
        self._found: dict[str, str | None] = {}
        self._lookup: asyncio.Task[None] | None = None

    def of(self, text: str) -> str | None:
        """The address that a text stands for; None if there is none, or it is not known yet."""
        address = self._canonical[text] if text in self._canonical else canonical(text)
        return address or self._found.get(text)

    def follow(self, texts: Collection[str]) -> None:
        """Look up those that are names and have no address yet; forget all others."""
        before = self._canonical
        self._canonical = {t: before[t] if t in before else canonical(t) for t in texts}
        names = {text for text, address in self._canonical.items() if address is None}
        self._found = {name: self._found[name] for name in names & self._found.keys()}
        missing = [name for name in sorted(names) if self._found.get(name) is None]
        self.close()
        if missing:
            self._lookup = asyncio.create_task(self._add(missing))

    async def settle(self, seconds: float) -> None:
        """Wait until what is looked up is known, but not longer than this."""
        if self._lookup is not None:
            await asyncio.wait({self._lookup}, timeout=seconds)

    def close(self) -> None:
        """Nothing is looked up any more."""
        if self._lookup is not None:
            self._lookup.cancel()
            self._lookup = None

    async def _add(self, names: list[str]) -> None:
        found = await _look_up(names)
        for name in names:
            if found[name] is None:
                logger.warning("%s is not found, the limit for it is without effect", name)
        self._found |= found
        self._changed()


def resolve(text: str) -> str | None:
    """The address that a text stands for; waits for the system's resolver."""
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


async def _look_up(names: list[str]) -> dict[str, str | None]:
    """All of them, None for those that have no address or take too long."""
    loop = asyncio.get_running_loop()
    found: dict[str, str | None] = dict.fromkeys(names)
    finished = asyncio.Event()
    given_up = Event()

    def work() -> None:
        for name in names:
            address = resolve(name)
            if given_up.is_set():
                return
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(found.__setitem__, name, address)
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(finished.set)

    # Not an executor's: the end of the loop and of the process would wait for those.
    Thread(target=work, name="resolver", daemon=True).start()
    try:
        async with asyncio.timeout(PATIENCE_S):
            await finished.wait()
    except TimeoutError:
        logger.warning("the resolver takes longer than %g s", PATIENCE_S)
    finally:
        given_up.set()
    return dict(found)
