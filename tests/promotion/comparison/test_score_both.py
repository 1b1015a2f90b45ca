"""Both models score the same test set, and the gates judge the difference."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from catalog.prepared_data import Manifest
from fakes.data.labelled_rows import fake_rows, quick_fit
from fakes.promotions.champions import FakeCatalog
from fraud.data.labelled_rows import LabelledRows
from fraud.metrics.costs import Costs
from fraud.metrics.evaluation import COST, TestSet
from fraud.metrics.weighted_metrics import RANKING_METRICS
from fraud.model.fraud_model import FraudModel
from promotion.comparison.champion import Champion, Incomparable
from promotion.comparison.score_both import (
    HeadToHead,
    PolicyTerms,
    compare_on_test,
    comparison_gates,
)
from promotion.policy import ChampionTest, Policy
from promotion.records import GateResult

TEST = fake_rows(7, count=2000)
QUICK = ChampionTest(resamples=400, metric="average_precision")
POLICY = Policy(champion=QUICK, costs=Costs(review=3.0))
FIGURES = {
    "difference", "low", "high", "p_value", "uncorrected_p_value",
    "candidates_considered", "detectable",
}  # fmt: skip


@pytest.fixture(scope="module")
def good() -> FraudModel:
    return quick_fit("logistic_regression")


@pytest.fixture(scope="module")
def poor() -> FraudModel:
    """A forest that was taught labels which are half wrong."""
    rows = fake_rows(1)
    random = np.random.default_rng(0)
    labels = np.where(
        random.random(len(rows.labels)) < 0.5, rows.labels, random.permutation(rows.labels)
    )
    wrong = LabelledRows(rows.columns, rows.rows, labels.astype(np.int8), roles=rows.roles)
    return quick_fit("random_forest", train=wrong)


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return FakeCatalog().prepared()


def candidate_of(model: FraudModel, *, test_set_evaluations: int = 1) -> Any:
    """What a comparison asks of a candidate."""
    return SimpleNamespace(
        recorded=SimpleNamespace(model=model), test_set_evaluations=test_set_evaluations, trials=1
    )


def met(
    model: FraudModel,
    champion: FraudModel | None,
    *,
    test_set_evaluations: int = 1,
    asked: ChampionTest = QUICK,
) -> HeadToHead:
    against = Champion(champion, "the deployed model") if champion else None
    policy = POLICY.model_copy(update={"champion": asked})
    return compare_on_test(
        candidate_of(model, test_set_evaluations=test_set_evaluations),
        against,
        TestSet(TEST, PolicyTerms.of(policy)),
        policy,
    )


def gates(head_to_head: HeadToHead, manifest: Manifest) -> dict[str, GateResult]:
    champion = (
        Champion(head_to_head.champion.model, "the deployed model abc")
        if head_to_head.champion
        else None
    )
    return {
        gate.gate: gate for gate in comparison_gates(champion, head_to_head.comparison, manifest)
    }


def test_the_difference_is_that_of_the_metrics_of_both(good: FraudModel, poor: FraudModel) -> None:
    found = met(good, poor)
    assert found.champion is not None
    assert found.comparison is not None
    assert found.candidate.scores.tolist() == good.scores(TEST.rows).tolist()
    for metric in RANKING_METRICS:
        gap = found.candidate.metrics[metric].value - found.champion.metrics[metric].value
        assert found.comparison.differences[metric].difference.value == pytest.approx(gap)
    gap = found.candidate.metrics[COST].value - found.champion.metrics[COST].value
    assert found.comparison.cost.value == pytest.approx(gap)
    judged = found.comparison.judgement.difference
    assert found.comparison.differences["average_precision"].difference == judged


def test_columns_are_found_by_their_name(good: FraudModel) -> None:
    order = [3, 2, 1, 0, 4, 5]
    columns = tuple(TEST.columns[place] for place in order)
    turned = LabelledRows(columns, TEST.rows[:, order], TEST.labels, roles=TEST.roles)
    found = compare_on_test(
        candidate_of(good), None, TestSet(turned, PolicyTerms.of(POLICY)), POLICY
    )
    assert found.candidate.scores.tolist() == good.scores(TEST.rows).tolist()


def test_each_decides_by_its_own_threshold(good: FraudModel) -> None:
    found = met(good.with_threshold(0.9), good.with_threshold(0.1))
    assert found.comparison is not None
    assert found.champion is not None
    assert found.candidate.metrics["recall"].value < found.champion.metrics["recall"].value
    assert found.comparison.differences["average_precision"].difference.value == 0
    assert found.comparison.cost.value != 0


def test_a_candidate_that_is_clearly_better_passes(
    good: FraudModel, poor: FraudModel, manifest: Manifest
) -> None:
    found = gates(met(good, poor), manifest)
    assert found["champion"].verdict == "pass"
    assert found["champion"].figures.keys() == FIGURES
    assert found["champion"].figures["difference"] > 0
    assert found["same data"].verdict == "pass"
    assert "The champion is the deployed model abc." in found["same data"].reason


def test_a_candidate_that_is_clearly_worse_does_not(
    good: FraudModel, poor: FraudModel, manifest: Manifest
) -> None:
    assert gates(met(poor, good), manifest)["champion"].verdict == "fail"


def test_the_champion_itself_is_not_better_than_itself(
    good: FraudModel, manifest: Manifest
) -> None:
    found = gates(met(good, good), manifest)["champion"]
    assert found.verdict == "hold"
    assert (found.figures["difference"], found.figures["p_value"]) == (0, 1)


def test_not_being_worse_is_enough_where_the_policy_says_so(
    good: FraudModel, manifest: Manifest
) -> None:
    lenient = QUICK.model_copy(update={"test": "non_inferiority", "margin": 0.05})
    assert gates(met(good, good, asked=lenient), manifest)["champion"].verdict == "pass"


def test_who_was_picked_from_many_needs_more_evidence(good: FraudModel, poor: FraudModel) -> None:
    of_one, of_many = met(good, poor), met(good, poor, test_set_evaluations=40)
    assert of_one.comparison is not None
    assert of_many.comparison is not None
    assert of_many.comparison.judgement.candidates_considered == 40
    assert of_many.comparison.judgement.p_value > of_one.comparison.judgement.p_value
    assert of_many.comparison.judgement.uncorrected_p_value == pytest.approx(
        of_one.comparison.judgement.uncorrected_p_value, abs=0.01
    )


def test_the_metric_is_that_of_the_policy(good: FraudModel, poor: FraudModel) -> None:
    by_area = QUICK.model_copy(update={"metric": "roc_auc"})
    found = met(good, poor, asked=by_area)
    assert found.comparison is not None
    assert found.comparison.judgement.difference.value == pytest.approx(
        found.comparison.differences["roc_auc"].difference.value
    )


def test_without_a_champion_it_passes_and_says_so(good: FraudModel, manifest: Manifest) -> None:
    found = met(good, None)
    assert (found.champion, found.comparison) == (None, None)
    assert found.candidate.metrics["roc_auc"].value > 0.5
    [gate] = comparison_gates(None, None, manifest)
    assert (gate.gate, gate.verdict) == ("champion", "pass")
    assert "no champion to beat" in gate.reason


def test_what_does_not_compare_is_the_gate(manifest: Manifest) -> None:
    why = Incomparable("same data", "fail", "Other data.")
    [gate] = comparison_gates(why, None, manifest)
    assert (gate.gate, gate.verdict, gate.reason) == ("same data", "fail", "Other data.")
