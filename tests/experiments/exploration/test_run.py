"""An exploration looks at what may be learned from, and names every leak that was planted."""

from experiments.exploration.result import Exploration
from experiments.explore import explore
from experiments.session import ExperimentSession
from fakes.data.training import raw_file
from fakes.ports.session import fake_session


def test_the_test_split_is_counted_but_its_rows_are_not_shown(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    exploration, _ = explored
    shape = exploration.shape_table()
    assert shape["rows"].sum() == 1200
    assert len(exploration.rows.labels) == shape.head(2)["rows"].sum()


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
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    checks = {finding.check for finding in explored[0].leakage.findings}
    assert len(checks) == len(explored[0].leakage.findings) >= 8


def test_random_and_time_ordered_scores_are_of_as_many_rows_each(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    gap = explored[0].gap
    for estimate in (gap.random, gap.time):
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


SMALL = {"resamples": 50, "workers": 1}
