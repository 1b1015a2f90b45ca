"""An exploration is a run that holds its leakage report, its columns and its plots."""

from experiments.exploration.result import Exploration
from experiments.session import ExperimentSession
from fraud.leakage.report import LeakageReport


def test_the_report_is_kept_with_the_run(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    exploration, session = explored
    run_id = exploration.run_id or ""
    kept = session.tracking.read_artifact(run_id, "leakage.json")
    assert LeakageReport.model_validate_json(kept) == exploration.leakage
    plots = {f"plots/{name}.png" for name in exploration.plots}
    assert {"columns.csv", "entities.csv", *plots} <= set(session.tracking.artifact_names(run_id))


def test_the_run_says_whether_the_data_is_clean_and_what_a_random_split_flatters(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    exploration, session = explored
    run = session.tracking.run(exploration.run_id or "")
    assert run.tags["leakage_clean"] == str(exploration.leakage.is_clean).lower()
    assert run.tags["kind"] == "exploration"
    assert run.metrics["average_precision_random_split"] == exploration.gap.random.value
    assert run.metrics["average_precision_time_split"] == exploration.gap.time.value
