"""wirekafka serve: runs a broker until SIGTERM or Ctrl-C.

What people and scripts wait for is printed on standard output after real readiness: the address,
then the lines that the real broker prints. The log goes to standard error.

Exit codes: 0 after a clean stop, 1 when the broker cannot start (port or directory in use), 2 for
a bad config.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import gc
import logging
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from wirekafka.cli.control_options import ControlOptions, add_control_arguments
from wirekafka.control.server import ControlAddressError

if TYPE_CHECKING:
    from wirekafka.config.parse import Settings

SUMMARY = "run a broker"

_DEFAULT_DATA_DIR = "wirekafka-data"
_DATA_DIR_VARIABLE = "WIREKAFKA_DATA_DIR"
"""Another default: unlike --data-dir it yields to what the configs say, as an image wants it."""

_THREAD_TURN_S = 0.0005
"""While a worker checks a large batch, the loop waits this long for its turn after each system
call; Python's 5 ms would show in every answer. Without threads that compute it has no effect."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `wirekafka serve`."""
    parser.add_argument("config", nargs="?", type=Path, help="a server.properties file")
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        action="append",
        help="listen there (port 0: any free one); default :9092, all addresses; may be repeated",
    )
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        type=Path,
        help="where topics and metadata are kept (default: log.dirs, log.dir,"
        f" {_DATA_DIR_VARIABLE} in the environment, ./{_DEFAULT_DATA_DIR})",
    )
    parser.add_argument(
        "--ephemeral", action="store_true", help="keep the data in a temporary directory"
    )
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="set a broker config by Kafka's name; may be repeated",
    )
    parser.add_argument(
        "--advertised-port",
        metavar="[HOST:]PORT",
        help="a forwarded port leads here: tell clients that come through it this address"
        " (also in the environment as WIREKAFKA_ADVERTISED_PORT)",
    )
    parser.add_argument(
        "--evict-on-disconnect",
        action="store_true",
        help="a group member whose connection breaks is gone at once, not after its session",
    )
    add_control_arguments(parser)
    parser.add_argument(
        "--log-level", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"]
    )


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # Until the loop listens to them: nothing is open yet, so ending is a clean stop.
        signal.signal(number, _end)
    logging.basicConfig(
        level=options.log_level,
        stream=sys.stderr,
        format="[%(asctime)s] %(levelname)s %(message)s (%(name)s)",
    )
    sys.setswitchinterval(_THREAD_TURN_S)
    from wirekafka.config.listeners import parse_advertised_port
    from wirekafka.config.parse import load
    from wirekafka.config.property import ConfigError

    try:
        control = ControlOptions.of(options)
    except ControlAddressError as error:
        print(f"wirekafka serve: {error}", file=sys.stderr)
        return 2
    if options.ephemeral and options.data_dir is not None:
        print("wirekafka serve: --ephemeral and --data-dir exclude each other", file=sys.stderr)
        return 2
    temporary = tempfile.mkdtemp(prefix="wirekafka-") if options.ephemeral else None
    try:
        assignments = list(options.set)
        if options.listen:
            assignments.append(f"listeners={_listeners(options.listen)}")
        directory = temporary or (options.data_dir and str(options.data_dir))
        if directory is not None:
            assignments.append(f"log.dirs={directory}")
        # In front of the user's file, so that whatever it says about log.dir or log.dirs wins.
        text = f"log.dir={os.environ.get(_DATA_DIR_VARIABLE) or _DEFAULT_DATA_DIR}\n"
        if options.config is not None:
            text += options.config.read_text()
        settings = load(
            properties_text=text,
            properties_name=str(options.config or "server.properties"),
            environ=os.environ,
            assignments=assignments,
        )
        settings = dataclasses.replace(settings, seed_file=options.seed)
        if options.advertised_port is not None:
            hint = parse_advertised_port(options.advertised_port)
            settings = dataclasses.replace(settings, advertised_port=hint)
        for warning in settings.warnings:
            logging.getLogger("wirekafka").warning("%s", warning)
        from wirekafka.network.ready_selector import loop_factory

        with asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(_serve(settings, control, options))
    except (ConfigError, OSError, UnicodeDecodeError) as error:
        print(f"wirekafka serve: {error}", file=sys.stderr)
        return 2
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _end(number: int, frame: object) -> None:
    raise SystemExit(0)


def _listeners(addresses: list[str]) -> str:
    """--listen values as Kafka's `listeners`; names must differ, so later ones get a number."""
    names = ["PLAINTEXT", *(f"PLAINTEXT{number}" for number in range(2, len(addresses) + 1))]
    return ",".join(
        f"{name}://{address if ':' in address else address + ':9092'}"
        for name, address in zip(names, addresses, strict=True)
    )


async def _serve(settings: Settings, control: ControlOptions, options: argparse.Namespace) -> int:
    from wirekafka.broker import Broker, StartError

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    broker = Broker(settings, ephemeral=options.ephemeral)
    control_port = None
    try:
        control_port = await control.open_port(broker)
        await broker.start()
    except (StartError, ControlAddressError) as error:
        print(f"wirekafka serve: {error}", file=sys.stderr)
        if control_port is not None:
            await control_port.close()
        return 1
    if options.evict_on_disconnect:
        from wirekafka.instrument.departures import Departures

        Departures.of(broker).follow(on=True)
    if control_port is not None:
        control_port.broker_started()
        print(f"control port at {control_port.url}")
    for host, port in broker.addresses:
        print(f"listening on {host}:{port}")
    print("Transitioning from RECOVERY to RUNNING")
    print(f"[KafkaServer id={broker.node_id}] started")
    print("Kafka Server started", flush=True)
    # What is alive now stays alive: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    waits = [asyncio.create_task(event.wait()) for event in (stop, broker.failed)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    if control_port is not None:
        await control_port.close()
    await broker.stop()
    return 1 if broker.failed.is_set() else 0
