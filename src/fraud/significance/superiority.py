"""Superiority and non-inferiority tests: whether a challenger may replace the champion.

A paired, stratified bootstrap (`fraud.significance.paired_bootstrap`) with one-sided p-values
(`fraud.significance.p_values`):

- superiority: were the challenger no better than the champion, so large a gain would be rare.
- non-inferiority: were the challenger worse by the margin, so small a loss would be rare. The
  margin may consist of a few frauds that are lost whole and that these rows need not show, so the
  standard error is never taken to be less than that of those frauds.

`p_value` is multiplied by `candidates_considered`, the number of candidates that were scored on
these rows before one was picked (Bonferroni, which holds however the candidates are alike; what the
others scored is unknown here, so nothing sharper is possible). Candidates that were compared on
other rows do not count: luck on those rows does not carry over to these.

`power_at` and `detectable` are the power of such rows: how often a challenger of a given true
difference passes, and which true difference passes four times in five.

Simulated with as many frauds as the reference test rows (`tests/laws/test_honest_gate.py`, by `make
laws`): an equal challenger passed in 3.3 to 5.1 % by average precision and in 2.6 to 3.3 % by
recall (5 % promised; 2,000 draws measure it to 0.5 %), and in 0.1 to 1.2 % where few frauds decide;
one that is better by what is called detectable passed in 76 to 83 %.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal, Self, get_args

import numpy.typing as npt

from foundation.errors import InvalidParams
from foundation.params import did_you_mean
from fraud.data.arrays import Floats
from fraud.metrics.bootstrap import percentiles
from fraud.metrics.estimates import Estimate
from fraud.metrics.names import metric_title
from fraud.significance.p_values import BootstrapTest, enough_resamples
from fraud.significance.paired_bootstrap import PairedBootstrap
from fraud.significance.paired_comparison import POWER, rank_indices_of, require_ranking_metric

Test = Literal["superiority", "non_inferiority"]
TestVerdict = Literal["pass", "hold", "fail"]

CONFIDENCE = 0.95  # of the interval of the difference
LARGEST = 1.0  # no metric differs by more
ROUNDS = 100  # until a difference and the error that belongs to it agree
Z_OF_POWER = NormalDist().inv_cdf(POWER)
TESTS = get_args(Test)


@dataclass(frozen=True)
class DifferenceVariance:
    """The variance of a difference that is measured on rows like these.

    A difference is won fraud by fraud: each makes it larger by about `per_fraud`, and less certain.
    So the variance is `common` plus `per_fraud` times the size of the difference.
    """

    common: float
    per_fraud: float

    @classmethod
    def of(cls, error: float, difference: float, per_fraud: float) -> Self:
        """Split the squared standard error of rows with this difference into both parts."""
        return cls(max(error**2 - per_fraud * abs(difference), 0.0), per_fraud)

    def error_at(self, difference: float) -> float:
        """Return the standard error of rows whose true difference is this one."""
        return sqrt(self.common + self.per_fraud * abs(difference))


@dataclass(frozen=True)
class Judgement:
    """A challenger less a champion on the same rows, and whether the challenger may replace it."""

    metric: str
    test: Test
    margin: float  # by which it may be worse: 0 when it has to be better
    difference: Estimate
    p_value: float  # one-sided, and corrected for candidates_considered
    uncorrected_p_value: float
    worse_p_value: float  # the same for a challenger that is worse, or worse by the margin
    candidates_considered: int
    significance: float
    detectable: float  # the true difference that passes four times in five; 1 where none does
    needed: float  # the least difference on such rows that passes; 1 where none does
    variance: DifferenceVariance
    verdict: TestVerdict

    def power_at(self, true_difference: float) -> float:
        """Return how often a challenger that is truly so much better passes on rows like these."""
        error = self.variance.error_at(true_difference)
        if self.needed >= LARGEST or not error:
            return float(true_difference > self.needed)
        return NormalDist().cdf((true_difference - self.needed) / error)

    @property
    def sentence(self) -> str:
        gap, name = self.difference, metric_title(self.metric)
        facts = f"{name} differs by {gap.value:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})"
        found = _FINDINGS[self.test, self.verdict].format(margin=self.margin)
        if self.verdict == "fail":
            return f"{facts}: {found}, p = {self.worse_p_value:.2g}."
        picked = (
            f" as the best of {self.candidates_considered:,}"
            if self.candidates_considered > 1
            else ""
        )
        outlook = f" {self._outlook}" if self.verdict == "hold" else ""
        return f"{facts}: {found}, p = {self.p_value:.2g}{picked}.{outlook}"

    @property
    def _outlook(self) -> str:
        if self.detectable >= LARGEST:
            return "On such rows no challenger can pass: take more of them, with more frauds."
        true = f"{self.detectable:+.3f}"
        return f"On such rows one whose true difference is {true} passes four times in five."


_FINDINGS: dict[tuple[Test, TestVerdict], str] = {
    ("superiority", "pass"): "better, beyond chance",
    ("superiority", "hold"): "chance may explain it",
    ("superiority", "fail"): "worse, beyond chance",
    ("non_inferiority", "pass"): "not worse by {margin:g} or more, beyond chance",
    ("non_inferiority", "hold"): "it may be worse by {margin:g} or more",
    ("non_inferiority", "fail"): "worse by more than {margin:g}, beyond chance",
}


def judge_challenger(
    labels: npt.ArrayLike,
    challenger: npt.ArrayLike,
    champion: npt.ArrayLike,
    *,
    metric: str = "average_precision",
    test: Test = "superiority",
    margin: float = 0.0,
    significance: float = 0.05,
    candidates_considered: int = 1,
    resamples: int = 2000,
    seed: int = 0,
) -> Judgement:
    """Test the scores that both models give to the same rows, by a metric of RANKING_METRICS.

    `margin` is that of non-inferiority; superiority has none. `candidates_considered` counts the
    candidates that were scored on these very rows before one of them was picked. More than
    `resamples` are drawn where so few could not fill the tail of the corrected level.

    Raises:
        InvalidParams: An argument is out of its range.
        InvalidData: Labels and scores do not fit.
    """
    question = _Question(metric, test, margin, significance, candidates_considered)
    _require_sense(question, resamples)
    pair = PairedBootstrap.of(
        *rank_indices_of(labels, {"challenger": challenger, "champion": champion})
    )
    drawn = pair.drawn_differences(metric, enough_resamples(resamples, question.level), seed)
    return _judged(question, pair, drawn)


@dataclass(frozen=True)
class _Question:
    metric: str
    test: Test
    margin: float
    significance: float
    candidates_considered: int

    @property
    def null(self) -> float:
        """The true difference at which as many pass by chance as the significance allows."""
        return -self.margin if self.test == "non_inferiority" else 0.0

    @property
    def level(self) -> float:
        """The level for an uncorrected p-value (Bonferroni)."""
        return self.significance / self.candidates_considered


def _judged(question: _Question, pair: PairedBootstrap, drawn: Floats) -> Judgement:
    once, null = pair.difference(question.metric), question.null
    # The margin may consist of a few frauds that are lost whole, which these rows need not show.
    least = 0.0 if pair.is_alike else sqrt(abs(null) / pair.rarer)
    better = BootstrapTest(once - null, drawn - null, pair.rarer, least)
    worse = BootstrapTest(null - once, null - drawn, pair.rarer, least)
    variance = DifferenceVariance.of(
        better.standard_error, once, pair.weight_per_fraud(question.metric)
    )
    errors = better.critical_value(question.level)
    # Frauds come whole: that takes a part of one more, which simulations put at a quarter.
    bar = null + variance.per_fraud / 4
    needed = _settled(lambda gap: bar + errors * max(least, variance.error_at(gap)))
    low, high = percentiles(drawn, CONFIDENCE)
    corrected = min(1.0, better.p_value * question.candidates_considered)
    return Judgement(
        metric=question.metric,
        test=question.test,
        margin=abs(null),
        difference=Estimate(once, float(low), float(high)),
        p_value=corrected,
        uncorrected_p_value=better.p_value,
        worse_p_value=worse.p_value,
        candidates_considered=question.candidates_considered,
        significance=question.significance,
        detectable=_settled(lambda gap: needed + Z_OF_POWER * variance.error_at(gap)),
        needed=needed,
        variance=variance,
        verdict=_verdict(corrected, worse.p_value, question.significance),
    )


def _settled(following: Callable[[float], float]) -> float:
    """Follow from the largest difference downwards until nothing changes."""
    gap = LARGEST
    for _ in range(ROUNDS):
        gap = min(LARGEST, following(gap))
    return gap


def _verdict(better: float, worse: float, significance: float) -> TestVerdict:
    if better <= significance:
        return "pass"
    # A pick is better on the rows that it was picked by than elsewhere: no correction for `worse`.
    return "fail" if worse <= significance else "hold"


def _require_sense(question: _Question, resamples: int) -> None:
    require_ranking_metric(question.metric)
    test, margin, significance = question.test, question.margin, question.significance
    laws = [
        (test in TESTS, f"test: {test!r} is none; {did_you_mean(test, set(TESTS))}"),
        (0 <= margin < 1, f"margin: at least 0 and below 1, not {margin}"),
        (0 < significance < 0.5, f"significance: above 0 and below 0.5, not {significance}"),
        (
            question.candidates_considered >= 1,
            f"candidates_considered: at least 1, not {question.candidates_considered}",
        ),
        (resamples >= 1, f"resamples: at least 1, not {resamples}"),
    ]
    if problems := [law for holds, law in laws if not holds]:
        what = "The test of a challenger"
        raise InvalidParams(what, problems)
