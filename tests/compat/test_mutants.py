"""The suite against brokers with one planted bug each: it must see it and name its scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from compat import recordings
from compat.runner import Options, run_all
from compat.scenario import find_scenarios
from compat.targets import COMMON
from compat.targets.wirekafka import Wirekafka
from compat.verdict import Result, judge

LAUNCHER = str(Path(__file__).parent / "mutants" / "launch.py")
SEEN_BY = {
    "fetch_error_rows_with_high_watermark_0": (
        "error_rows_carry_minus_one_and_empty_records",
        "high_watermark: expected -1, got 0",
    ),
    "members_sent_to_followers": (
        "only_the_leader_gets_the_members",
        "JoinGroup v3 of the follower members: expected [], got [",
    ),
    "flexible_header_in_api_versions": (
        "api_versions_header_is_old_in_every_version",
        "ApiVersions v3",
    ),
    "duplicate_answered_with_a_new_offset": (
        "duplicate_batch_gets_its_first_offset",
        "base_offset: expected 0, got 6",
    ),
    "null_configs_of_a_created_topic": (
        "created_topics_list_their_configs_from_v5",
        "configs: expected [",
    ),
}


@pytest.mark.parametrize("mutant", SEEN_BY)
def test_a_planted_bug_is_named(mutant):
    names = [scenario for scenario, _ in SEEN_BY.values()]
    scenarios = find_scenarios(only=names)
    assert sorted(names) == sorted(scenario.name for scenario in scenarios)
    conversations = run_all(
        scenarios,
        lambda settings: Wirekafka(COMMON | settings, launcher=("-P", LAUNCHER, mutant)),
        Options(),
    )
    bad = {}
    for conversation in conversations:
        expected = recordings.read(recordings.REFERENCE, conversation.scenario)
        verdict = judge(conversation, expected, is_wirekafka=True)
        if verdict.result is not Result.PASS:
            bad[conversation.scenario.name] = "\n".join(verdict.detail)
    scenario, detail = SEEN_BY[mutant]
    assert list(bad) == [scenario]
    assert detail in bad[scenario]
