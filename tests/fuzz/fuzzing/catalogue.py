"""All messages that the protocol defines, found by importing every module of `messages`."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass

import wirekafka_protocol.messages
from wirekafka_protocol.schema import Message


@dataclass(frozen=True, slots=True)
class Api:
    """One API's key, name and its two messages."""

    key: int
    name: str
    request: type[Message]
    response: type[Message]

    def is_flexible(self, version: int) -> bool:
        return version in self.request.FLEXIBLE


def all_messages() -> list[type[Message]]:
    """Every message class, by name."""
    found: dict[str, type[Message]] = {}
    for module in pkgutil.iter_modules(wirekafka_protocol.messages.__path__):
        content = vars(importlib.import_module(f"wirekafka_protocol.messages.{module.name}"))
        for value in content.values():
            if isinstance(value, type) and issubclass(value, Message) and value is not Message:
                found[value.__name__] = value
    return [found[name] for name in sorted(found)]


def all_apis() -> dict[int, Api]:
    """Every API that has a request, by its key."""
    messages = {message.__name__: message for message in all_messages()}
    apis: dict[int, Api] = {}
    for request_name, request in messages.items():
        name = request_name.removesuffix("Request")
        response = messages.get(f"{name}Response")
        if name != request_name and response is not None and request.KEY is not None:
            apis[request.KEY] = Api(request.KEY, name, request, response)
    return dict(sorted(apis.items()))
