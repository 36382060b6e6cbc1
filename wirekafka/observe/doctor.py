"""The doctor: looks at what was recorded when there is reason to, and says it once in the log.

Nothing runs while nothing happens: an alarm of the recorder or the witness arms a timer, and it is
armed again only as long as something may become a mistake by waiting. Each finding is logged once,
and again when it is still so after `REPEAT_S`; a doubt is no warning.
"""

from __future__ import annotations

import logging

from wirekafka.clock import Clock, TimerHandle
from wirekafka.observe.finding import Finding
from wirekafka.observe.findings import may_become_mistakes, mistakes
from wirekafka.observe.lost import doubtful_clients
from wirekafka.observe.recorder import Recorder
from wirekafka.observe.surroundings import Surroundings
from wirekafka.observe.waits import waits
from wirekafka.observe.witness import Witness

LOOK_S = 1.0
"""Between two looks, and between an alarm and the first: a finding is in the log within 5 s."""

REPEAT_S = 60.0

MAX_SAID = 1000
"""Findings that are remembered as said; then all are forgotten."""

logger = logging.getLogger("wirekafka.doctor")


class Doctor:
    """See the module."""

    def __init__(
        self, recorder: Recorder, witness: Witness, surroundings: Surroundings, clock: Clock
    ) -> None:
        self._recorder = recorder
        self._witness = witness
        self._surroundings = surroundings
        self._clock = clock
        self._timer: TimerHandle | None = None
        self._said: dict[tuple[str, str, str], float] = {}

    def mistakes(self) -> list[Finding]:
        """What is wrong now."""
        now = self._clock.monotonic()
        tapes, facts = list(self._recorder.tapes()), self._witness.facts()
        return mistakes(tapes, facts, self._surroundings, now)

    def doubts(self) -> list[Finding]:
        """What may be wrong, of clients that may as well be idle."""
        tapes = list(self._recorder.tapes())
        return doubtful_clients(tapes, self._surroundings, self._clock.monotonic())

    def waits(self) -> list[Finding]:
        """Who waits for what now."""
        now = self._clock.monotonic()
        tapes, facts = list(self._recorder.tapes()), self._witness.facts()
        return waits(tapes, facts, self._surroundings, now)

    def look_soon(self) -> None:
        """Something happened that may be a mistake."""
        if self._timer is None:
            self._timer = self._clock.call_at(self._clock.monotonic() + LOOK_S, self._look)

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self._timer = None
        now = self._clock.monotonic()
        tapes, facts = list(self._recorder.tapes()), self._witness.facts()
        for finding in mistakes(tapes, facts, self._surroundings, now):
            self._say(finding, logging.WARNING, now)
        for doubt in doubtful_clients(tapes, self._surroundings, now):
            self._say(doubt, logging.INFO, now)
        if may_become_mistakes(tapes, facts, now):
            self.look_soon()

    def _say(self, finding: Finding, level: int, now: float) -> None:
        if now - self._said.get(finding.key, -REPEAT_S) < REPEAT_S:
            return
        if len(self._said) >= MAX_SAID:
            self._said.clear()
        self._said[finding.key] = now
        logger.log(
            level,
            "%s: %s %s; what helps: %s",
            finding.kind,
            finding.client,
            finding.cause,
            finding.advice,
        )
