"""Two conversations and where they part."""

from __future__ import annotations

from compat.wire.step import ABSENT, Step, compare, short


def step(answer, ask="Fetch v12"):
    return Step(ask, {}, answer)


def found(expected, got, **options):
    return [
        (one.step, one.path, one.expected, one.got)
        for one in compare([step(expected)], [step(got)], **options)
    ]


def test_equal_conversations_have_no_differences():
    assert found({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}) == []


def test_a_difference_is_a_path_and_both_values():
    assert found({"a": [{"b": -1}]}, {"a": [{"b": 0}]}) == [(0, "a[0].b", -1, 0)]


def test_null_empty_and_absent_are_three_things():
    assert found({"a": None}, {"a": []}) == [(0, "a", None, [])]
    assert found({"a": []}, {}) == [(0, "a", [], ABSENT)]
    assert found({}, {"a": []}) == [(0, "a", ABSENT, [])]


def test_zero_is_not_false():
    assert found({"a": 0}, {"a": False}) == [(0, "a", 0, False)]


def test_lists_of_other_lengths_differ_as_a_whole():
    assert found([1, 2], [1]) == [(0, "", [1, 2], [1])]


def test_texts_of_error_messages_do_not_count_but_their_absence_does():
    assert found({"error_message": "a"}, {"error_message": "b"}) == []
    assert found({"error_message": None}, {"error_message": "b"}) != []
    assert found({"error_message": "a"}, {"error_message": "b"}, texts=True) != []


def test_missing_and_further_steps_are_differences():
    assert [one.got for one in compare([step(1), step(2)], [step(1)])] == [ABSENT]
    assert [one.expected for one in compare([step(1)], [step(1), step(2)])] == [ABSENT]
    assert len(compare([step(1, "A v1")], [step(1, "B v1")])) == 1


def test_a_step_knows_its_api_and_version():
    assert step(0, "JoinGroup v3 of the follower").api() == ("JoinGroup", 3)
    assert step(0, "key 999 v0").api() is None


def test_short_keeps_the_beginning():
    assert short("x" * 500, 10) == "'xxxxxxxx…"
