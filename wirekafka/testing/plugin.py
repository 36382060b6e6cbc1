"""The pytest plugin: `pip install wirekafka[pytest]`, and there are these fixtures.

    def test_orders(kafka_bootstrap):
        producer = Producer({"bootstrap.servers": kafka_bootstrap})

kafka_bootstrap    host:port of a broker that is this test's alone: any names may be used
kafka_topic        makes topics: kafka_topic(partitions=3) is a new name, kafka_topic("orders") that
kafka_group        gives group ids: kafka_group() is a new one
kafka_control      commands this test's broker: clock, faults, groups, records
kafka_broker       the run's broker, for what outlives a test
kafka_configs      override it to give that broker Kafka configs
kafka_producer, kafka_consumer            of kafka-python, which the extra brings
confluent_producer, confluent_consumer    of confluent-kafka, where that is installed

One broker process per run, started by the first test that needs it and shared by the workers of
pytest-xdist. A test gets a namespace of it (`wirekafka/siblings.py`): a whole broker on a port of
its own, in the same process, in milliseconds. So no name is translated anywhere, and tests in
parallel may use the same ones. `--kafka-isolation=reset` gives each worker one such broker and
empties it before each test; `none` lets all tests share one, as does `--kafka-bootstrap`, which
uses a broker that runs already.

A run that uses none of them pays for the import of this module and nothing else.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from wirekafka.testing.control import ControlClient
    from wirekafka.testing.scene import RunBroker, Scene

ISOLATIONS = ("namespace", "reset", "none")

_NO_KAFKA_PYTHON = "kafka-python is not installed; it comes with wirekafka[pytest]"

_scene_key = pytest.StashKey["Scene"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """--kafka-bootstrap, --kafka-isolation, and what stands for them in the ini file."""
    group = parser.getgroup("wirekafka")
    group.addoption(
        "--kafka-bootstrap",
        metavar="HOST:PORT",
        help="use this broker instead of starting one; its topics and groups are shared",
    )
    group.addoption(
        "--kafka-control",
        metavar="URL",
        help="the control port of the broker of --kafka-bootstrap, if it is a wirekafka",
    )
    group.addoption(
        "--kafka-isolation",
        choices=ISOLATIONS,
        help="what keeps tests apart: a namespace each (default), a reset before each, or nothing",
    )
    parser.addini("kafka_isolation", "as --kafka-isolation", default="namespace")


@pytest.fixture(scope="session")
def kafka_configs() -> dict[str, object]:
    """Kafka configs of the run's broker, by Kafka's names. Override it in a conftest.py."""
    return {}


@pytest.fixture(scope="session")
def kafka_broker(
    request: pytest.FixtureRequest,
    kafka_configs: dict[str, object],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunBroker]:
    """The run's broker: `bootstrap`, `control_url`, `namespace()`, `fork()`, `snapshot(name)`."""
    from wirekafka.testing.scene import RunBroker

    config = request.config
    external = config.getoption("--kafka-bootstrap")
    if external is not None:
        running = RunBroker.external(external, config.getoption("--kafka-control"))
        yield running
        running.let_go()
        return
    directory = tmp_path_factory.getbasetemp()
    is_shared = hasattr(config, "workerinput")
    if is_shared:
        directory = directory.parent  # the run's, of which each worker has a part
    with RunBroker.of_run(directory, kafka_configs, is_shared=is_shared) as broker:
        yield broker


@pytest.fixture
def _kafka_scene(request: pytest.FixtureRequest, kafka_broker: RunBroker) -> Iterator[Scene]:
    from wirekafka.testing.scene import RunBroker

    if not isinstance(kafka_broker, RunBroker):
        text = "a fixture kafka_broker of this project is in the place of wirekafka's, on which"
        raise pytest.UsageError(f"{text} kafka_bootstrap and the others rest: rename it")
    config = request.config
    asked_for = config.getoption("--kafka-isolation")
    isolation = asked_for or config.getini("kafka_isolation")
    if isolation not in ISOLATIONS:
        raise pytest.UsageError(f"kafka_isolation is one of {', '.join(ISOLATIONS)}")
    if asked_for not in (None, "none") and not kafka_broker.control_url:
        text = f"--kafka-isolation={asked_for} needs the control port of that broker"
        raise pytest.UsageError(f"{text}: --kafka-control URL")
    scene = kafka_broker.begin(isolation)
    request.node.stash[_scene_key] = scene
    yield scene
    kafka_broker.end(scene)


@pytest.fixture
def kafka_bootstrap(_kafka_scene: Scene) -> str:
    """host:port of this test's broker."""
    return _kafka_scene.bootstrap


@pytest.fixture
def kafka_control(_kafka_scene: Scene) -> Iterator[ControlClient]:
    """A client of the control port of this test's broker (`wirekafka/testing/control.py`)."""
    if not _kafka_scene.control_url:
        pytest.skip("the broker of --kafka-bootstrap has no control port (--kafka-control URL)")
    with _kafka_scene.control as control:
        yield control


@pytest.fixture
def kafka_topic(_kafka_scene: Scene) -> Callable[..., str]:
    """kafka_topic(name=None, partitions=1, **configs): make a topic; its name is returned.

    Without a name it gets a new one. Names of configs with "_" for ".".
    """
    return _kafka_scene.make_topic


@pytest.fixture
def _kafka_new_group(request: pytest.FixtureRequest) -> Callable[[], str]:
    """As kafka_group, of which a project may have its own."""
    from wirekafka.testing.scene import unique_name

    numbers = itertools.count(1)
    return lambda: f"{unique_name(request.node.name)}-{next(numbers)}"


@pytest.fixture
def kafka_group(_kafka_new_group: Callable[[], str]) -> Callable[[], str]:
    """kafka_group(): a group id that nobody else uses."""
    return _kafka_new_group


@pytest.fixture
def kafka_producer(kafka_bootstrap: str) -> Iterator[Any]:
    """A KafkaProducer of kafka-python."""
    pytest.importorskip("kafka", reason=_NO_KAFKA_PYTHON)
    from wirekafka.testing import clients

    yield from clients.kafka_python_producer(kafka_bootstrap)


@pytest.fixture
def kafka_consumer(
    kafka_bootstrap: str, _kafka_new_group: Callable[[], str]
) -> Iterator[Callable[..., Any]]:
    """kafka_consumer(*topics, **settings): a KafkaConsumer of kafka-python, from the beginning."""
    pytest.importorskip("kafka", reason=_NO_KAFKA_PYTHON)
    from wirekafka.testing import clients

    yield from clients.kafka_python_consumers(kafka_bootstrap, _kafka_new_group)


@pytest.fixture
def confluent_producer(kafka_bootstrap: str) -> Iterator[Any]:
    """A Producer of confluent-kafka."""
    pytest.importorskip("confluent_kafka")
    from wirekafka.testing import clients

    yield from clients.confluent_producer(kafka_bootstrap)


@pytest.fixture
def confluent_consumer(
    kafka_bootstrap: str, _kafka_new_group: Callable[[], str]
) -> Iterator[Callable[..., Any]]:
    """confluent_consumer(*topics, settings={}): a Consumer of confluent-kafka, from the start."""
    pytest.importorskip("confluent_kafka")
    from wirekafka.testing import clients

    yield from clients.confluent_consumers(kafka_bootstrap, _kafka_new_group)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The report of what failed, also of a fixture, gets what the broker knows of the test."""
    report = yield
    scene = item.stash.get(_scene_key, None)
    if scene is None:
        return report
    if report.failed:
        try:
            report.sections += scene.report_sections()
        except Exception as error:  # the run goes on, whatever has become of the broker
            report.sections.append(("kafka", f"nothing is known of the test: {error!r}"))
    if call.when == "teardown":
        del item.stash[_scene_key]
    return report
