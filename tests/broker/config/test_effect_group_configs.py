"""What the configs of consumer groups do, those of the broker and those of one group.

`proves` names the configs whose effect a test shows; test_effect_complete.py reads it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.messages.consumer_group_describe import ConsumerGroupDescribeRequest
from wirekafka_protocol.messages.consumer_group_heartbeat import (
    ConsumerGroupHeartbeatRequest,
    TopicPartitions,
)
from wirekafka_protocol.messages.delete_topics import DeleteTopicsRequest
from wirekafka_protocol.messages.find_coordinator import FindCoordinatorRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol

from wirekafka.config.parse import load
from wirekafka.config.property import ConfigError

BROKER, GROUP = 4, 32
INVALID_CONFIG = 40
UNKNOWN_MEMBER_ID, INCONSISTENT_GROUP_PROTOCOL = 25, 23
UNSUPPORTED_VERSION = 35
GROUP_MAX_SIZE_REACHED, UNSUPPORTED_ASSIGNOR = 81, 112
SETTLED_MS = 11_000
"""Longer than a group is asked to hurry after a change."""
SUBSCRIPTION = b"\0\0\0\0\0\x01\0\x01t\xff\xff\xff\xff"
Live = Any  # LiveBroker of conftest.py, which tests cannot import
OnBroker = Callable[..., Any]
proves = pytest.mark.proves


async def join(live: Live, member_id: str = "m1", assignor: str | None = None) -> Any:
    """A member joins group g, which consumes the two partitions of topic t."""
    await live.create("t", partitions=2)
    request = FindCoordinatorRequest(key_type=0, coordinator_keys=["g"])
    (found,) = (await live.ask(request)).coordinators
    assert found.error_code == 0
    return await live.ask(
        ConsumerGroupHeartbeatRequest(
            "g",
            member_id,
            0,
            rebalance_timeout_ms=60_000,
            subscribed_topic_names=["t"],
            server_assignor=assignor,
            topic_partitions=[],
        )
    )


async def beat(
    live: Live, member_epoch: int, member_id: str = "m1", owned: list[Any] | None = None
) -> Any:
    """`owned` is what the member has now, if it says that."""
    request = ConsumerGroupHeartbeatRequest("g", member_id, member_epoch)
    if owned is not None:
        request.topic_partitions = [TopicPartitions(one.topic_id, one.partitions) for one in owned]
    return await live.ask(request)


def set_anywhere(on_broker: OnBroker, observe: Callable[[Live], Any], name: str, value: str) -> Any:
    """What is observed by default, with the broker's config, and with the group's."""

    async def of_the_group(live: Live) -> Any:
        assert await live.alter(GROUP, "other", name, value) == (0, None)
        assert await live.alter(GROUP, "g", name, value) == (0, None)
        return await observe(live)

    return on_broker(observe), on_broker(observe, f"group.{name}={value}"), on_broker(of_the_group)


@proves("group.consumer.heartbeat.interval.ms", "consumer.heartbeat.interval.ms")
def test_how_often_a_member_is_to_report(on_broker: OnBroker) -> None:
    name = "consumer.heartbeat.interval.ms"

    async def interval_ms(live: Live) -> int:
        epoch = (await join(live)).member_epoch
        live.clock.advance(SETTLED_MS)
        return int((await beat(live, epoch)).heartbeat_interval_ms)

    async def changed(live: Live) -> list[int]:
        epoch = (await join(live)).member_epoch
        live.clock.advance(SETTLED_MS)
        seen = []
        for value in ("7000", "8000", None):
            assert await live.alter(GROUP, "g", name, value) == (0, None)
            seen.append((await beat(live, epoch)).heartbeat_interval_ms)
        return seen

    assert set_anywhere(on_broker, interval_ms, name, "6000") == (250, 6_000, 6_000)
    assert set_anywhere(on_broker, interval_ms, name, "5000") == (250, 5_000, 5_000)
    assert on_broker(changed) == [7_000, 8_000, 250]


@proves("group.consumer.session.timeout.ms", "consumer.session.timeout.ms")
def test_how_long_a_member_may_be_silent(on_broker: OnBroker) -> None:
    async def error(live: Live) -> int:
        epoch = (await join(live)).member_epoch
        live.clock.advance(46_000)
        return int((await beat(live, epoch)).error_code)

    found = set_anywhere(on_broker, error, "consumer.session.timeout.ms", "50000")
    assert found == (UNKNOWN_MEMBER_ID, 0, 0)


@proves("group.consumer.assignment.interval.ms", "consumer.assignment.interval.ms")
def test_how_often_partitions_are_shared_out(on_broker: OnBroker) -> None:
    name = "consumer.assignment.interval.ms"

    async def seconds(live: Live) -> int:
        """When the first member has to give up something for the second one."""
        epoch = (await join(live)).member_epoch
        await join(live, "m2")
        for second in range(10):
            answer = await beat(live, epoch)
            assert answer.error_code == 0
            if answer.assignment is not None:
                (topic,) = answer.assignment.topic_partitions
                assert len(topic.partitions) == 1
                return second
            live.clock.advance(1_000)
            await asyncio.sleep(0)
        raise AssertionError("the first member keeps both partitions")

    async def of_all_brokers(live: Live) -> int:
        assert await live.alter(BROKER, "", f"group.{name}", "3000") == (0, None)
        return await seconds(live)

    assert set_anywhere(on_broker, seconds, name, "4000") == (0, 4, 4)
    assert set_anywhere(on_broker, seconds, name, "1000") == (0, 1, 1)
    assert on_broker(of_all_brokers) == 3


@proves(
    "group.consumer.min.heartbeat.interval.ms", "group.consumer.max.heartbeat.interval.ms",
    "group.consumer.min.session.timeout.ms", "group.consumer.max.session.timeout.ms",
    "group.consumer.min.assignment.interval.ms", "group.consumer.max.assignment.interval.ms",
)  # fmt: skip
@pytest.mark.parametrize(
    ("name", "value", "bound"),
    [
        ("heartbeat.interval.ms", "4000", "min"),
        ("heartbeat.interval.ms", "16000", "max"),
        ("session.timeout.ms", "44000", "min"),
        ("session.timeout.ms", "70000", "max"),
        ("assignment.interval.ms", "16000", "max"),
    ],
)
def test_what_a_group_may_ask_for(on_broker: OnBroker, name: str, value: str, bound: str) -> None:
    async def asked(live: Live) -> int:
        return int((await live.alter(GROUP, "g", f"consumer.{name}", value))[0])

    assert on_broker(asked) == INVALID_CONFIG
    assert on_broker(asked, f"group.consumer.{bound}.{name}={value}") == 0


def test_a_group_whose_config_is_out_of_new_bounds_has_the_nearest(
    on_broker: OnBroker, tmp_path: Path
) -> None:
    """As Kafka: it is described as it was set, and every other change of the group is refused."""

    async def ask(live: Live) -> None:
        for name, value in (("heartbeat.interval.ms", "6000"), ("assignment.interval.ms", "5")):
            assert await live.alter(GROUP, "g", f"consumer.{name}", value) == (0, None)

    async def interval_ms(live: Live) -> int:
        epoch = (await join(live)).member_epoch
        live.clock.advance(SETTLED_MS)
        error, _ = await live.alter(GROUP, "g", "consumer.session.timeout.ms", "50000")
        assert error == INVALID_CONFIG
        return int((await beat(live, epoch)).heartbeat_interval_ms)

    on_broker(ask, data=tmp_path / "kept")
    bounds = (
        "group.consumer.max.heartbeat.interval.ms=5500",
        "group.consumer.min.assignment.interval.ms=100",
    )
    assert on_broker(interval_ms, *bounds, data=tmp_path / "kept") == 5_500


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        (
            "group.consumer.heartbeat.interval.ms=4999",
            "group.consumer.heartbeat.interval.ms must be greater than or equal to "
            "group.consumer.min.heartbeat.interval.ms",
        ),
        (
            "group.share.session.timeout.ms=60001",
            "group.share.session.timeout.ms must be less than or equal to "
            "group.share.max.session.timeout.ms",
        ),
        (
            "group.streams.max.heartbeat.interval.ms=1",
            "group.streams.max.heartbeat.interval.ms must be greater than or equal to "
            "group.streams.min.heartbeat.interval.ms",
        ),
    ],
)
def test_a_default_out_of_its_bounds_is_refused(assignment: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        load(assignments=[assignment])


@proves("group.consumer.max.size")
def test_members_of_one_consumer_group(on_broker: OnBroker) -> None:
    async def errors(live: Live) -> list[int]:
        return [(await join(live, name)).error_code for name in ("m1", "m2")]

    assert on_broker(errors) == [0, 0]
    assert on_broker(errors, "group.consumer.max.size=1") == [0, GROUP_MAX_SIZE_REACHED]


@proves("group.consumer.assignors")
def test_assignors_that_a_member_may_ask_for(on_broker: OnBroker) -> None:
    async def errors(live: Live) -> list[int]:
        return [(await join(live, name, name)).error_code for name in ("range", "uniform")]

    assert on_broker(errors) == [0, 0]
    assert on_broker(errors, "group.consumer.assignors=range") == [0, UNSUPPORTED_ASSIGNOR]


@proves("group.consumer.migration.policy")
def test_whether_classic_members_may_join_a_consumer_group(on_broker: OnBroker) -> None:
    async def error(live: Live) -> int:
        await join(live)
        protocol = JoinGroupRequestProtocol("range", SUBSCRIPTION)
        request = JoinGroupRequest("g", 45_000, 60_000, "", "i", "consumer", [protocol])
        return int((await live.ask(request)).error_code)

    assert on_broker(error) == 0
    for policy in ("DISABLED", "disabled"):
        found = on_broker(error, f"group.consumer.migration.policy={policy}")
        assert found == INCONSISTENT_GROUP_PROTOCOL


@proves("group.coordinator.rebalance.protocols")
def test_whether_the_broker_speaks_the_consumer_protocol(on_broker: OnBroker) -> None:
    async def errors(live: Live) -> list[int]:
        (described,) = (await live.ask(ConsumerGroupDescribeRequest(["g"]))).groups
        return [(await join(live)).error_code, described.error_code]

    async def classic_error(live: Live) -> int:
        await errors(live)
        protocol = JoinGroupRequestProtocol("range", SUBSCRIPTION)
        request = JoinGroupRequest("g", 45_000, 60_000, "", "i", "consumer", [protocol])
        return int((await live.ask(request)).error_code)

    name = "group.coordinator.rebalance.protocols"
    assert on_broker(errors)[0] == 0
    assert on_broker(errors, f"{name}=consumer,classic")[0] == 0
    assert on_broker(errors, f"{name}=classic") == [UNSUPPORTED_VERSION] * 2
    assert on_broker(classic_error, f"{name}=classic,streams") == 0


@pytest.mark.parametrize(
    ("protocols", "message"),
    [
        ("consumer", "Disabling the 'classic' protocol is not supported."),
        (
            "",
            "Configuration 'group.coordinator.rebalance.protocols' must not be empty. Valid values "
            "include: [consumer, classic, share, streams]",
        ),
        ("classic,foo", "String must be one of: consumer, classic, share, streams"),
        ("Classic", "String must be one of: consumer, classic, share, streams"),
    ],
)
def test_protocols_that_a_broker_cannot_have(protocols: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        load(assignments=[f"group.coordinator.rebalance.protocols={protocols}"])


@proves("group.consumer.regex.refresh.interval.ms")
def test_how_often_the_topics_of_a_pattern_are_looked_for_again(on_broker: OnBroker) -> None:
    """A topic that was deleted is forgotten then, which raises the epoch of the group."""

    async def epochs(live: Live) -> list[int]:
        await live.create("t2")
        joining = ConsumerGroupHeartbeatRequest("g", "m1", 0, rebalance_timeout_ms=60_000)
        joining.subscribed_topic_regex, joining.topic_partitions = "t.*", []
        await join(live, "m2")
        answer = await live.ask(joining)
        seen = []
        for step in range(6):
            live.clock.advance(2_500)
            owned = answer.assignment and answer.assignment.topic_partitions
            answer = await beat(live, answer.member_epoch, owned=owned)
            (group,) = (await live.ask(ConsumerGroupDescribeRequest(["g"]))).groups
            seen.append(group.group_epoch)
            if step == 0:
                await live.ask(DeleteTopicsRequest(topic_names=["t2"]), 5)
        return seen

    seen = on_broker(epochs)
    assert seen[-1] == seen[1]
    seen = on_broker(epochs, "group.consumer.regex.refresh.interval.ms=10000")
    assert seen[-1] == seen[1] + 1
