"""Our bytes, read and written again by kafka-python 3, a second independent codec.

Its messages are made from its own copy of Kafka's definitions; it accepts what kio is strict about
(any integer for an error code or a duration). Versions above its own have no test here.
"""

from __future__ import annotations

import importlib
import pkgutil
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

from wirekafka_protocol.codec import encode
from wirekafka_protocol.messages.api_versions import ApiVersionsResponse
from wirekafka_protocol.schema import Message

SHAPES = ("full", "nulls", "long")


@cache
def their_classes() -> dict[str, Any]:
    """Their classes by Kafka's names."""
    found: dict[str, Any] = {}
    with warnings.catch_warnings():
        # kafka-python 3.0 reads its definitions by importlib.resources.read_text.
        warnings.simplefilter("ignore", DeprecationWarning)
        base = importlib.import_module("kafka.protocol.api_message").ApiMessage
        for folder in ("admin", "consumer", "metadata", "producer"):
            package = importlib.import_module(f"kafka.protocol.{folder}")
            for module in pkgutil.iter_modules(package.__path__):
                content = vars(importlib.import_module(f"{package.__name__}.{module.name}"))
                found |= {
                    name: value
                    for name, value in content.items()
                    if isinstance(value, type) and issubclass(value, base)
                }
    return found


def is_known_to_the_oracle(message: type[Message], version: int) -> bool:
    theirs = their_classes().get(message.__name__)
    return theirs is not None and version <= theirs.max_version


def test_kafka_python_reads_and_writes_the_same_bytes(
    message: type[Message],
    version: int,
    example: Callable[[type[Message], int, str], Any],
) -> None:
    for shape in SHAPES:
        value = example(message, version, shape)
        if isinstance(value, ApiVersionsResponse):
            value.error_code = 0  # an error may come in the layout of version 0 (KIP-511)
        raw = encode(value, version)
        read = their_classes()[message.__name__].decode(raw, version=version)
        read._header = None  # decode leaves it unset, encode looks at it
        assert bytes(read.encode(version=version)) == raw
