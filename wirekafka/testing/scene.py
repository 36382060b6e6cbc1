"""The run's broker as the plugin sees it, and what a single test has of it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from wirekafka.testing.broker import Beside, Commanded, config_text
from wirekafka.testing.process import BrokerError, tail_of

LOG_LEVEL = "WARNING"
"""A namespace per test would fill the log with lines of life and death."""


def unique_name(stem: str) -> str:
    """A name that no other test of any run uses, fit for a topic or group."""
    return f"{re.sub(r'[^A-Za-z0-9._-]', '-', stem)[:80]}-{secrets.token_hex(4)}"


class Scene(Commanded):
    """What one test sees: a namespace, a broker that was reset, or what everybody sees."""

    def __init__(self, commanded: Commanded, beside: Beside | None) -> None:
        self.bootstrap = commanded.bootstrap
        self.control_url = commanded.control_url
        self.beside = beside
        """The namespace that ends with the test."""

    def make_topic(self, name: str | None = None, partitions: int = 1, **configs: object) -> str:
        """Make a topic, with a new name unless one is given; returns the name."""
        from wirekafka.testing.topics import create_topic

        name = name or unique_name("topic")
        texts = {key.replace("_", "."): config_text(value) for key, value in configs.items()}
        create_topic(self.bootstrap, self.control_url, name, partitions, texts)
        return name

    def report_sections(self) -> list[tuple[str, str]]:
        """Heading and text of what the broker knows of the test, for its report."""
        from wirekafka.testing.failure import sections

        return sections(self.control_url) if self.control_url else []


class RunBroker(Commanded):
    """See the module."""

    def __init__(
        self,
        bootstrap: str,
        control_url: str,
        spare: Mapping[str, str] | None = None,
        log_path: Path | None = None,
    ) -> None:
        self.bootstrap = bootstrap
        self.control_url = control_url
        self._spare = spare
        self._log_path = log_path
        self._own: Beside | None = None
        self._over: Beside | None = None
        """The namespace of the test before. It ends when the next one begins, so that a run of one
        test needs nothing of the control port, whose libraries would be half of what it costs."""

    def __repr__(self) -> str:
        return f"<RunBroker {self.bootstrap}>"

    @classmethod
    def external(cls, bootstrap: str, control_url: str | None) -> RunBroker:
        """One that runs already."""
        return cls(bootstrap, control_url or "")

    @classmethod
    @contextlib.contextmanager
    def of_run(
        cls, directory: Path, configs: Mapping[str, object], *, is_shared: bool
    ) -> Iterator[RunBroker]:
        """This process's own, or the one of all processes that have this directory."""
        from wirekafka.testing import sharing

        texts = {name: config_text(value) for name, value in configs.items()}
        level = os.environ.get("WIREKAFKA_LOG_LEVEL", LOG_LEVEL)
        start = sharing.join if is_shared else sharing.start_alone
        process = start(directory, texts, level)
        answer = process.answer
        log_path = directory / "wirekafka" / "broker.log"
        broker = cls(answer["bootstrap"], answer["control"], answer.get("spare"), log_path)
        try:
            yield broker
        finally:
            if process.is_inherited:
                pass  # a test's fork that left by way of pytest; the broker is its parent's
            elif is_shared:
                broker.let_go()
                process.let_go()
            else:
                sharing.stop_alone(process, directory)  # and its namespaces with it

    def begin(self, isolation: str) -> Scene:
        """A test begins. BrokerError when the broker is gone."""
        try:
            return self._begin(isolation)
        except OSError as error:
            log = tail_of(self._log_path) if self._log_path is not None else ""
            text = f"the run's broker does not answer any more: {error}{log}"
            raise BrokerError(text) from None

    def _begin(self, isolation: str) -> Scene:
        self._end_what_is_over()
        if isolation == "none" or not self.control_url:
            return Scene(self, None)
        if isolation == "namespace":
            beside = self._take_namespace()
            return Scene(beside, beside)
        if self._own is None:
            self._own = self._take_namespace()
        else:
            self._own.reset()
        return Scene(self._own, None)

    def end(self, scene: Scene) -> None:
        """It is over."""
        self._over = scene.beside

    def let_go(self) -> None:
        """The run, or this process's part of it, is over, and the broker may go on."""
        self._end_what_is_over()
        if self._own is not None:
            self._own.__exit__()

    def _end_what_is_over(self) -> None:
        over, self._over = self._over, None
        if over is not None:
            over.__exit__()

    def _take_namespace(self) -> Beside:
        spare, self._spare = self._spare, None
        return Beside(self.control_url, spare) if spare is not None else self.namespace()
