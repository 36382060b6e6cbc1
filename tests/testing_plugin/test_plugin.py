"""The pytest plugin as a project that installs it sees it: pytest in processes of its own."""

from __future__ import annotations

import os
import socket
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from wirekafka.testing import Broker

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
PLUGIN = (
    "wirekafka" if entry_points(group="pytest11", name="wirekafka") else "wirekafka.testing.plugin"
)

SAME_NAMES = """
    import pytest
    from confluent_kafka import Consumer, Producer

    @pytest.mark.parametrize("number", range({tests}))
    def test_orders(kafka_bootstrap, number):
        producer = Producer({{"bootstrap.servers": kafka_bootstrap}})
        producer.produce("orders", str(number))
        assert producer.flush(20) == 0
        consumer = Consumer({{
            "bootstrap.servers": kafka_bootstrap,
            "group.id": "app",
            "auto.offset.reset": "earliest",
        }})
        consumer.subscribe(["orders"])
        message = consumer.poll(20)
        consumer.close()
        assert message.value() == str(number).encode()
        assert message.offset() == 0
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    for name in [name for name in os.environ if name.startswith("PYTEST_XDIST")]:
        monkeypatch.delenv(name)  # this run's workers are not those of the project's
    pytester.makeini("[pytest]\nfilterwarnings =\n    error\n    ignore:.*_text is deprecated\n")
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.run(
        sys.executable, "-P", "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", *options
    )


@pytest.mark.parametrize("isolation", ["namespace", "reset"])
def test_tests_with_the_same_names_do_not_meet(project: pytest.Pytester, isolation: str) -> None:
    project.makepyfile(SAME_NAMES.format(tests=3))
    run(project, f"--kafka-isolation={isolation}").assert_outcomes(passed=3)


def test_workers_share_one_broker_and_do_not_meet(project: pytest.Pytester) -> None:
    project.makepyfile(SAME_NAMES.format(tests=8))
    project.makepyfile(
        test_which="""
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_which(kafka_broker, number):
            with open("brokers", "a") as file:
                file.write(kafka_broker.bootstrap + "\\n")
        """
    )
    run(project, "-n", "2").assert_outcomes(passed=12)
    assert len(set((project.path / "brokers").read_text().split())) == 1


def test_no_broker_is_left_behind(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_where(kafka_broker):
            with open("where", "w") as file:
                file.write(kafka_broker.bootstrap)
        """
    )
    run(project, "--basetemp=base").assert_outcomes(passed=1)
    host, port = (project.path / "where").read_text().split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)
    assert not (project.path / "base/wirekafka/data").exists()


def test_a_namespace_is_gone_when_the_next_test_runs(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_alone(kafka_bootstrap, kafka_broker, number):
            with kafka_broker.control as control:
                (own,) = control.namespaces()
                assert own["bootstrap"] == kafka_bootstrap
        """
    )
    run(project).assert_outcomes(passed=3)


def test_a_run_of_one_test_needs_nothing_of_the_control_port(project: pytest.Pytester) -> None:
    """Its libraries, and a client of it here, are half of what such a run would cost."""
    project.makepyfile(
        """
        from confluent_kafka import Producer

        def test_orders(kafka_bootstrap):
            producer = Producer({"bootstrap.servers": kafka_bootstrap})
            producer.produce("orders", b"first")
            assert producer.flush(20) == 0
        """
    )
    project.makeconftest(
        """
        import sys

        def pytest_unconfigure():
            assert "wirekafka.testing.broker" in sys.modules
            assert "wirekafka.testing.control" not in sys.modules
        """
    )
    result = run(project)
    result.assert_outcomes(passed=1)
    assert result.ret == 0


def test_without_isolation_all_tests_share_one(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nkafka_isolation = none\n")
    project.makepyfile(
        """
        def test_one(kafka_bootstrap, kafka_broker):
            assert kafka_bootstrap == kafka_broker.bootstrap
        """
    )
    run(project).assert_outcomes(passed=1)


def test_an_unknown_isolation_in_the_ini_file_is_told(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nkafka_isolation = nonsense\n")
    project.makepyfile("def test_one(kafka_bootstrap): pass")
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*kafka_isolation is one of namespace, reset, none*"])


def test_a_broker_that_runs_already_is_used(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_one(kafka_bootstrap, kafka_topic, kafka_producer):
            topic = kafka_topic(partitions=3)
            assert kafka_producer.send(topic, b"v", partition=2).get(20).offset == 0
            with open("where", "w") as file:
                file.write(kafka_bootstrap)
        """
    )
    with Broker() as broker:
        run(project, f"--kafka-bootstrap={broker.bootstrap}").assert_outcomes(passed=1)
        assert (project.path / "where").read_text() == broker.bootstrap


def test_without_a_control_port_tests_that_need_one_are_skipped(project: pytest.Pytester) -> None:
    """As against a broker of another kind."""
    project.makepyfile(
        """
        def test_control(kafka_control):
            assert False, "there is nothing to command"

        def test_failing(kafka_bootstrap):
            assert False
        """
    )
    with Broker() as broker:
        result = run(project, f"--kafka-bootstrap={broker.bootstrap}", "-rs")
        result.assert_outcomes(skipped=1, failed=1)
        result.stdout.fnmatch_lines(["*SKIPPED*has no control port (--kafka-control URL)*"])
        refused = run(
            project, f"--kafka-bootstrap={broker.bootstrap}", "--kafka-isolation=namespace"
        )
        refused.assert_outcomes(errors=2)
        refused.stdout.fnmatch_lines(["*needs the control port of that broker*"])


@pytest.mark.parametrize("isolation", ["namespace", "reset"])
def test_with_a_control_port_tests_get_namespaces_of_a_broker_that_runs(
    project: pytest.Pytester, isolation: str
) -> None:
    project.makepyfile(SAME_NAMES.format(tests=3))
    with Broker() as broker:
        addresses = f"--kafka-bootstrap={broker.bootstrap}", f"--kafka-control={broker.control_url}"
        run(project, *addresses, f"--kafka-isolation={isolation}").assert_outcomes(passed=3)
        with broker.control as control:
            assert control.namespaces() == []


def test_clients_topics_groups_and_control_are_fixtures(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def kafka_configs():
            return {"num.partitions": 4}
        """
    )
    project.makepyfile(
        """
        def test_kafka_python(kafka_topic, kafka_producer, kafka_consumer):
            assert kafka_topic("orders", cleanup_policy="compact") == "orders"
            kafka_producer.send("orders", b"v", key=b"k").get(20)
            assert next(iter(kafka_consumer("orders"))).value == b"v"

        def test_confluent(kafka_topic, confluent_producer, confluent_consumer, kafka_control):
            topic = kafka_topic()
            confluent_producer.produce(topic, b"v")
            assert confluent_producer.flush(20) == 0
            assert confluent_consumer(topic).poll(20).value() == b"v"
            assert kafka_control.records(topic, wait_for=1)[0]["value"] == "v"

        def test_configs(confluent_producer, confluent_consumer):
            confluent_producer.produce("made", b"v")
            assert confluent_producer.flush(20) == 0
            assert len(confluent_consumer().list_topics("made").topics["made"].partitions) == 4

        def test_groups(kafka_group):
            assert kafka_group() != kafka_group()
        """
    )
    run(project).assert_outcomes(passed=4)


def test_a_failed_test_shows_its_requests_and_records(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_other(kafka_producer):
            kafka_producer.send("others", b"not of this test").get(20)

        def test_bad(kafka_producer):
            kafka_producer.send("orders", b"hello", key=b"k").get(20)
            assert False
        """
    )
    result = run(project)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*kafka: the last * requests*", "*Produce v*orders*", "*kafka: the end of orders*"]
    )
    result.stdout.fnmatch_lines(["0@0  key='k'  value='hello'"])
    result.stdout.no_fnmatch_line("*not of this test*")


def test_a_broker_that_ends_in_the_run_is_told_with_its_log(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nkafka_isolation = reset\n")
    project.makepyfile(
        """
        import gc
        import pytest
        from wirekafka.testing.process import BrokerProcess

        @pytest.mark.parametrize("number", range(2))
        def test_orders(kafka_bootstrap, number):
            (running,) = [o for o in gc.get_objects() if isinstance(o, BrokerProcess)]
            running.process.kill()
            running.process.wait()
        """
    )
    result = run(project)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*BrokerError: the run's broker does not answer any more*"])


def test_clients_of_ours_do_with_fixtures_of_the_projects_own(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
        import pytest

        @pytest.fixture
        def kafka_group():
            return "a text"
        """
    )
    project.makepyfile(
        """
        def test_both(kafka_group, kafka_producer, kafka_consumer, confluent_consumer):
            assert kafka_group == "a text"
            kafka_producer.send("orders", b"v").get(20)
            assert next(iter(kafka_consumer("orders"))).value == b"v"
            assert confluent_consumer("orders").poll(20).value() == b"v"
        """
    )
    run(project).assert_outcomes(passed=1)


def test_fixtures_of_clients_that_are_not_installed_are_skipped(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
        import sys

        sys.modules.update(dict.fromkeys(("kafka", "confluent_kafka")))  # not to be found
        """
    )
    project.makepyfile(
        """
        def test_one(kafka_producer): pass

        def test_other(kafka_consumer): pass

        def test_third(confluent_producer): pass

        def test_rest(kafka_topic, kafka_control):
            assert kafka_control.records(kafka_topic()) == []
        """
    )
    result = run(project, "-rs")
    result.assert_outcomes(passed=1, skipped=3)
    result.stdout.fnmatch_lines(["*kafka-python is not installed*wirekafka?pytest?*"])


def test_a_project_with_another_kafka_broker_is_told(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def kafka_broker():
            return "localhost:9092"
        """
    )
    project.makepyfile(
        """
        def test_theirs(kafka_broker): assert kafka_broker == "localhost:9092"

        def test_ours(kafka_bootstrap): pass
        """
    )
    result = run(project)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*a fixture kafka_broker of this project*rename it*"])


def test_a_run_that_does_not_use_it_starts_nothing(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_nothing():
            loaded = {name for name in sys.modules if name.partition(".")[0] == "wirekafka"}
            assert loaded == {"wirekafka", "wirekafka.testing", "wirekafka.testing.plugin"}
            assert "asyncio" not in {name for name in sys.modules if name == "wirekafka.broker"}
        """
    )
    run(project, "--basetemp=base").assert_outcomes(passed=1)
    assert not (project.path / "base/wirekafka").exists()


def test_the_plugin_imports_nothing_that_pytest_has_not_imported(
    project: pytest.Pytester,
) -> None:
    """What it costs where nobody uses it is this import."""
    command = (
        "import sys, pytest, wirekafka; known = set(sys.modules);"
        "import wirekafka.testing.plugin; print(*sorted(set(sys.modules) - known))"
    )
    result = project.run(sys.executable, "-P", "-c", command)
    assert result.outlines == ["wirekafka.testing wirekafka.testing.plugin"]
