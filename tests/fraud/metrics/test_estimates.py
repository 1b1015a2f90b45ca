import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from foundation.errors import InvalidData
from fraud.metrics.estimates import METRICS, Estimate, evaluate_scores

RANKING = ("roc_auc", "average_precision", "recall_at_1pct_fpr", "recall_at_01pct_fpr")
SKLEARN_OF_DECISIONS = {
    "accuracy": reference.accuracy_score,
    "precision": lambda y, p: reference.precision_score(y, p, zero_division=0),
    "recall": reference.recall_score,
    "f1": reference.f1_score,
}
SKLEARN_OF_SCORES = {
    "roc_auc": reference.roc_auc_score,
    "average_precision": reference.average_precision_score,
    "brier": reference.brier_score_loss,
}


@st.composite
def scored_rows(draw):
    """Labels of both classes, scores with ties, and days."""
    count = draw(st.integers(4, 60))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = np.r_[0, 1, (random.random(count - 2) < 0.3).astype(int)]
    scores = np.clip(random.normal(0.3 + 0.3 * labels, 0.2), 0, 1)
    decimals = draw(st.sampled_from([0, 1, 3, 15]))
    return labels, np.round(scores, decimals), random.integers(0, 3, count)


def values(labels, scores, days=None, *, threshold=0.5, per_day=5) -> dict[str, float]:
    days = np.zeros(len(scores), dtype=int) if days is None else days
    found = evaluate_scores(
        labels, scores, threshold=threshold, days=days, per_day=per_day, resamples=1
    )
    return {name: estimate.value for name, estimate in found.items()}


def random_rows(
    seed: int, *, rows: int, frauds: int, apart: float = 3.0
) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = (np.arange(rows) < frauds).astype(int)
    return labels, 1 / (1 + np.exp(-random.normal(apart * labels - 2, 1.0)))


@given(rows=scored_rows(), threshold=st.sampled_from([0.1, 0.5, 0.9]))
def test_where_scikit_learn_has_the_metric_ours_is_the_same(rows, threshold):
    labels, scores, days = rows
    ours = values(labels, scores, days, threshold=threshold)
    for name, metric in SKLEARN_OF_DECISIONS.items():
        assert ours[name] == pytest.approx(metric(labels, scores >= threshold), abs=1e-12), name
    for name, metric in SKLEARN_OF_SCORES.items():
        assert ours[name] == pytest.approx(metric(labels, scores), abs=1e-12), name


@given(rows=scored_rows())
def test_recall_at_a_false_positive_rate_is_the_best_of_any_threshold_within_it(rows):
    labels, scores, _ = rows
    legitimate, frauds = (labels == 0).sum(), (labels == 1).sum()
    for name, rate in (("recall_at_1pct_fpr", 0.01), ("recall_at_01pct_fpr", 0.001)):
        recalls = [
            (scores[labels == 1] >= threshold).sum() / frauds
            for threshold in [*scores, 2.0]
            if (scores[labels == 0] >= threshold).sum() / legitimate <= rate
        ]
        assert values(labels, scores)[name] == max(recalls)


def test_metrics_of_a_case_computed_by_hand():
    labels = [1, 0, 1, 0, 0]
    scores = [0.9, 0.8, 0.6, 0.2, 0.0]
    found = values(labels, scores, per_day=2)
    assert found == pytest.approx(
        {
            "accuracy": 4 / 5,
            "precision": 2 / 3,
            "recall": 1.0,
            "f1": 4 / 5,
            "roc_auc": 5 / 6,
            "average_precision": (1 + 2 / 3) / 2,
            "recall_at_1pct_fpr": 1 / 2,
            "recall_at_01pct_fpr": 1 / 2,
            "precision_at_k": 1 / 2,
            "brier": (0.01 + 0.64 + 0.16 + 0.04) / 5,
            "calibration_error": found["calibration_error"],
        }
    )
    assert tuple(found) == METRICS


def test_ten_times_as_many_legitimate_rows_allow_a_false_alarm_at_one_percent():
    labels = np.r_[1, 0, np.zeros(99, dtype=int)]
    scores = np.r_[0.5, 0.9, np.zeros(99)]
    assert values(labels, scores)["recall_at_1pct_fpr"] == 1.0
    assert values(labels, scores)["recall_at_01pct_fpr"] == 0.0


def test_precision_at_k_is_averaged_over_the_days():
    labels = [1, 1, 0, 0, 1, 0, 0]
    scores = [0.9, 0.8, 0.1, 0.9, 0.5, 0.8, 0.7]
    days = [7, 7, 7, 9, 9, 9, 9]
    assert values(labels, scores, days, per_day=2)["precision_at_k"] == (2 / 2 + 0 / 2) / 2
    assert values(labels, scores, days, per_day=4)["precision_at_k"] == (2 / 3 + 1 / 4) / 2


def test_rows_of_one_score_share_the_last_places_of_a_day():
    assert values([1, 0, 0, 0], [0.5] * 4, per_day=1)["precision_at_k"] == 1 / 4
    assert values([1, 1, 0, 0], [0.9, 0.5, 0.5, 0.1], per_day=2)["precision_at_k"] == 3 / 4


def test_a_bin_of_identical_scores_is_judged_by_its_gap_less_what_chance_makes():
    labels, scores = np.r_[np.ones(30), np.zeros(70)], np.full(100, 0.1)
    expected = np.sqrt(0.2**2 - 0.3 * 0.7 / 99)
    assert values(labels, scores)["calibration_error"] == pytest.approx(expected)


def test_scores_that_mean_what_they_say_have_hardly_any_calibration_error():
    random = np.random.default_rng(0)
    scores = random.beta(0.05, 2, 50_000)
    labels = (random.random(50_000) < scores).astype(int)
    honest = values(labels, scores)["calibration_error"]
    assert honest < 0.002
    assert values(labels, np.sqrt(scores))["calibration_error"] > 20 * max(honest, 0.001)


@given(rows=scored_rows(), seed=st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_changes_no_metric(rows, seed):
    labels, scores, days = rows
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    assert values(labels[shuffled], scores[shuffled], days[shuffled]) == pytest.approx(
        values(labels, scores, days), abs=1e-12
    )


@given(rows=scored_rows(), power=st.sampled_from([0.5, 2.0, 3.0]))
def test_scores_in_the_same_order_have_the_same_ranking_metrics(rows, power):
    labels, scores, days = rows
    bent = values(labels, scores**power, days)
    straight = values(labels, scores, days)
    for name in (*RANKING, "precision_at_k"):
        assert bent[name] == straight[name], name


@given(rows=scored_rows())
@settings(max_examples=30)
def test_every_metric_and_interval_stays_between_zero_and_one(rows):
    labels, scores, days = rows
    found = evaluate_scores(labels, scores, threshold=0.5, days=days, resamples=20)
    for estimate in found.values():
        assert 0 <= estimate.low <= estimate.high <= 1 + 1e-12
        assert 0 <= estimate.value <= 1 + 1e-12


def test_the_same_seed_gives_the_same_intervals_and_another_seed_others():
    labels, scores = random_rows(1, rows=500, frauds=40)
    first, again, other = (
        evaluate_scores(labels, scores, threshold=0.5, days=None, resamples=50, seed=seed)
        for seed in (3, 3, 4)
    )
    assert first == again != other


def test_intervals_contain_the_measured_value():
    labels, scores = random_rows(2, rows=2000, frauds=60)
    found = evaluate_scores(labels, scores, threshold=0.5, days=None, resamples=400)
    for name, estimate in found.items():
        assert estimate.low <= estimate.value <= estimate.high, name
    assert found["recall"].high - found["recall"].low > 0.1  # 60 frauds say no more than that


def test_more_confidence_needs_a_wider_interval():
    labels, scores = random_rows(3, rows=1000, frauds=50)

    def interval(confidence: float) -> Estimate:
        return evaluate_scores(
            labels, scores, threshold=0.5, days=None, resamples=300, confidence=confidence
        )["average_precision"]

    assert interval(0.99).low < interval(0.8).low < interval(0.8).high < interval(0.99).high


def test_nine_of_ten_intervals_at_95_percent_cover_the_true_value():
    # Known exactly: Φ(2/√2) for the AUC, Φ(0) for the recall, of normal scores 2 apart.
    truth = {"roc_auc": 0.92135, "recall": 0.5}
    covered = dict.fromkeys(truth, 0)
    for seed in range(60):
        labels, scores = random_rows(seed, rows=600, frauds=100, apart=2.0)
        found = evaluate_scores(labels, scores, threshold=0.5, days=None, resamples=100)
        for name, value in truth.items():
            covered[name] += found[name].low <= value <= found[name].high
    assert min(covered.values()) >= 54, covered


def test_a_thousand_resamples_of_the_reference_test_split_take_seconds():
    labels, scores = random_rows(0, rows=42_721, frauds=74)
    started = time.process_time()
    evaluate_scores(labels, scores, threshold=0.5, days=np.arange(42_721) % 2, resamples=250)
    assert time.process_time() - started < 3  # a quarter of them; measured 0.4 s


def test_rows_and_days_that_mean_nothing_are_refused():
    with pytest.raises(InvalidData, match="row 1 has nan"):
        evaluate_scores([0, 1, 0], [0.1, np.nan, 0.2], threshold=0.5, days=None)
    with pytest.raises(InvalidData, match="needs one day"):
        evaluate_scores([0, 1], [0.1, 0.9], threshold=0.5, days=[1])


@pytest.mark.parametrize("choice", [{"per_day": 0}, {"resamples": 0}, {"confidence": 1.0}])
def test_choices_that_make_no_sense_are_refused(choice):
    with pytest.raises(InvalidData, match="at least one resample"):
        evaluate_scores([0, 1], [0.1, 0.9], threshold=0.5, days=None, **choice)
