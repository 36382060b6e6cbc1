"""The image of the real broker in a container, where a Docker engine answers."""

from __future__ import annotations

import pytest

from compat.console import Console
from compat.scenario import find_scenarios
from compat.targets import target
from compat.targets.docker import COMPOSE, engine_answers
from compat.wire_part import Settings, run

pytestmark = pytest.mark.skipif(
    not engine_answers(), reason="no Docker engine answers: start one to run this"
)


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    """For pytest-docker."""
    return str(COMPOSE)


@pytest.fixture(scope="session")
def container(monkeypatch_session, request) -> str:
    """The address of the broker in the container, once it answers."""
    port = target.free_port()
    monkeypatch_session.setenv("COMPAT_PORT", str(port))
    services = request.getfixturevalue("docker_services")
    services.wait_until_responsive(
        check=lambda: target.answers("127.0.0.1", port), timeout=90, pause=0.2
    )
    return f"127.0.0.1:{port}"


@pytest.fixture(scope="session")
def monkeypatch_session():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_the_image_answers_as_recorded(container):
    verdicts = run(Console(), find_scenarios(), container, Settings())
    assert {one.conversation.scenario.name for one in verdicts if one.bad} == set()
