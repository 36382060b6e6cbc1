"""`wirekafka completion`: a script that lets a shell complete commands and their options.

The script is made from the commands' own parsers, so it knows every option and every choice; it
asks no broker. In bash: source <(wirekafka completion bash).
"""

from __future__ import annotations

import argparse
from importlib import import_module

SUMMARY = "print a completion script for a shell"

_SHELLS = ("bash", "zsh", "fish")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The shell."""
    parser.add_argument("shell", choices=_SHELLS, help="for which shell")


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    words = _words()
    match options.shell:
        case "fish":
            print(_fish(words))
        case "zsh":
            print("autoload -U +X bashcompinit && bashcompinit")
            print(_bash(words))
        case _:
            print(_bash(words))
    return 0


def _words() -> dict[str, list[str]]:
    """What may follow each command: its options, subcommands and choices."""
    from wirekafka.cli.main import COMMANDS

    found = {}
    for name, module in COMMANDS.items():
        parser = argparse.ArgumentParser(prog=name, add_help=True, allow_abbrev=False)
        import_module(module).add_arguments(parser)
        found[name] = sorted(set(_words_of(parser)))
    return found


def _words_of(parser: argparse.ArgumentParser) -> list[str]:
    words = []
    for action in parser._actions:
        if action.help == argparse.SUPPRESS:
            continue
        words += [option for option in action.option_strings if option.startswith("--")]
        if action.choices is not None and not action.option_strings:
            words += [str(choice) for choice in action.choices]
        if isinstance(action, argparse._SubParsersAction):
            for subparser in action.choices.values():
                words += _words_of(subparser)
    return words


def _bash(words: dict[str, list[str]]) -> str:
    lines = [
        "_wirekafka() {",
        "    local words",
        '    if [ "$COMP_CWORD" -eq 1 ]; then',
        f'        words="{" ".join(words)} --help --version"',
        "    else",
        '        case "${COMP_WORDS[1]}" in',
        *(f'            {name}) words="{" ".join(ones)}" ;;' for name, ones in words.items()),
        '            *) words="" ;;',
        "        esac",
        "    fi",
        '    COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
        "}",
        "complete -o default -F _wirekafka wirekafka",
    ]
    return "\n".join(lines)


def _fish(words: dict[str, list[str]]) -> str:
    lines = [
        "complete -c wirekafka -n __fish_use_subcommand -f -a '" + " ".join(words) + "'",
    ]
    for name, ones in words.items():
        seen = f"complete -c wirekafka -n '__fish_seen_subcommand_from {name}'"
        for word in ones:
            if word.startswith("--"):
                lines.append(f"{seen} -l {word.removeprefix('--')}")
            else:
                lines.append(f"{seen} -a {word}")
    return "\n".join(lines)
