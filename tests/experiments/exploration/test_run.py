"""An exploration looks at what may be learned from, and names every leak that was planted."""

from catalog.prepared_data import read_plausibility
from experiments.evaluation.development_rows import all_rows
from experiments.exploration.fraud_groups import fraud_groups
from experiments.exploration.plots import exploration_plots
from experiments.exploration.result import Exploration
from experiments.exploration.run import prepared_findings, prepared_table, single_columns
from experiments.explore import explore
from experiments.feature_sets import PLAIN_SET
from experiments.protocol import DataChoice
from experiments.session import ExperimentSession
from fakes.data.training import raw_file
from fakes.ports.session import fake_session
from fakes.processes.figure_text import is_written, require_readable
from fraud.data.column_profile import column_facts
from fraud.leakage.checks import SINGLE_COLUMNS, LeakageFinding
from fraud.metrics.estimates import Estimate
from fraud.simulation.payments import HEADER, csv_text, payments_like


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


def test_data_whose_newest_days_have_no_fraud_is_explored_and_the_gap_not_measured() -> None:
    header, *lines = raw_file().decode().splitlines()
    time = header.replace('"', "").split(",").index("Time")
    early = [header]
    for line in lines:
        cells = line.split(",")
        if float(cells[-1].strip('"')):
            cells[time] = "1"
        early.append(",".join(cells))
    exploration = explore(session=fake_session("\n".join(early).encode() + b"\n"), **SMALL)
    assert exploration.gap is None
    assert "by time was not measured. Every part of a fold needs a fraud" in exploration.verdict()
    assert "random_or_time" not in exploration.plots


def test_the_report_asks_every_question(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    checks = {finding.check for finding in explored[0].leakage.findings}
    assert len(checks) == len(explored[0].leakage.findings) >= 8


def test_plausibility_is_as_prepare_found_it(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    exploration, session = explored
    found = read_plausibility(session.execution, exploration.manifest.data_digest)
    assert exploration.plausibility == found
    assert len(found.findings) == 8


def test_random_and_time_ordered_scores_are_of_as_many_rows_each(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    gap = explored[0].gap
    for estimate in (gap.random, gap.time):
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


def test_table_picture_and_report_have_one_figure_of_each_column(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    exploration = explored[0]
    [finding] = [f for f in exploration.leakage.findings if f.check == SINGLE_COLUMNS]
    strengths = {facts.name: facts.univariate_auc for facts in exploration.columns}
    assert finding.figures == strengths
    best = max(strengths, key=strengths.__getitem__)
    assert f"{best} ({strengths[best]:.3f})" in finding.sentence  # V1 nearly tells who is a fraud
    assert exploration.column_table()["ROC AUC alone"][0] == round(strengths[best], 3)
    assert is_written(exploration.plots["strength"], f"{strengths[best]:.3f}")


def test_of_texts_and_gaps_table_picture_and_report_have_one_figure_too() -> None:
    session, choice = payments_session(), DataChoice(data="payments")
    development = session.development(choice, PLAIN_SET)
    manifest, rows = development.manifest, all_rows(development)
    table = prepared_table(session, manifest)
    alone = single_columns(prepared_findings(session, manifest), table, manifest)
    columns = column_facts(rows, table, alone.figures)
    assert {facts.name: facts.univariate_auc for facts in columns} == alone.figures
    best = max(alone.figures, key=alone.figures.__getitem__)
    assert f"the best, {best}, has an area under the ROC curve of {alone.figures[best]:.3f}" in (
        alone.sentence
    )
    groups = fraud_groups(table, manifest, alone.figures)
    lacking = {each.column: each.gaps.rows for each in groups.gaps}
    for facts in columns:
        assert round(facts.missing_share * len(rows.labels)) == lacking.get(facts.name, 0)
    some = Estimate(0.5, 0.4, 0.6)
    drawn = exploration_plots(rows, columns, manifest.splits, (some, some))
    assert is_written(drawn["strength"], f"{best} tells most of 6 columns")
    assert is_written(drawn["missing"], f"{len(lacking)} of 6 columns miss values")
    for figure in drawn.values():
        require_readable(figure)


def test_data_that_was_prepared_before_is_ranked_anew() -> None:
    session = payments_session()
    manifest = session.manifest(DataChoice(data="payments"))
    table = prepared_table(session, manifest)
    earlier = LeakageFinding(
        check=SINGLE_COLUMNS, verdict="ok", sentence="before", figures={"amount": 0.9}
    )
    for prepared in ([earlier], []):
        found = single_columns(prepared, table, manifest)
        assert found.figures.keys() == set(manifest.columns)
    assert single_columns([found], table, manifest) is found


def payments_session() -> ExperimentSession:
    text = HEADER + csv_text(payments_like(6000, seed=4))
    return fake_session(text.encode(), choice=DataChoice(data="payments"))


SMALL = {"resamples": 50, "workers": 1}
