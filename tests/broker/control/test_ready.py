"""GET /live and /ready."""

from __future__ import annotations


def test_a_started_broker_is_live_and_ready(shared):
    assert shared.control.live() == {"live": True}
    ready = shared.control.ready()
    assert ready["ready"] is True
    assert ready["bootstrap"] == [shared.bootstrap]
