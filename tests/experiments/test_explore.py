"""An exploration describes the data, and names every leak that was planted in it."""

import numpy as np
import pytest

from experiments.exploration.result import Exploration, ExploreParams
from experiments.explore import explore, write_stage_output
from experiments.session import ExperimentSession
from fakes.session import fake_session
from fakes.training import raw_file

SMALL = {"resamples": 50, "workers": 1}


@pytest.fixture(scope="module")
def run_exploration() -> tuple[Exploration, ExperimentSession]:
    session = fake_session()
    return explore(session=session, **SMALL), session


def test_the_test_split_is_counted_but_its_rows_are_not_shown(
    run_exploration: tuple[Exploration, ExperimentSession],
) -> None:
    exploration, _ = run_exploration
    shape = exploration.shape_table()
    assert shape["rows"].sum() == 1200
    assert len(exploration.rows.labels) == shape.head(2)["rows"].sum()


def test_every_column_is_in_the_table_the_strongest_first(
    run_exploration: tuple[Exploration, ExperimentSession],
) -> None:
    table = run_exploration[0].column_table()
    assert table.height == len(run_exploration[0].rows.columns)
    assert table["column"][0] == "V1"  # nearly tells who is a fraud
    assert table["ROC AUC alone"].is_sorted(descending=True)


def test_a_column_that_tells_the_label_is_named_by_the_leakage_report() -> None:
    lines = raw_file().decode().splitlines()
    planted = [lines[0]]
    for line in lines[1:]:
        cells = line.split(",")
        cells[5] = str(float(cells[-1]) * 9 + float(cells[5]) / 100)  # V5 now tells
        planted.append(",".join(cells))
    exploration = explore(session=fake_session("\n".join(planted).encode() + b"\n"), **SMALL)
    warnings = [finding.sentence for finding in exploration.leakage.warnings]
    assert any("V5" in sentence for sentence in warnings)
    assert not exploration.leakage.is_clean


def test_the_report_asks_every_question(
    run_exploration: tuple[Exploration, ExperimentSession],
) -> None:
    checks = {finding.check for finding in run_exploration[0].leakage.findings}
    assert len(checks) == len(run_exploration[0].leakage.findings) >= 8


def test_random_and_time_ordered_scores_are_of_as_many_rows_each(
    run_exploration: tuple[Exploration, ExperimentSession],
) -> None:
    gap = run_exploration[0].gap
    for estimate in (gap.random, gap.time):
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


def test_every_picture_can_be_drawn(run_exploration: tuple[Exploration, ExperimentSession]) -> None:
    from plots.layout.canvas import png

    assert len(run_exploration[0].plots) >= 7
    assert all(png(figure).startswith(b"\x89PNG") for figure in run_exploration[0].plots.values())


def test_the_report_is_kept_with_the_run_and_the_execution(
    run_exploration: tuple[Exploration, ExperimentSession],
) -> None:
    exploration, session = run_exploration
    output = write_stage_output(exploration, session)
    kept = session.tracking.read_artifact(exploration.run_id or "", "leakage.json")
    assert output.leakage == exploration.leakage
    assert type(output.leakage).model_validate_json(kept) == exploration.leakage
    assert np.isclose(output.random_split.value, exploration.gap.random.value)


def test_the_defaults_are_those_of_the_yaml() -> None:
    assert ExploreParams().data == "creditcard"
