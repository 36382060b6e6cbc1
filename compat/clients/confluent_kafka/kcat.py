"""kcat, the command line of librdkafka, as Debian packages it (librdkafka 2.0)."""

from __future__ import annotations

import json
import shutil
import subprocess

from ..python.scenario import Broker, Skipped, equal
from .kit import new_topic

_LIMIT_S = 15


def _kcat(broker: Broker, *arguments: str, given: str = "") -> str:
    program = shutil.which("kcat") or shutil.which("kafkacat")
    if program is None:
        raise Skipped("kcat is missing: install it (Debian: apt-get install kcat)")
    done = subprocess.run(
        [program, "-b", broker.bootstrap, *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(f"kcat ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


def kcat_produces_and_consumes(broker: Broker) -> None:
    """kcat produces lines and consumes them to the end of the partition."""
    topic = new_topic(broker)
    _kcat(broker, "-P", "-t", topic, given="one\ntwo\n")
    equal(_kcat(broker, "-C", "-t", topic, "-e", "-q"), "one\ntwo\n", "lines")


def kcat_keys_and_headers(broker: Broker) -> None:
    """kcat's keys and headers come back in its JSON, with partition and offset."""
    topic = new_topic(broker)
    _kcat(broker, "-P", "-t", topic, "-K", ":", "-H", "h=1", "-z", "snappy", given="k:v\n")
    found = json.loads(_kcat(broker, "-C", "-t", topic, "-e", "-q", "-J"))
    equal((found["key"], found["payload"], found["headers"]), ("k", "v", ["h", "1"]), "record")
    equal((found["partition"], found["offset"], found["tstype"]), (0, 0, "create"), "place")


def kcat_lists_metadata(broker: Broker) -> None:
    """kcat lists the brokers, the controller and a topic's partitions."""
    topic = new_topic(broker, 2)
    found = json.loads(_kcat(broker, "-L", "-t", topic, "-J"))
    equal([node["name"] for node in found["brokers"]], [broker.bootstrap], "brokers")
    equal(len(found["topics"][0]["partitions"]), 2, "partitions")


def kcat_from_an_offset(broker: Broker) -> None:
    """kcat reads from an offset, and so many records before the end."""
    topic = new_topic(broker)
    _kcat(broker, "-P", "-t", topic, given="0\n1\n2\n3\n")
    equal(_kcat(broker, "-C", "-t", topic, "-o", "1", "-c", "2", "-q"), "1\n2\n", "from 1")
    equal(_kcat(broker, "-C", "-t", topic, "-o", "-1", "-e", "-q"), "3\n", "the last one")


def kcat_asks_for_an_offset_by_time(broker: Broker) -> None:
    """kcat asks for the offset of a time; -1 is the end."""
    topic = new_topic(broker)
    _kcat(broker, "-P", "-t", topic, given="0\n1\n")
    assert "offset 2" in _kcat(broker, "-Q", "-t", f"{topic}:0:-1")
    assert "offset 0" in _kcat(broker, "-Q", "-t", f"{topic}:0:1000")


def kcat_in_a_group(broker: Broker) -> None:
    """kcat consumes as a member of a group, and its commits are kept."""
    topic, group = new_topic(broker), broker.name("group")
    settings = ("-X", "auto.offset.reset=earliest", "-X", "session.timeout.ms=6000")
    _kcat(broker, "-P", "-t", topic, given="0\n1\n")
    equal(_kcat(broker, "-G", group, *settings, "-c", "2", "-q", topic), "0\n1\n", "at first")
    _kcat(broker, "-P", "-t", topic, given="2\n")
    equal(_kcat(broker, "-G", group, *settings, "-c", "1", "-q", topic), "2\n", "later")


def kcat_transaction(broker: Broker) -> None:
    """kcat produces in a transaction.

    FEATURE: transactions
    """
    topic = new_topic(broker)
    name = broker.name("transaction")
    _kcat(broker, "-P", "-t", topic, "-X", f"transactional.id={name}", given="a\nb\n")
    equal(_kcat(broker, "-C", "-t", topic, "-e", "-q"), "a\nb\n", "lines")
