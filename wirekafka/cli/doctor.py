"""`wirekafka doctor`: which client is doing something wrong, and who waits for what since when.

Asks the control port of a running broker (`wirekafka serve --control PORT`). Exit code 1 when there
is a mistake, so that a pipeline can ask; a doubt is none, and waiting is none.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from wirekafka.cli.output import CommandError, print_json

if TYPE_CHECKING:
    import argparse
    import http.client

SUMMARY = "name what is wrong with the clients of a running broker, and what they wait for"

_ADDRESS_VARIABLE = "WIREKAFKA_CONTROL"
_TOKEN_VARIABLE = "WIREKAFKA_CONTROL_TOKEN"
_TIMEOUT_S = 10.0
_INDENT = "  "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "--control", metavar="ADDR", default=os.environ.get(_ADDRESS_VARIABLE),
        help="[HOST:]PORT, URL or unix:PATH of the broker's control port "
        f"(default: ${_ADDRESS_VARIABLE})",
    )  # fmt: skip
    parser.add_argument(
        "--control-token", metavar="TOKEN", default=os.environ.get(_TOKEN_VARIABLE),
        help=f"the token of the control port (default: ${_TOKEN_VARIABLE})",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the whole diagnosis as JSON")


def run(options: argparse.Namespace) -> int:
    """Ask, show; 1 when something is wrong."""
    if not options.control:
        raise CommandError(
            "--control is missing: start the broker with `wirekafka serve --control 9090` and say "
            f"--control 9090 here, or set {_ADDRESS_VARIABLE}"
        )
    found = ask(options.control, "/doctor", options.control_token)
    if options.json:
        print_json(found)
    else:
        _show(found)
    return 1 if found["mistakes"] else 0


def ask(address: str, path: str, token: str | None) -> Any:
    """The JSON that a control port answers to GET; CommandError for all else."""
    connection = _connection(address)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        data = response.read()
    except (OSError, ValueError) as error:
        raise CommandError(f"no control port answers at {address}: {error}") from None
    finally:
        connection.close()
    try:
        document = json.loads(data)
    except ValueError:
        raise CommandError(f"{address} is no control port of wirekafka") from None
    if response.status != 200:
        raise CommandError(f"{address} answers {response.status}: {document.get('error')}")
    return document


def _connection(address: str) -> http.client.HTTPConnection:
    import http.client

    from wirekafka.testing.control_connection import UNIX, LocalConnection

    if address.startswith(UNIX):
        return LocalConnection(address.removeprefix(UNIX), _TIMEOUT_S)
    plain = address.removeprefix("http://").rstrip("/")
    host, _, port = plain.rpartition(":")
    if not port.isdecimal():
        raise CommandError(f"{address} is not [HOST:]PORT, a URL or unix:PATH")
    return http.client.HTTPConnection(
        host.strip("[]") or "127.0.0.1", int(port), timeout=_TIMEOUT_S
    )


def _show(found: dict[str, Any]) -> None:
    if not found["mistakes"]:
        certainly = "certainly " if found["doubts"] else ""
        print(f"nothing is {certainly}wrong, as far as this broker can see")
    for label, many in (("MISTAKE", "mistakes"), ("DOUBT  ", "doubts"), ("WAITS  ", "waits")):
        for one in found[many]:
            print(f"{label} {one['kind']}, for {_age(one['for_s'])}")
            _show_one(one)


def _show_one(one: dict[str, Any]) -> None:
    print(f"{_INDENT}{one['client']}")
    print(f"{_INDENT}{one['cause']}")
    print(f"{_INDENT}-> {one['advice']}")


def _age(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
