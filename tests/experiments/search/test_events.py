"""The progress of a study counts what has finished, and names the best so far."""

from dataclasses import replace

import pytest

from experiments.search.events import StudyProgress
from experiments.search.trials import FinishedTrial

BEST = FinishedTrial(
    3, "xgboost", {}, seed=1, state="complete", value=0.87654, steps={}, attrs={}, seconds=1.0,
    reason=None,
)  # fmt: skip
PROGRESS = StudyProgress(slots=20, complete=5, pruned=3, failed=1, running=2, deaths=4, best=BEST)


def told(progress: StudyProgress) -> tuple[int, int, str]:
    heard: list[tuple[int, int, str]] = []
    progress.tell(lambda *call: heard.append(call))
    [call] = heard
    return call


def test_a_progress_bar_is_told_what_has_finished_and_the_best_value() -> None:
    assert told(PROGRESS) == (9, 20, "best 0.8765")


@pytest.mark.parametrize("best", [None, replace(BEST, value=None)])
def test_before_a_trial_is_complete_there_is_no_best(best: FinishedTrial | None) -> None:
    assert told(replace(PROGRESS, best=best)) == (9, 20, "")


def test_the_total_of_a_search_that_only_a_deadline_ends_is_not_known() -> None:
    assert told(replace(PROGRESS, slots=None)) == (9, 0, "best 0.8765")
