"""The Java process that runs the tools."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ..targets import Missing, TargetError
from .beside import Beside

RUN = Path(__file__).parents[1] / "clients" / "java" / "run"
LIMIT_S = 60
STOP_LIMIT_S = 10.0
_MISSING = 77
_NEVER = -3  # it did not print what was waited for
_MARK = "ToolLoop "

CLASSES = {
    "kafka-acls": "AclCommand",
    "kafka-broker-api-versions": "BrokerApiVersionsCommand",
    "kafka-client-metrics": "ClientMetricsCommand",
    "kafka-cluster": "ClusterTool",
    "kafka-configs": "ConfigCommand",
    "kafka-console-consumer": "consumer.ConsoleConsumer",
    "kafka-console-producer": "ConsoleProducer",
    "kafka-consumer-groups": "consumer.group.ConsumerGroupCommand",
    "kafka-consumer-perf-test": "ConsumerPerformance",
    "kafka-delegation-tokens": "DelegationTokenCommand",
    "kafka-delete-records": "DeleteRecordsCommand",
    "kafka-dump-log": "DumpLogSegments",
    "kafka-e2e-latency": "EndToEndLatency",
    "kafka-features": "FeatureCommand",
    "kafka-get-offsets": "GetOffsetShell",
    "kafka-groups": "GroupsCommand",
    "kafka-leader-election": "LeaderElectionCommand",
    "kafka-log-dirs": "LogDirsCommand",
    "kafka-metadata-quorum": "MetadataQuorumCommand",
    "kafka-producer-perf-test": "ProducerPerformance",
    "kafka-reassign-partitions": "reassign.ReassignPartitionsCommand",
    "kafka-replica-verification": "ReplicaVerificationTool",
    "kafka-share-groups": "consumer.group.ShareGroupCommand",
    "kafka-streams-application-reset": "StreamsResetter",
    "kafka-streams-groups": "streams.StreamsGroupCommand",
    "kafka-topics": "TopicCommand",
    "kafka-transactions": "TransactionsCommand",
    "kafka-verifiable-consumer": "VerifiableConsumer",
    "kafka-verifiable-producer": "VerifiableProducer",
}
"""The tools by the names of their scripts, below org.apache.kafka.tools."""

_APART = {"kafka-verifiable-producer"}
"""Tools that print the last of it when their process ends."""
_ELSEWHERE = {"kafka-configs": "kafka.admin.ConfigCommand"}


@dataclass(frozen=True, slots=True)
class Done:
    """What a tool printed, to standard output or error, and its exit code."""

    exit: int
    output: str


class Tools:
    """Runs tools by name, while it is entered."""

    def __enter__(self) -> Self:
        done = subprocess.run([RUN, "--install"], capture_output=True, text=True, check=False)
        if done.returncode == _MISSING:
            raise Missing(done.stderr.strip().splitlines()[-1])
        if done.returncode:
            raise TargetError(f"the tools cannot be had: {done.stderr.strip()}")
        self._beside: list[Beside] = []
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop_beside()
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [RUN, "--tools"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, tool: str, arguments: Sequence[str], text: str = "") -> Done:
        """Run one tool to its end."""
        name = _main_class(tool)
        if tool in _APART:
            return _alone(name, arguments, text)
        asked = {
            "class": name,
            "arguments": list(arguments),
            "input": text,
            "seconds": LIMIT_S,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        while line and not line.startswith(_MARK):
            line = self._process.stdout.readline()  # of a tool that hung, and printed too late
        if not line:
            # It ended the process, which few do: only alone can be seen what it prints before.
            self._process.wait()
            self._close()
            self._start()
            return _alone(name, arguments, text)
        answer = json.loads(line.removeprefix(_MARK))
        return Done(answer["exit"], answer["output"])

    def run_beside(self, tool: str, arguments: Sequence[str], until: str) -> Done:
        """Start a tool that goes on; returns when it has printed the text, with exit code 0."""
        started = Beside([str(RUN), "--tool", _main_class(tool), *arguments])
        self._beside.append(started)
        found, output = started.wait(until, LIMIT_S)
        return Done(0 if found else _NEVER, output)

    def stop_beside(self) -> None:
        """End the tools that go on."""
        while self._beside:
            self._beside.pop().stop()

    def _close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _main_class(tool: str) -> str:
    return _ELSEWHERE.get(tool) or f"org.apache.kafka.tools.{CLASSES[tool]}"


def _alone(name: str, arguments: Sequence[str], text: str) -> Done:
    done = subprocess.run(
        [RUN, "--tool", name, *arguments],
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return Done(done.returncode, done.stdout)
