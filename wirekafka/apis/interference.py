"""How faults stand between a request and its handler, before and after.

`Dispatcher.faults` is None until there is one that can hit, and then a request costs no look more
than it does without quotas. `injection.py` is what hangs there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from wirekafka.apis.context import Peer

Serve = Callable[..., Any]
"""serve(peer, frame, pos, end, intervention=None): the handler's way; see `Dispatcher.handle` for
what comes back. An `Intervention` stands in for the handler, for some of the request or all."""


class Verdict(Protocol):
    """What a fault does with one request."""

    def carry_out(self, serve: Serve, peer: Peer, frame: memoryview, pos: int, end: int) -> Any:
        """In the place of `serve(peer, frame, pos, end)`; answers and raises what it would."""


class Faults(Protocol):
    """Who decides whether a request meets a fault."""

    def before(
        self, peer: Peer, key: int, version: int, frame: memoryview, pos: int, end: int
    ) -> Verdict | None:
        """None: the request goes its usual way, the short one as well."""
