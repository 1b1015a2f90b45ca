"""Honest gate: in a world whose truth is known, luck passes as seldom as promised, merit as often.

A sample of it runs with every test; `make laws` runs all of it, on rows like the reference data's.
Bounds allow for the chance of one in a thousand that the runs themselves are unlucky.
"""

import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from fakes.data.simulated_challengers import Duel, fight
from fakes.data.true_quality import AP, RECALL, REFERENCE, Model, World, equal_model
from fraud.significance.superiority import Judgement

SIGNIFICANCE = 0.05
SMALL, MEDIUM = World(legitimate=4000), World(legitimate=8000)
LAW = pytest.mark.laws

PLAIN, FAINT = Model(4.0), Model(3.0)
HEAVY = Model(6.0, hidden=0.2)  # few frauds decide, as with real models
EQUALS = {
    "plain frauds": (PLAIN, PLAIN, 0.9),
    "plain frauds, less alike": (PLAIN, PLAIN, 0.8),
    "plain frauds, more alike": (PLAIN, PLAIN, 0.97),
    "faint frauds": (FAINT, FAINT, 0.9),
    "hidden frauds": (HEAVY, HEAVY, 0.9),
    "other frauds hidden": (equal_model(PLAIN, hidden=0.12), PLAIN, 0.9),
    "no frauds hidden": (PLAIN, equal_model(PLAIN, hidden=0.12), 0.9),
}


def passed(found: list[Judgement]) -> float:
    return float(np.mean([judgement.verdict == "pass" for judgement in found]))


def at_most(runs: int, rate: float = SIGNIFICANCE) -> float:
    return float(binom.ppf(0.999, runs, rate)) / runs


def report(what: str, found: list[Judgement]) -> None:
    """Leave the figure where `pytest -rP` shows it."""
    sys.stdout.write(f"{what}: {passed(found):.3f} of {len(found)} passed\n")


def kinds_of(many: int, champion: Model, rows: World) -> list[Model]:
    """Models that are as good as the champion, each in its own way."""
    return [equal_model(champion, 0.1 * n / many, rows) for n in range(many)]


def unlucky(runs: int) -> float:
    return 3.3 * 0.5 / runs**0.5


class TestLuck:
    @pytest.mark.parametrize(
        ("world", "metric", "rows", "runs"),
        [
            ("faint frauds", AP, SMALL, 100),
            ("faint frauds", RECALL, SMALL, 100),
            pytest.param("plain frauds", AP, REFERENCE, 4000, marks=LAW),
            *(pytest.param(world, AP, REFERENCE, 2000, marks=LAW) for world in list(EQUALS)[1:]),
            *(
                pytest.param(world, RECALL, REFERENCE, 2000, marks=LAW)
                for world in ("plain frauds, less alike", "faint frauds", "hidden frauds")
            ),
        ],
    )
    def test_an_equal_challenger_passes_as_seldom_as_promised(self, world, metric, rows, runs):
        challenger, champion, shared = EQUALS[world]
        rows = replace(rows, shared=shared)
        found = fight(Duel([challenger], champion, metric, rows), runs)
        report(f"equal: {world}, {metric}", found)
        assert passed(found) <= at_most(runs)

    @pytest.mark.parametrize(
        ("model", "many", "metric", "rows", "runs"),
        [
            (FAINT, 10, AP, SMALL, 80),
            pytest.param(Model(3.3), 10, AP, MEDIUM, 1000, marks=LAW),
            pytest.param(Model(3.3), 100, AP, MEDIUM, 1000, marks=LAW),
            pytest.param(FAINT, 10, RECALL, MEDIUM, 1000, marks=LAW),
            pytest.param(FAINT, 100, RECALL, MEDIUM, 1000, marks=LAW),
        ],
    )
    def test_the_best_of_many_equals_passes_no_more_often(self, model, many, metric, rows, runs):
        """The worst case: it is judged on the very rows that it was picked by."""
        duel = Duel([model] * many, model, metric, rows, asked={"candidates_considered": many})
        found = fight(duel, runs)
        lucky = np.mean([judgement.uncorrected_p_value <= SIGNIFICANCE for judgement in found])
        report(f"best of {many}, {metric}, uncorrected {lucky:.3f}", found)
        assert passed(found) <= at_most(runs)
        assert lucky > at_most(runs)  # without the correction, luck passes

    @pytest.mark.parametrize(("many", "runs"), [pytest.param(100, 1000, marks=LAW)])
    def test_neither_does_the_best_of_many_kinds(self, many, runs):
        kinds = kinds_of(many, FAINT, MEDIUM)
        found = fight(Duel(kinds, FAINT, world=MEDIUM, asked={"candidates_considered": many}), runs)
        report(f"best of {many} kinds", found)
        assert passed(found) <= at_most(runs)

    @pytest.mark.parametrize(
        ("many", "rows", "runs"), [(10, SMALL, 80), pytest.param(100, MEDIUM, 1000, marks=LAW)]
    )
    def test_the_best_by_other_rows_needs_no_correction(self, many, rows, runs):
        kinds = kinds_of(many, FAINT, rows)
        found = fight(Duel(kinds, FAINT, world=rows, picked_on="other rows"), runs)
        report(f"best of {many} kinds by other rows, uncorrected", found)
        assert passed(found) <= at_most(runs)


class TestMerit:
    @pytest.mark.parametrize(
        ("better", "than", "metric", "candidates_considered", "runs"),
        [
            (Model(4.2), PLAIN, AP, 1, 80),
            *(
                pytest.param(*case, 600, marks=LAW)
                for case in [
                    (Model(4.2), PLAIN, AP, 1),
                    (Model(4.4), PLAIN, AP, 10),
                    (Model(4.6), PLAIN, AP, 100),
                    (Model(3.2), FAINT, RECALL, 1),
                    (Model(3.4), FAINT, RECALL, 10),
                    (Model(4.8), PLAIN, RECALL, 1),
                    (Model(6.0, hidden=0.14), HEAVY, AP, 1),
                    (Model(6.0, hidden=0.10), HEAVY, AP, 10),
                    (Model(6.0, hidden=0.12), HEAVY, RECALL, 1),
                ]
            ),
        ],
    )
    def test_a_better_challenger_passes_as_often_as_the_judgements_say(
        self, better, than, metric, candidates_considered, runs
    ):
        duel = Duel([better], than, metric, asked={"candidates_considered": candidates_considered})
        found = fight(duel, runs)
        said = np.mean([judgement.power_at(duel.true_difference) for judgement in found])
        gain = duel.true_difference
        report(f"better by {gain:.3f} {metric}, of {candidates_considered}, said {said:.3f}", found)
        assert passed(found) == pytest.approx(said, abs=0.1 + unlucky(runs))

    @pytest.mark.parametrize(
        ("better", "than", "metric", "candidates_considered", "runs"),
        [
            pytest.param(*case, 600, marks=LAW)
            for case in [
                (Model(4.235), PLAIN, AP, 1),
                (Model(4.37), PLAIN, AP, 10),
                (Model(3.35), FAINT, RECALL, 1),
                (Model(6.0, hidden=0.135), HEAVY, AP, 1),
                (Model(6.0, hidden=0.13), HEAVY, RECALL, 1),
            ]
        ],
    )
    def test_what_is_called_detectable_passes_four_times_in_five(
        self, better, than, metric, candidates_considered, runs
    ):
        duel = Duel([better], than, metric, asked={"candidates_considered": candidates_considered})
        found = fight(duel, runs)
        called = np.mean([judgement.detectable for judgement in found])
        report(f"{metric} {duel.true_difference:.3f}, called detectable: {called:.3f}", found)
        assert duel.true_difference == pytest.approx(called, rel=0.1)
        assert 0.7 <= passed(found) <= 0.9


class TestNonInferiority:
    @pytest.mark.parametrize(
        ("worse", "than", "metric", "rows", "runs"),
        [
            (Model(2.7), FAINT, AP, SMALL, 100),
            *(
                pytest.param(*case, REFERENCE, 2000, marks=LAW)
                for case in [
                    (Model(3.8), PLAIN, AP),
                    (Model(2.8), FAINT, RECALL),
                    (Model(6.0, hidden=0.25), HEAVY, AP),
                    (Model(6.0, hidden=0.21), HEAVY, AP),
                    (Model(6.0, hidden=0.25), HEAVY, RECALL),
                    (Model(6.0, hidden=0.21), HEAVY, RECALL),
                ]
            ),
        ],
    )
    def test_one_that_is_worse_by_the_margin_passes_as_seldom_as_promised(
        self, worse, than, metric, rows, runs
    ):
        duel = Duel([worse], than, metric, rows)
        margin = -duel.true_difference
        found = fight(replace(duel, asked={"test": "non_inferiority", "margin": margin}), runs)
        report(f"worse by the margin of {margin:.3f} {metric}", found)
        assert passed(found) <= at_most(runs)

    @pytest.mark.parametrize(
        ("model", "metric", "margin", "least", "runs"),
        [
            (PLAIN, AP, 0.1, 0.8, 60),
            pytest.param(PLAIN, AP, 0.05, 0.5, 600, marks=LAW),
            pytest.param(HEAVY, AP, 0.05, 0.8, 600, marks=LAW),
            pytest.param(PLAIN, RECALL, 0.05, 0.3, 600, marks=LAW),
        ],
    )
    def test_an_equal_one_mostly_passes(self, model, metric, margin, least, runs):
        asked = {"test": "non_inferiority", "margin": margin}
        found = fight(Duel([model], model, metric, asked=asked), runs)
        said = np.mean([judgement.power_at(0.0) for judgement in found])
        report(f"equal, margin {margin} {metric}, said {said:.3f}", found)
        assert passed(found) >= least
        assert passed(found) == pytest.approx(said, abs=0.1 + unlucky(runs))
