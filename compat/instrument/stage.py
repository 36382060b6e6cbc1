"""What a check has: a broker of its own, its control port, and the clients of one library."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from wirekafka.testing import Broker

from .remote import Remote, RemoteConsumer, RemoteError, RemoteProducer

LIMIT_S = 20.0
"""How long anything may take that is expected to happen; a check says when it must be sooner."""

DOCTOR_S = 5.0

_TICK_S = 0.01

Found = TypeVar("Found")


class CheckFailed(Exception):
    """It went another way; the text says which."""


class Stage:
    """See the module. `remotes` are all programs that run, `remote` is the one that is asked for
    when a check does not say; `loops` is how often a check does what could fail now and then."""

    def __init__(self, kafka: Broker, remotes: dict[str, Remote], name: str, loops: int) -> None:
        self.kafka = kafka
        self.control = kafka.control
        self.remotes = remotes
        self.remote = remotes[name]
        self.loops = loops
        self.seen: list[str] = []
        self._topics = itertools.count(1)

    # -- what is made -----------------------------------------------------------------------------

    def topic(self, partitions: int = 1, **configs: str) -> str:
        """A new topic; configs with "_" for "."."""
        name = f"stage-{next(self._topics)}"
        named = {key.replace("_", "."): value for key, value in configs.items()}
        self.control.seed(topics=[{"name": name, "partitions": partitions, "configs": named}])
        return name

    def producer(self, remote: Remote | None = None, **settings: object) -> RemoteProducer:
        """A producer; settings as remote.py names them."""
        remote = remote or self.remote
        who = str(settings.pop("who", remote.new_name("producer")))
        remote.ask("producer", who=who, bootstrap=self.kafka.bootstrap, **settings)
        return RemoteProducer(remote, who)

    def trying(self, topic: str, client_id: str, value: str = "x", **settings: object) -> None:
        """A producer that tries to send, whether it can or not.

        The topic is made when the producer is there, if it is new: who begins with a list of all
        topics does not know it from that and asks for it by its name. A transaction is begun, where
        there is a transactional id."""
        # A name that no other has: one of an earlier check may still be closing, and is lost.
        who = self.remote.new_name("producer")
        words = {"bootstrap": self.kafka.bootstrap, "give_up_ms": 8_000, **settings}

        def send(_: Future[dict[str, Any]]) -> None:
            self.remote.tell("send", who=who, topic=topic, values=[value])

        def begin(made: Future[dict[str, Any]]) -> None:
            if made.exception() is None:
                with self.kafka.control as control:
                    control.seed(topics=[{"name": topic}])
                if "transactional_id" in settings:
                    self.remote.tell("begin", who=who).add_done_callback(send)
                else:
                    send(made)

        self.remote.tell("producer", who=who, client_id=client_id, **words).add_done_callback(begin)

    def consumer(
        self, group: str, topic: str, remote: Remote | None = None, **settings: object
    ) -> RemoteConsumer:
        """A member of a group that reads by itself."""
        remote = remote or self.remote
        who = str(settings.pop("who", remote.new_name("consumer")))
        words = {"bootstrap": self.kafka.bootstrap, "group": group, "topic": topic, **settings}
        remote.ask("consumer", who=who, **words)
        return RemoteConsumer(remote, who)

    def fault(self, name: str, **rule: object) -> None:
        """Put a fault into force."""
        self.control.request("POST", "/faults", {"name": name, **rule})

    def fault_state(self, name: str) -> dict[str, Any]:
        """What it did so far."""
        found = self.control.request("GET", "/faults")["faults"]
        state: dict[str, Any] = next(one for one in found if one["name"] == name)
        return state

    def hits(self, name: str) -> int:
        """How many requests it hit so far."""
        return int(self.fault_state(name)["hits"])

    def end_fault(self, name: str) -> dict[str, Any]:
        """Take it out of force; what it did."""
        state: dict[str, Any] = self.control.request("DELETE", f"/faults/{name}")
        return state

    # -- what is found ----------------------------------------------------------------------------

    def stored(self, topic: str, partition: int | None = None) -> list[str]:
        """The values that the broker has, read at the control port."""
        return [one["value"] for one in self.control.records(topic, partition=partition)]

    def doctor(self, kind: str) -> dict[str, Any]:
        """The mistake of this kind, which the doctor must name within 5 s of its beginning."""

        def named() -> dict[str, Any] | None:
            told = self.control.request("GET", "/doctor")["mistakes"]
            return next((one for one in told if one["kind"] == kind), None)

        found = self.eventually(f"the doctor names {kind!r}", named)
        self.check(found["for_s"] <= DOCTOR_S, f"{kind!r} was named after {found['for_s']} s only")
        return found

    def doubt(self, kind: str) -> dict[str, Any]:
        """The doubt of this kind, within the same time, and no mistake."""

        def named() -> dict[str, Any] | None:
            told = self.control.request("GET", "/doctor")
            self.equal("mistakes", told["mistakes"], [])
            return next((one for one in told["doubts"] if one["kind"] == kind), None)

        found = self.eventually(f"the doctor is in doubt of {kind!r}", named)
        self.check(found["for_s"] <= DOCTOR_S, f"{kind!r} was named after {found['for_s']} s only")
        return found

    # -- judging ----------------------------------------------------------------------------------

    def saw(self, text: str) -> None:
        """A figure that was seen and is not judged."""
        self.seen.append(text)

    def equal(self, what: str, found: object, expected: object) -> None:
        """CheckFailed when they differ."""
        if found != expected:
            raise CheckFailed(f"{what}: {found!r}, expected {expected!r}")

    def check(self, is_so: bool, what: str) -> None:
        """CheckFailed when it is not so."""
        if not is_so:
            raise CheckFailed(what)

    def fails(self, what: str, action: Callable[[], object]) -> str:
        """The client's own words; CheckFailed when it does not fail."""
        try:
            done = action()
        except RemoteError as error:
            return str(error)
        raise CheckFailed(f"{what} did not fail, but gave {done!r}")

    def eventually(
        self, what: str, look: Callable[[], Found | None], limit_s: float = LIMIT_S
    ) -> Found:
        """What `look` finds, as soon as it is true; CheckFailed after the time."""
        deadline = time.monotonic() + limit_s
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > deadline:
                raise CheckFailed(f"not within {limit_s:g} s: {what} (last: {found!r})")
            time.sleep(_TICK_S)
