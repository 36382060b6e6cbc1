"""Running scenarios against brokers that answer, hang, close and talk nonsense."""

from __future__ import annotations

import time

from compat.runner import Options, converse, run_all
from compat.wire.codec import Codec

ASKS = '''"""ApiVersions is answered."""


def run(broker):
    broker.ask("ApiVersions", 0)
'''
WAITS = '''"""It becomes true."""


def run(broker):
    broker.until(lambda answer: False, "ApiVersions", 0)
'''
RESTARTS = '''"""It comes back."""

OWN_BROKER = True


def run(broker):
    broker.restart()
'''
QUICK = Options(limit=0.3)


def versions(frame: bytes) -> bytes:
    body = Codec("ApiVersionsResponse", 0).encode({"api_keys": [{"api_key": 18}]})
    return frame[4:8] + body


def outcome(target, scenario):
    with target as broker:
        return converse(scenario, broker, "run", QUICK)


def test_an_answer_is_recorded(fake_target, make_scenarios):
    (scenario,) = make_scenarios(asks=ASKS)
    found = outcome(fake_target(versions), scenario)
    assert found.error == ""
    assert [(step.ask, step.answer["error_code"]) for step in found.steps] == [
        ("ApiVersions v0", 0)
    ]


def test_a_broker_that_hangs_is_left_in_time_and_the_request_is_named(fake_target, make_scenarios):
    (scenario,) = make_scenarios(asks=ASKS)
    began = time.monotonic()
    found = outcome(fake_target(None), scenario)
    assert time.monotonic() - began < 5
    assert found.error.startswith("ApiVersions v0 was not answered within")
    assert found.steps[0].answer == "silence"


def test_a_state_that_never_comes_is_named(fake_target, make_scenarios):
    (scenario,) = make_scenarios(waits=WAITS)
    assert "ApiVersions v0" in outcome(fake_target(versions), scenario).error


def test_a_closed_connection_is_an_answer(fake_target, make_scenarios):
    (scenario,) = make_scenarios(asks=ASKS)
    found = outcome(fake_target(lambda frame: None), scenario)
    assert found.error == "ApiVersions v0: the broker closed the connection"
    assert found.steps[0].answer == "closed"


def test_nonsense_is_shown_and_does_not_end_the_run(fake_target, make_scenarios):
    (scenario,) = make_scenarios(asks=ASKS)
    found = outcome(fake_target(lambda frame: frame[4:8] + b"\0\0\0\0\0\7"), scenario)
    assert "_undecodable" in found.steps[0].answer
    found = outcome(fake_target(lambda frame: b"\0\0\0\x63"), scenario)
    assert found.steps[0].answer == {"_correlation": "+98"}
    assert outcome(fake_target(lambda frame: b"\1"), scenario).steps[0].answer == {
        "_undecodable": "01"
    }


def test_a_broken_scenario_says_what_happened(fake_target, make_scenarios):
    (scenario,) = make_scenarios(odd=ASKS + '    raise KeyError("topics")\n')
    assert outcome(fake_target(versions), scenario).error == "KeyError: 'topics'"


def test_each_kind_of_scenario_gets_its_broker(fake_target, make_scenarios):
    own = ASKS + "    broker.restart(hard=True)\n"
    scenarios = make_scenarios(
        alone=ASKS.replace("\n\n\n", "\n\nALONE = True\n\n\n"),
        asks=ASKS,
        own=own.replace("\n\n\n", "\n\nOWN_BROKER = True\n\n\n"),
        settings=ASKS.replace("\n\n\n", '\n\nSETTINGS = {"a": "b"}\n\n\n'),
    )
    made = []

    def open_target(settings):
        target = fake_target(versions)
        made.append((target, settings))
        return target

    finished = []
    found = run_all(scenarios, open_target, Options(limit=2, done=finished.append))
    assert [one.error for one in found] == ["", "", "", ""]
    assert [one.scenario.name for one in found] == ["alone", "asks", "own", "settings"]
    assert len(finished) == 4
    assert [settings for _, settings in made] == [{}, {}, {"a": "b"}]
    assert [target.restarts for target, _ in made] == [[], [True], []]


def test_a_shared_broker_is_not_given_settings(fake_target, make_scenarios):
    (scenario,) = make_scenarios(settings='"""Says."""\nOWN_BROKER = True\ndef run(broker): pass')

    def open_target(settings):
        target = fake_target(versions)
        target.private = False
        return target

    (found,) = run_all([scenario], open_target, QUICK)
    assert found.skipped == "needs a broker of its own"


def restarting(target, seconds):
    """The target, which closes every connection for some time after a restart."""

    def restart(*, hard=False):
        answers_at = time.monotonic() + seconds
        target._answer = lambda frame: versions(frame) if time.monotonic() > answers_at else None

    target.restart = restart
    return target


def test_a_restarted_broker_is_waited_for(fake_target, make_scenarios):
    """It listens, closes every connection, and answers later."""
    (scenario,) = make_scenarios(restarts=RESTARTS + '    broker.ask("ApiVersions", 0)\n')
    found = outcome(restarting(fake_target(versions), 0.5), scenario)
    assert found.error == ""
    assert found.seconds > 0.5
    assert len(found.steps) == 1


def test_a_broker_that_does_not_come_back_is_left_in_time(fake_target, make_scenarios, monkeypatch):
    monkeypatch.setattr("compat.wire.broker.RESTART_LIMIT_S", 0.3)
    (scenario,) = make_scenarios(restarts=RESTARTS)
    found = outcome(restarting(fake_target(versions), 60), scenario)
    assert found.error == "no answer within 0.3 s after the restart"
