"""An ablation judges every set on the same folds, and skips what the data cannot have."""

import pytest

from experiments.ablation.result import Ablation, FeaturesParams
from experiments.features import try_features, write_stage_output
from experiments.session import ExperimentSession
from fakes.session import fake_session
from fakes.tracking import FakeTracking
from foundation.errors import InvalidParams

SETS = {
    "plain": [],
    "amounts": ["log_amount", "robust_amount"],
    "pairs": [{"interactions": {"pairs": 2}}],
    "risk": [{"delayed_risk": {"entity": "terminal"}}],
}


@pytest.fixture(scope="module")
def run_ablation() -> tuple[Ablation, ExperimentSession]:
    session = fake_session()
    ablation = try_features(
        session=session, algorithm="logistic_regression", feature_sets=SETS, folds=2,
        resamples=60, workers=1,
    )  # fmt: skip
    return ablation, session


def test_sets_that_need_an_entity_the_data_has_not_are_skipped_and_named(
    run_ablation: tuple[Ablation, ExperimentSession],
) -> None:
    ablation, _ = run_ablation
    assert [each.features.name for each in ablation.tried] == ["plain", "amounts", "pairs"]
    assert "terminal" in ablation.skipped["risk"]
    assert ablation.table().height == 4


def test_plain_adds_nothing_to_itself_and_every_other_set_has_an_interval(
    run_ablation: tuple[Ablation, ExperimentSession],
) -> None:
    plain, *others = run_ablation[0].tried
    assert (plain.added.difference.value, plain.added.p_value) == (0.0, 1.0)
    assert all(each.added.difference.low <= each.added.difference.high for each in others)
    assert len({len(each.out_of_fold.scores) for each in run_ablation[0].tried}) == 1


def test_each_set_is_a_child_run(run_ablation: tuple[Ablation, ExperimentSession]) -> None:
    ablation, session = run_ablation
    assert isinstance(session.tracking, FakeTracking)
    children = session.tracking.children(ablation.run_id or "")
    assert {run.name for run in children} == {"plain", "amounts", "pairs"}
    recorded = {run.name: run.metrics["added"] for run in children}
    assert recorded == {each.features.name: each.added.difference.value for each in ablation.tried}


def test_the_result_says_what_was_added_and_skipped(
    run_ablation: tuple[Ablation, ExperimentSession],
) -> None:
    output = write_stage_output(*run_ablation)
    assert output.added.keys() == {"plain", "amounts", "pairs"}
    assert output.skipped.keys() == {"risk"}


def test_every_mistake_in_the_sets_is_named_at_once() -> None:
    with pytest.raises(InvalidParams) as refused:
        FeaturesParams(
            feature_sets={"plain": [], "a": ["log_amonut"], "b": [{"amount_bins": {"bin": 3}}]}
        )
    assert "did you mean log_amount?" in str(refused.value)
    assert "b:" in str(refused.value)


def test_there_has_to_be_a_plain_set_to_compare_with() -> None:
    with pytest.raises(ValueError, match="plain"):
        FeaturesParams(feature_sets={"amounts": ["log_amount"]})
