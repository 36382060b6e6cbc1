"""Which assignors there are, and which a broker may be started with."""

from __future__ import annotations

import pytest

from wirekafka.config.parse import load
from wirekafka.config.property import ConfigError
from wirekafka.coordinator.assignors import ASSIGNORS


def test_the_assignors_stand_in_the_order_of_kafkas_default() -> None:
    assert list(ASSIGNORS) == ["uniform", "range"]
    assert all(assignor.name == name for name, assignor in ASSIGNORS.items())


@pytest.mark.parametrize("value", ["uniform", "range", "range,uniform"])
def test_a_broker_starts_with_assignors_that_there_are(value: str) -> None:
    load(assignments=[f"group.consumer.assignors={value}"])


@pytest.mark.parametrize("value", ["Uniform", "uniform,org.example.Mine"])
def test_a_class_is_refused_as_one_that_cannot_be_found(value: str) -> None:
    with pytest.raises(ConfigError, match=r"Class \S+ cannot be found"):
        load(assignments=[f"group.consumer.assignors={value}"])


def test_no_assignor_at_all_is_refused() -> None:
    with pytest.raises(ConfigError, match="must not be empty"):
        load(assignments=["group.consumer.assignors="])
