"""A session finds or makes the prepared data, and reads all of it but the test split."""

import pytest

from experiments.comparison.result import CompareParams
from experiments.evaluation.model_spec import ModelSpec
from experiments.feature_sets import PLAIN_SET, FeatureSet
from experiments.protocol import DataChoice, EvaluationProtocol
from experiments.session import ExperimentSession, stage_params
from fakes.ports.session import fake_session
from fakes.studies.run_trees import tree_of
from foundation.errors import InvalidParams, NotFound
from fraud.data.folds import make_folds


@pytest.fixture(scope="module")
def session() -> ExperimentSession:
    return fake_session()


def test_only_rows_that_may_be_learned_from_are_read(session: ExperimentSession) -> None:
    development = session.development(DataChoice(), PLAIN_SET)
    splits = development.manifest.splits
    assert len(development.train.labels) == splits["train"].rows
    assert len(development.validation.labels) == splits["validation"].rows
    assert sum(split.rows for split in splits.values()) == 1200


def test_a_set_that_the_data_cannot_have_is_refused(session: ExperimentSession) -> None:
    risk = FeatureSet.of("risk", [{"delayed_risk": {"entity": "terminal"}}])
    with pytest.raises(InvalidParams, match="terminal"):
        session.development(DataChoice(), risk)


def test_without_the_raw_data_it_says_how_to_get_it(session: ExperimentSession) -> None:
    with pytest.raises(NotFound, match="ceap data"):
        session.manifest(DataChoice(data="payments"))


def test_fits_are_cached_in_the_store_of_the_session(session: ExperimentSession) -> None:
    protocol = EvaluationProtocol(folds=2, workers=1)
    development = session.development(protocol, PLAIN_SET)
    folds = make_folds(development.train, protocol.fold_plan)
    spec = ModelSpec(algorithm="logistic_regression")
    session.cross_validation(development, (), folds).evaluate([spec], protocol, lambda *_: None)
    kept = session.objects.keys(session.settings.workflow_bucket, "experiments/fits/")
    assert len(kept) == 2


def test_runs_are_recorded_in_the_tracking_server_of_the_session(
    session: ExperimentSession,
) -> None:
    recorded = session.recorder.record(tree_of("study-1"))
    assert session.tracking.run(recorded.run_id or "").name == "study"


def test_what_a_caller_names_is_laid_over_the_yaml() -> None:
    written, changed = (
        stage_params(CompareParams, "compare", values) for values in ({}, {"folds": 7})
    )
    assert changed == written.model_copy(update={"folds": 7})
    with pytest.raises(InvalidParams, match="fold"):
        stage_params(CompareParams, "compare", {"fold": 7})
