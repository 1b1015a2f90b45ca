"""Experiments on a table without time and amount; what needs them says so, or is left out."""

from collections.abc import Iterator
from typing import Any

import pytest

from experiments.ablation.result import Ablation
from experiments.compare import compare_algorithms
from experiments.comparison.result import Comparison
from experiments.exploration.result import Exploration
from experiments.explore import explore
from experiments.features import try_features
from experiments.session import ExperimentSession
from experiments.tuning.result import TuningResult
from fakes.data.bare_csv import SPEC
from fakes.ports.bare_session import bare_session
from fakes.studies.tuning import tuned_in
from fraud.data.roles import NO_ROLES, RoleMissing
from fraud.metrics.estimates import METRICS
from fraud.metrics.names import metric_name
from plots.layout.canvas import png

SMALL: dict[str, Any] = {"data": SPEC.name, "resamples": 20, "workers": 1}
COSTS = "Costs are left out: the data set claims describes no amount"
LINE = "a line `amount: COLUMN` in params/data/claims.yaml names one"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExperimentSession]:
    with bare_session(tmp_path_factory.mktemp("project")) as opened:
        yield opened


@pytest.fixture(scope="module")
def explored(session: ExperimentSession) -> Exploration:
    return explore(session=session, **SMALL)


@pytest.fixture(scope="module")
def ablation(session: ExperimentSession) -> Ablation:
    return try_features(session=session, folds=2, algorithm="logistic_regression", **SMALL)


@pytest.fixture(scope="module")
def compared(session: ExperimentSession) -> Comparison:
    return compare_algorithms(session=session, algorithms=["logistic_regression"], folds=2, **SMALL)


@pytest.fixture(scope="module")
def tuned(session: ExperimentSession) -> TuningResult:
    return tuned_in(session, trials=2, threshold_rule="precision", target_precision=0.5, **SMALL)


def drawn(plots: dict[str, Any]) -> set[str]:
    assert all(png(figure).startswith(b"\x89PNG") for figure in plots.values())
    return set(plots)


def test_an_exploration_leaves_out_what_needs_time_or_amount_and_says_so(
    explored: Exploration,
) -> None:
    checks = {finding.check for finding in explored.leakage.findings}
    assert "adversarial validation" in checks
    assert not checks & {"future timestamps", "label gaps", "split gap", "time"}
    assert {"class_balance", "strength"} <= drawn(explored.plots)
    timed = {"amounts", "times", "drift", "column_drift", "random_or_time"}
    assert not timed & explored.plots.keys()
    assert explored.shape_table().columns == ["split", "rows", "frauds", "fraud share"]
    assert "drift" not in explored.column_table().columns
    output = explored.output()
    assert output.random_split is output.time_split is None
    assert "The distribution of amounts is left out" in output.verdict
    assert "gap between a random split and one by time are left out" in output.verdict


def test_a_feature_set_that_needs_time_or_amount_is_skipped_with_its_reason(
    ablation: Ablation,
) -> None:
    assert [each.features.name for each in ablation.results] == ["plain", "pairs"]
    assert set(ablation.skipped) == {"amounts", "clock", "bins", "spending", "risk", "history"}
    assert "the feature step log_amount needs the amount" in ablation.skipped["amounts"]
    assert "`time: COLUMN` in params/data/claims.yaml" in ablation.skipped["clock"]
    assert metric_name("cost_per_1000") not in ablation.table().columns
    assert COSTS in ablation.verdict()


def test_a_comparison_measures_everything_but_costs_and_days(compared: Comparison) -> None:
    assert compared.best.metrics.keys() == {
        "roc_auc", "average_precision", "recall_at_1pct_fpr", "recall_at_01pct_fpr", "brier",
        "calibration_error",
    }  # fmt: skip
    assert compared.best.metrics["average_precision"].value > 0.5
    assert drawn(compared.plots) == {"leaderboard", "precision_recall", "calibration"}
    unmeasured = {metric_name("cost_per_1000"), metric_name("precision_at_k")}
    assert not unmeasured & {*compared.leaderboard().columns}
    assert COSTS in compared.verdict()
    assert LINE in compared.verdict()


def test_a_search_finds_a_winner_with_a_threshold_by_precision(tuned: TuningResult) -> None:
    winner = tuned.winner
    assert winner.test.keys() == {*METRICS} - {"precision_at_k"}
    assert winner.model.roles == NO_ROLES
    assert winner.model.columns == ("age", "visits", "channel")
    assert winner.metrics["precision"].value >= 0.5
    assert {"threshold", "confirmation", "test_roc"} <= drawn(tuned.plots)
    assert COSTS in tuned.verdict()
    assert "Precision among the riskiest of a day is left out" in tuned.verdict()


@pytest.mark.parametrize(("rule", "role"), [("cost", "amount"), ("capacity", "time")])
def test_a_threshold_rule_that_needs_them_is_refused_before_the_search(
    session: ExperimentSession, rule: str, role: str
) -> None:
    with pytest.raises(RoleMissing) as refusal:
        tuned_in(session, trials=2, threshold_rule=rule, **SMALL)
    message = str(refusal.value)
    assert f"add the line `{role}: COLUMN` to params/data/claims.yaml" in message
    assert "otherwise choose another rule: --set tune.threshold_rule=f1, or precision." in message


@pytest.mark.parametrize("experiment", [explore, compare_algorithms, try_features])
def test_a_split_by_time_is_refused_before_anything_is_read(
    session: ExperimentSession, experiment: Any
) -> None:
    with pytest.raises(RoleMissing, match="otherwise choose method: stratified or random"):
        experiment(session=session, method="time", **SMALL)


@pytest.mark.parametrize("features", ["amounts", "clock", "bins"])
def test_a_feature_set_that_is_chosen_by_name_is_refused_before_anything_is_fitted(
    session: ExperimentSession, features: str
) -> None:
    with pytest.raises(RoleMissing, match="otherwise choose a feature set without it"):
        compare_algorithms(session=session, features=features, **SMALL)
