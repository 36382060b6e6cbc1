"""Every command takes the flags of its Kafka namesake, and its help tells of each of its own.

The flags are those that `kafka-*.sh --help` of Kafka 4.3.1 lists.
"""

from __future__ import annotations

import argparse
import subprocess
from importlib import import_module
from shutil import which

import pytest

from wirekafka.cli.completion import _words
from wirekafka.cli.main import COMMANDS, main

KAFKA_FLAGS = {
    "broker-api-versions": "bootstrap-server command-config",
    "configs": "add-config add-config-file all alter bootstrap-server broker broker-defaults "
    "broker-logger client client-defaults client-metrics command-config delete-config describe "
    "entity-default entity-name entity-type group ip ip-defaults topic user user-defaults",
    "console-consumer": "bootstrap-server command-config command-property consumer-property "
    "consumer.config enable-systest-events formatter formatter-config formatter-property "
    "from-beginning group include isolation-level key-deserializer max-messages offset partition "
    "property skip-message-on-error timeout-ms topic value-deserializer",
    "console-producer": "batch-size bootstrap-server command-config command-property "
    "compression-codec line-reader max-block-ms max-memory-bytes max-partition-memory-bytes "
    "message-send-max-retries metadata-expiry-ms producer-property producer.config property "
    "reader-config reader-property request-required-acks request-timeout-ms retry-backoff-ms "
    "socket-buffer-size sync timeout topic",
    "consumer-groups": "all-groups all-topics bootstrap-server by-duration command-config delete "
    "delete-offsets describe dry-run execute export from-file group list members offsets "
    "reset-offsets shift-by state timeout to-current to-datetime to-earliest to-latest to-offset "
    "topic type validate-regex verbose",
    "consumer-perf-test": "bootstrap-server command-config command-property consumer.config "
    "date-format fetch-size from-latest group hide-header include messages num-records "
    "print-metrics reporting-interval show-detailed-stats socket-buffer-size timeout topic",
    "delete-records": "bootstrap-server command-config offset-json-file",
    "get-offsets": "bootstrap-server command-config exclude-internal-topics partitions time topic "
    "topic-partitions",
    "groups": "bootstrap-server command-config consumer group-type list protocol share streams",
    "log-dirs": "bootstrap-server broker-list command-config describe topic-list",
    "producer-perf-test": "bootstrap-server command-config command-property num-records "
    "payload-delimiter payload-file payload-monotonic print-metrics producer-props producer.config "
    "record-size reporting-interval throughput topic transaction-duration-ms transactional-id "
    "warmup-records",
    "topics": "alter at-min-isr-partitions bootstrap-server command-config config create delete "
    "describe exclude-internal if-exists if-not-exists list partition-size-limit-per-response "
    "partitions replica-assignment replication-factor topic topic-id topics-with-overrides "
    "unavailable-partitions under-min-isr-partitions under-replicated-partitions",
    "transactions": "bootstrap-server command-config",
    "verifiable-consumer": "assignment-strategy bootstrap-server command-config consumer.config "
    "enable-autocommit group-id group-instance-id group-protocol group-remote-assignor "
    "max-messages reset-policy session-timeout topic verbose",
    "verifiable-producer": "acks bootstrap-server command-config max-messages message-create-time "
    "producer.config repeating-keys throughput topic value-prefix",
}
"""Without --help and --version, which `wirekafka` itself has, --bootstrap-controller, and the
--delete-config of topics, which does nothing there."""

TRANSACTION_FLAGS = {
    "abort": "coordinator-epoch partition producer-epoch producer-id start-offset topic",
    "describe": "transactional-id",
    "describe-producers": "broker-id partition topic",
    "find-hanging": "broker-id max-transaction-timeout partition topic",
    "forceTerminateTransaction": "transactionalId",
    "list": "duration-filter transactional-id-pattern",
}


def parser_of(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"wirekafka {command}")
    import_module(COMMANDS[command]).add_arguments(parser)
    return parser


def flags_of(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings}


@pytest.mark.parametrize("command", KAFKA_FLAGS)
def test_a_command_takes_the_flags_of_its_namesake(command: str) -> None:
    wanted = {f"--{flag}" for flag in KAFKA_FLAGS[command].split()}
    assert wanted - flags_of(parser_of(command)) == set()


def test_subcommands_of_transactions_take_the_flags_of_their_namesakes() -> None:
    (commands,) = (
        action
        for action in parser_of("transactions")._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    assert set(commands.choices) == set(TRANSACTION_FLAGS)
    for name, parser in commands.choices.items():
        wanted = {f"--{flag}" for flag in TRANSACTION_FLAGS[name].split()}
        assert wanted - flags_of(parser) == set(), name


@pytest.mark.parametrize("command", sorted(KAFKA_FLAGS.keys() - {"console-producer"}))
def test_a_command_of_kafka_writes_json_too(command: str) -> None:
    """All but console-producer, which prints nothing."""
    assert "--json" in flags_of(parser_of(command))


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_every_flag(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert import_module(COMMANDS[command]).SUMMARY in " ".join(shown.split())
    missing = {flag for flag in flags_of(parser_of(command)) if flag not in shown}
    assert missing == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_overview_names_every_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert f"\n  {command} " in capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_command_and_flag(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for command, words in _words().items():
        assert command in script
        for word in words:
            assert word.removeprefix("--") in script


@pytest.mark.skipif(which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        (["wirekafka", "del"], "delete-records"),
        (["wirekafka", "transactions", "find"], "find-hanging"),
        (["wirekafka", "log-dirs", "--broker"], "--broker-list"),
    ],
)
def test_bash_completes(
    typed: list[str], completed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["completion", "bash"])
    script = capsys.readouterr().out
    words = " ".join(typed)
    script += f"\nCOMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}; _wirekafka\n"
    script += 'echo "${COMPREPLY[*]}"'
    done = subprocess.run(
        ["bash", "--norc"], input=script, capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stdout.split() == [completed]
