"""What looks on at every request, before and after its handler: faults and the recorder.

`Dispatcher.watch` is None until one of the two is there, and then a request costs no look more
than it does without quotas. A recorder sees each request as it came, before Produce writes into
its batch, and each answer as it leaves for the connection, after a fault has had its way with it:
it records what the client sees. An answer that comes later is recorded when it comes.

The order around a handler: recorder, fault, [quotas, handler], fault, recorder.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from wirekafka_protocol.errors import ProtocolError

from wirekafka.apis.context import Peer
from wirekafka.apis.deferred import Deferred

Serve = Callable[..., Any]
"""serve(peer, frame, pos, end, intervention=None): the handler's way; see `Dispatcher.handle` for
what comes back. An `Intervention` stands in for the handler, for some of the request or all."""


class Recorder(Protocol):
    """Keeps what it is shown; must not fail and must not wait."""

    def asked(self, peer: Peer, frame: memoryview, pos: int, end: int) -> Any:
        """A request arrived, its header at frame[pos] and without its size. The buffer is reused:
        what is kept must be copied now. What comes back is given to `answered`."""

    def answered(self, seen: Any, answer: Any) -> None:
        """What `asked` gave, and the whole answer: bytes-like; a list of bytes and LogSlices;
        None for no answer; a ProtocolError where the connection is closed instead."""


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


class Watch:
    """Those who look on now; None for those who do not."""

    __slots__ = ("faults", "recorder")

    def __init__(self, recorder: Recorder | None = None, faults: Faults | None = None) -> None:
        self.recorder = recorder
        self.faults = faults

    def handle(
        self,
        serve: Serve,
        peer: Peer,
        key: int,
        version: int,
        frame: memoryview,
        pos: int,
        end: int,
    ) -> Any:
        """One request, with everybody looking on."""
        recorder = self.recorder
        if recorder is None:
            return self._faulty(serve, peer, key, version, frame, pos, end)
        seen = recorder.asked(peer, frame, pos, end)
        try:
            answer = self._faulty(serve, peer, key, version, frame, pos, end)
        except ProtocolError as error:
            recorder.answered(seen, error)
            raise
        if type(answer) is not Deferred:
            recorder.answered(seen, answer)
            return answer
        later = Deferred(on_abandon=answer.abandon)

        def arrived(response: Any) -> None:
            recorder.answered(seen, response)
            later.resolve(response)

        answer.then(arrived)
        return later

    def _faulty(
        self,
        serve: Serve,
        peer: Peer,
        key: int,
        version: int,
        frame: memoryview,
        pos: int,
        end: int,
    ) -> Any:
        if self.faults is not None:
            verdict = self.faults.before(peer, key, version, frame, pos, end)
            if verdict is not None:
                return verdict.carry_out(serve, peer, frame, pos, end)
        return serve(peer, frame, pos, end)
