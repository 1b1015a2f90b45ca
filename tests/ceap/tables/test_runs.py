"""Recorded runs on a terminal: one row each, and everything of one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ceap.tables.runs import CHILDREN_SHOWN, run_report, runs_table
from fakes.processes.terminal import printed
from foundation.tracking.runs import FoundRun

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RUN_ID = "0123456789abcdef0123456789abcdef"


def run_of(**changed: Any) -> FoundRun:
    facts: dict[str, Any] = {
        "run_id": RUN_ID, "experiment": "comparisons", "name": "who is best [today]",
        "status": "finished", "parent_run_id": None, "started_at": NOON,
        "finished_at": NOON + timedelta(seconds=90), "params": {}, "tags": {}, "metrics": {},
    }  # fmt: skip
    return FoundRun(**(facts | changed))


def scored(name: str, value: float, **more: float) -> FoundRun:
    return run_of(name=name, metrics={"average_precision": value, **more})


def test_a_row_begins_with_the_start_of_the_id_and_ends_with_average_precision() -> None:
    found = scored("forest", 0.811, average_precision_low=0.721, average_precision_high=0.886)
    text = printed(runs_table([found]))
    assert RUN_ID[:12] in text
    assert RUN_ID[:13] not in text
    assert "1:30" in text
    assert text.rstrip().endswith("0.811 (0.721–0.886)")


def test_the_metric_of_the_query_has_a_column_of_its_own() -> None:
    text = printed(runs_table([scored("forest", 0.8, brier=0.25)], "brier"))
    assert text.index("Brier") < text.index("average precision")
    assert "0.25" in text
    assert printed(runs_table([], "average_precision")).count("average precision") == 1


def test_a_run_that_still_runs_has_neither_duration_nor_metric() -> None:
    text = printed(runs_table([run_of(status="running", finished_at=None)]))
    assert text.rstrip().endswith(f"{NOON.astimezone():%Y-%m-%d %H:%M}")


def test_a_report_has_the_origin_the_parameters_and_the_files_as_they_are_named() -> None:
    run = run_of(params={"seed": "7"}, tags={"data_digest": "ab12", "kind": "comparison"})
    text = printed(*run_report(run, ["plots/roc.png"], []))
    for line in (
        "who is best [today]", f"run {RUN_ID} of experiment comparisons", "took 1:30",
        "data_digest  ab12", "kind         comparison", "seed  7", "plots/roc.png",
    ):  # fmt: skip
        assert line in text
    assert "below" not in text


def test_bounds_are_shown_with_their_metric_and_not_again() -> None:
    run = scored("forest", 0.8, average_precision_low=0.7, average_precision_high=0.9)
    text = printed(*run_report(run, [], []))
    assert "average_precision  0.8 (0.7–0.9)" in text
    assert "average_precision_low" not in text


def test_of_the_runs_below_the_best_are_shown_and_all_are_counted() -> None:
    count = CHILDREN_SHOWN + 5
    children = [scored(f"trial-{number:02}", number / 100) for number in range(count)]
    text = printed(*run_report(run_of(), [], children))
    assert f"{count} runs below it" in text
    assert text.index(f"trial-{count - 1}") < text.index("trial-06")
    assert text.count("trial-") == CHILDREN_SHOWN
    assert "trial-04" not in text
