"""What is said about configs without effect that are set on a running broker, and unknown names."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TOPIC, BROKER, GROUP = 2, 4, 32
Live = Any  # LiveBroker of conftest.py, which tests cannot import
OnBroker = Callable[..., Any]


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The warnings so far, and forget them."""
    caplog.set_level(logging.WARNING)

    def take() -> list[str]:
        found = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
        caplog.clear()
        return found

    return take


def test_each_config_without_effect_is_said_once(
    on_broker: OnBroker, warnings: Callable[[], list[str]]
) -> None:
    async def scenario(live: Live) -> None:
        idle = {"preallocate": "true", "min_cleanable_dirty_ratio": "0.5"}
        assert await live.create("a", retention_ms="5", **idle) == (0, None)
        assert warnings() == [
            "topic config preallocate is set, but wirekafka does not act on it yet resource=a"
        ]
        assert await live.create("b", preallocate="true") == (0, None)
        assert await live.alter(TOPIC, "a", "preallocate", None) == (0, None)
        assert await live.alter(TOPIC, "a", "preallocate", "true") == (0, None)
        assert warnings() == []
        assert await live.alter(BROKER, "", "background.threads", "12") == (0, None)
        assert await live.alter(BROKER, "1", "background.threads", "13") == (0, None)
        assert warnings() == [
            "broker config background.threads is set, but wirekafka does not act on it yet "
            "resource=all brokers"
        ]
        assert await live.alter(GROUP, "g", "share.session.timeout.ms", "50000") == (0, None)
        assert warnings() == [
            "group config share.session.timeout.ms is set, but wirekafka does not act on it yet "
            "resource=g"
        ]

    on_broker(scenario)


def test_a_broker_config_that_nobody_knows_is_kept_and_said(
    on_broker: OnBroker, warnings: Callable[[], list[str]]
) -> None:
    async def scenario(live: Live) -> None:
        assert await live.alter(BROKER, "", "mesage.max.bytes", "5") == (0, None)
        assert await live.alter(BROKER, "", "plugin.colour", "red") == (0, None)

    on_broker(scenario)
    assert warnings() == [
        "broker config mesage.max.bytes is set, but Kafka has no such config, did you mean "
        "message.max.bytes? resource=all brokers",
        "broker config plugin.colour is set, but Kafka has no such config resource=all brokers",
    ]


def test_what_was_set_before_is_said_at_the_next_start(
    on_broker: OnBroker, warnings: Callable[[], list[str]], tmp_path: Path
) -> None:
    async def first(live: Live) -> None:
        assert await live.create("a", preallocate="true") == (0, None)
        assert await live.alter(BROKER, "1", "num.io.threads", "9") == (0, None)

    async def second(live: Live) -> None:
        pass

    on_broker(first, data=tmp_path / "kept")
    before = sorted(warnings())
    assert len(before) == 2
    on_broker(second, data=tmp_path / "kept")
    assert sorted(w for w in warnings() if "does not act on it" in w) == before


def test_an_unknown_topic_config_names_the_nearest(on_broker: OnBroker) -> None:
    async def scenario(live: Live) -> None:
        assert await live.create("a", retention_mss="1") == (
            40,
            "Unknown topic config name: retention.mss, did you mean retention.ms?",
        )
        assert await live.create("b") == (0, None)
        assert await live.alter(TOPIC, "b", "log.retention.ms", "1") == (
            40,
            "Unknown topic config name: log.retention.ms, did you mean retention.ms?",
        )
        assert await live.alter(GROUP, "g", "consumer.session.timeout", "1") == (
            40,
            "Unknown group config name: consumer.session.timeout, did you mean "
            "consumer.session.timeout.ms?",
        )

    on_broker(scenario)


def test_a_dynamic_config_that_cannot_be_is_refused_and_the_broker_goes_on(
    on_broker: OnBroker,
) -> None:
    async def scenario(live: Live) -> None:
        for owner, name, value in (
            ("", "message.max.bytes", "many"),
            ("1", "log.retention.ms", "0"),
            ("", "num.partitions", "3"),
            ("1", "max.connections.per.ip.overrides", ""),
            ("", "max.connections.per.ip.overrides", "nonsense"),
        ):
            assert (await live.alter(BROKER, owner, name, value))[0] == 42, name
        assert await live.alter(BROKER, "", "message.max.bytes", "100") == (0, None)
        assert await live.create("a") == (0, None)
        assert (await live.produce("a", bytes(200))).error_code == 10

    on_broker(scenario, "max.connections.per.ip=0", "max.connections.per.ip.overrides=127.0.0.1:9")
