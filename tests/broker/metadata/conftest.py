"""What the tests of the metadata share: small clusters as values, made without an engine."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.engine import Batch, Event, Item
from wirekafka.metadata.image import BrokerImage, MetadataImage
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType, broker
from wirekafka.metadata.local import LocalEngine
from wirekafka.metadata.model import encode_broker
from wirekafka.metadata.plan import Plan
from wirekafka.metadata.topics import TopicSettings


class FewRules:
    """Two configs: a number and a list."""

    DEFAULTS: Mapping[str, str] = {"retention.ms": "604800000", "cleanup.policy": "delete"}

    def validate(self, resource: ConfigResource, configs: Mapping[str, str]) -> None:
        for name, value in configs.items():
            if name not in self.DEFAULTS and resource[0] is not ConfigResourceType.BROKER:
                raise ApiError(ErrorCode.INVALID_CONFIG, f"Unknown config name: {name}")
            if name == "retention.ms" and not value.strip().isdecimal():
                raise ApiError(ErrorCode.INVALID_CONFIG, f"Invalid value {value}")

    def is_list(self, kind: ConfigResourceType, name: str) -> bool:
        return name == "cleanup.policy"

    def default(self, kind: ConfigResourceType, name: str) -> str | None:
        return self.DEFAULTS.get(name)


class World:
    """A cluster in memory: applies plans as an engine would, one batch for each plan."""

    def __init__(
        self, brokers: Iterable[int] = (1,), racks: Mapping[int, str] | None = None
    ) -> None:
        self.items: dict[bytes, Item] = {}
        self.image = MetadataImage()
        self._ids = itertools.count(1)
        self.settings = TopicSettings(FewRules(), lambda: next(self._ids).to_bytes(16, "big"))
        for broker_id in brokers:
            self.register(broker_id, rack=(racks or {}).get(broker_id))

    def register(self, broker_id: int, incarnation: str = "first", rack: str | None = None) -> None:
        value = encode_broker(BrokerImage(broker_id, 0, incarnation, (), rack))
        self.write({broker(broker_id): None})
        self.write({broker(broker_id): value})

    def vanish(self, broker_id: int) -> None:
        self.write({broker(broker_id): None})

    def carry_out(self, plan: Plan[object]) -> None:
        for step in plan.steps:
            for write in step:
                present = self.items.get(write.key)
                assert not write.mod_rev or (present and present.mod_rev == write.mod_rev)
            self.write({write.key: write.value for write in step})

    def write(self, values: Mapping[bytes, bytes | None]) -> None:
        revision = self.image.revision + 1
        events = []
        for key, value in values.items():
            old = self.items.pop(key, None)
            if value is not None:
                self.items[key] = Item(value, old.create_rev if old else revision, revision)
            events.append(Event(key, self.items.get(key)))
        self.image, _ = self.image.apply(Batch(revision, tuple(events)))


@pytest.fixture(autouse=True)
def _engines_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Python 3.13 warns of databases that are left open, and warnings are errors here."""
    opened: list[LocalEngine] = []
    really_open = LocalEngine.__init__

    def open_and_note(self: LocalEngine, *arguments: Any, **options: Any) -> None:
        really_open(self, *arguments, **options)
        opened.append(self)

    monkeypatch.setattr(LocalEngine, "__init__", open_and_note)
    yield
    for engine in opened:
        engine.close()


@pytest.fixture
def world() -> World:
    """One broker, no topics."""
    return World()


@pytest.fixture
def make_world() -> Callable[..., World]:
    """Worlds of other brokers."""
    return World
