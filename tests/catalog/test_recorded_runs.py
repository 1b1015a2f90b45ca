"""History steps are recorded by value, and read as they were recorded."""

from catalog.recorded_runs import history_of, history_tag
from fraud.features.history import DelayedRisk, SpendingWindows

STEPS = (SpendingWindows(days=(2, 5)), DelayedRisk(days=(3,), delay_days=9))


def test_history_steps_are_read_from_their_tag_in_order():
    assert history_of(history_tag(STEPS)) == STEPS


def test_a_run_without_history_has_no_tag_and_no_steps():
    assert history_tag(()) == {}
    assert history_of({"other": "tag"}) == ()
