"""The dispatcher of the commands: what it lists, how it fails, which exit codes it gives."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from wirekafka import __version__
from wirekafka.cli.main import COMMANDS, main


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_what_the_dispatcher_needs(name: str) -> None:
    module = import_module(COMMANDS[name])
    assert module.SUMMARY
    assert callable(module.add_arguments)
    assert callable(module.run)


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name in COMMANDS:
        assert f"  {name} " in out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"wirekafka {__version__}\n"


def test_no_command_is_a_mistake() -> None:
    assert main([]) == 2


@pytest.mark.parametrize(
    ("word", "meant"), [("topcs", "topics"), ("kafka-topics.sh", "topics"), ("config", "configs")]
)
def test_an_unknown_command_names_the_nearest(
    word: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word]) == 2
    assert f"did you mean {meant}?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["topics", "--lst"], "--list"),
        (["topics", "-describe"], "--describe"),
        (["get-offsets", "--bootstrap_server", "h:1"], "--bootstrap-server"),
        (["verifiable-consumer", "--tpic", "t"], "--topic"),
        (["transactions", "find-hanging", "--brokerid", "1"], "--broker-id"),
    ],
)
def test_an_unknown_option_names_the_nearest(
    arguments: list[str], near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert f"did you mean {near}?" in capsys.readouterr().err


def test_what_is_like_no_option_gets_no_hint(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["get-offsets", "--zzz", "--time", "-2"])
    assert "did you mean" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["topics", "--create"], "--create needs --topic"),
        (["topics", "--alter", "--topic", "t"], "--alter needs --partitions"),
        (["topics", "--list", "--bootstrap-server", "nowhere"], "is not HOST:PORT"),
        (["topics", "--list", "--command-config", "/no/such/file"], "/no/such/file"),
        (["topics", "--list", "--topic", "("], "is no regular expression"),
        (["topics", "--list", "--if-exists"], "--if-exists cannot be used with --list"),
        (["topics", "--create", "--topic", "t", "--partitions", "0"], "greater than 0"),
        (["topics", "--create", "--topic", "t", "--replica-assignment", "1:1"], "duplicate"),
        (["topics", "--describe", "--topic-id", "x"], "--topic-id x"),
        (["get-offsets", "--topic", "["], "is no regular expression"),
        (["get-offsets", "--topic-partitions", "t:x"], "Invalid rule specification: t:x"),
        (["configs", "--describe"], "At least one entity type must be specified"),
        (
            ["configs", "--describe", "--broker", "x"],
            "must be a valid integer broker id",
        ),
        (["get-offsets", "--time", "yesterday"], "nor a time in milliseconds"),
        (["console-consumer", "--topic", "t", "--offset", "5"], "--offset needs --partition"),
        (["console-consumer", "--topic", "t", "--property", "a=b"], "--property a is not"),
    ],
)
def test_a_mistake_is_one_line_on_standard_error(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1


def test_help_imports_no_client() -> None:
    """What a command needs costs time, which a help text must not."""
    code = (
        "import sys; from wirekafka.cli.main import main; main(['--help']); "
        "sys.exit(any(name in sys.modules for name in ('tqdm', 'lz4', 'zstandard', 're2')))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.DEVNULL, timeout=30, check=False
    )
    assert finished.returncode == 0
