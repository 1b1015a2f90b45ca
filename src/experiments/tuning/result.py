"""Result of tuning: trials, confirmation, winner, tables, figures, verdict and output."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from experiments.evaluation.production_floors import ProductionFloors
from experiments.search.journal import dashboard_command
from experiments.search.trials import FinishedTrial
from experiments.tuning.budget import Budget
from experiments.tuning.confirmation import AVERAGE_PRECISION, Confirmation, Confirmed
from experiments.tuning.params import STAGE
from experiments.tuning.winner import Winner
from foundation.wording import counted
from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import COST, not_measured, small_days
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name

if TYPE_CHECKING:
    import optuna
    import polars as pl
    from matplotlib.figure import Figure

    from catalog.labelled_splits import Development
    from experiments.tuning.params import TuneParams


MANY_FLAGGED = 0.2  # of all rows: no team reviews so many


@dataclass(frozen=True)
class TuningResult:
    """The trials in order, the confirmation of the best few, and the winner."""

    stage: ClassVar[str] = STAGE
    params: "TuneParams"
    study: str
    journal: Path
    development: "Development"
    trials: list[FinishedTrial]
    optuna_study: "optuna.Study"  # the finished trials, in memory
    confirmation: Confirmation
    winner: Winner
    floors: ProductionFloors
    budget: Budget
    run_id: str | None = None
    tracking_problem: str | None = None

    @property
    def states(self) -> Counter[str]:
        """The number of trials in each state."""
        return Counter(trial.state for trial in self.trials)

    @property
    def dashboard(self) -> str:
        """The command that shows the study in Optuna's dashboard."""
        return dashboard_command(self.journal)

    def trial_table(self) -> "pl.DataFrame":
        """Return one row a trial, best first: hyperparameters, and the score on its folds.

        Pruned trials come last: their score is of fewer folds.
        """
        import polars as pl

        ordered = sorted(
            self.trials, key=lambda trial: (trial.state != "complete", -(trial.value or 0.0))
        )
        searched = self.params.space().ranges
        rows = [_trial_row(trial, searched[trial.algorithm]) for trial in ordered]
        return pl.DataFrame(rows, infer_schema_length=None)

    def confirmation_table(self) -> "pl.DataFrame":
        """Return the finalists and their blend, best on the fresh folds first."""
        import polars as pl

        best, *others = map(_confirmed_row, self.confirmation.confirmed)
        rows = [best | {"like the best": "best"}, *others]
        return pl.DataFrame(rows, infer_schema_length=None)

    def test_table(self) -> "pl.DataFrame":
        """Return the winner's metrics on the test split, with intervals; no choice used them."""
        import polars as pl

        metrics = self.winner.test
        values = [_formatted(name, estimate) for name, estimate in metrics.items()]
        names = [metric_name(name) for name in metrics]
        return pl.DataFrame({"metric": names, "value (95 % interval)": values})

    def hyperparameters(self) -> dict[str, Any]:
        """Return the hyperparameters of the winner, defaults included."""
        return self.winner.model.hyperparameters

    def verdict(self) -> str:
        """Return the winner, its scores, the floors that it misses, and what is left out."""
        won, best = self.confirmation.winner, self.confirmation.best
        searched = won.finalist.search_score
        promised = "" if searched is None else f"{searched:.3f} in the search, "
        confirmed = interval(won.metrics[AVERAGE_PRECISION])
        test, labels = interval(self.winner.test[AVERAGE_PRECISION]), self.winner.test_set.labels
        among = (
            f"the best of {len(self.confirmation.confirmed)} there: still a little lucky"
            if won is best
            else f"{best.name}, with {best.score:.3f}, is not better beyond chance"
        )
        manifest = self.development.manifest
        sentence = (
            f"{won.name} won: {metric_name(AVERAGE_PRECISION)} {promised}{confirmed} on folds that "
            f"the search never saw ({among}). On the {len(labels):,} test rows, "
            f"{int(labels.sum())} of them fraud, it is {test}."
        )
        low = self.floors.warnings(won.name, self.winner.test, labels, rows="the test rows")
        notes = not_measured(manifest.roles, data=manifest.data)
        days = small_days(self.winner.test_set.rows, self.params.alerts_per_day)
        return " ".join(
            [
                sentence,
                *self._many_flagged(),
                *self._cut_short(),
                *self._overrun,
                *low,
                *notes,
                *days,
            ]
        )

    def _cut_short(self) -> list[str]:
        """Return what the seconds did not suffice for."""
        left_out, bags = self.confirmation.left_out, self.winner.spec.recipe.bags
        parts = [
            f"{left_out} of {left_out + len(self.confirmation.confirmed)} finalists were not "
            "confirmed" if left_out else "",
            f"the winner has {counted(bags, 'bag')} instead of {self.params.bags}"
            if bags < self.params.bags else "",
        ]  # fmt: skip
        missed = " and ".join(part for part in parts if part)
        return [f"In {self.params.seconds} s, {missed}."] if missed else []

    def _many_flagged(self) -> list[str]:
        """Return a doubt where the threshold flags more rows than anybody reviews."""
        won = self.winner
        share = float((won.test_scores >= won.threshold).mean())
        if share <= MANY_FLAGGED:
            return []
        doubt = f"Doubtful: at its threshold, {share:.0%} of the test rows are flagged."
        if self.params.threshold_rule != "cost":
            return [doubt]
        cost = f"{self.params.review_cost:g}"
        return [f"{doubt} Is review_cost, {cost}, in the unit of the amounts, or are these cents?"]

    @cached_property
    def _overrun(self) -> list[str]:
        """Return that it took longer than it should, as it was when it was first asked for."""
        return [found] if (found := self.budget.overrun()) else []

    @cached_property
    def plots(self) -> "dict[str, Figure]":
        """The search, the confirmation, calibration, the threshold, and the test split."""
        from experiments.tuning.plots import tuning_plots

        return tuning_plots(self.trials, self.confirmation, self.winner, self.params)

    def optuna_plots(self) -> "dict[str, Any]":
        """Return Optuna's plots (Plotly) for the winner's algorithm, or a blend's first member."""
        from experiments.tuning.plots import optuna_plots

        algorithm = self.confirmation.winner.finalist.trials[0].algorithm
        searched = self.params.space().ranges[algorithm]
        return optuna_plots(self.optuna_study, algorithm, list(searched))

    def output(self) -> "TuneOutput":
        """Return the output of the stage."""
        manifest, best = self.development.manifest, self.confirmation.winner
        return TuneOutput(
            study=self.study,
            data_digest=manifest.data_digest,
            simulated=manifest.simulated,
            trials=len(self.trials),
            pruned=self.states["pruned"],
            failed=self.states["failed"],
            algorithm=best.spec.algorithm,
            hyperparameters=self.hyperparameters(),
            features=self.params.features,
            imbalance=self.params.imbalance,
            calibration=self.params.calibration,
            decision_threshold=self.winner.threshold,
            threshold_rule=self.params.threshold_rule,
            search_score=best.finalist.search_score,
            confirmed=best.metrics,
            test=self.winner.test,
            verdict=self.verdict(),
            run_id=self.run_id,
            tracking_problem=self.tracking_problem,
        )


def _trial_row(trial: FinishedTrial, searched: Collection[str]) -> dict[str, Any]:
    tried = {name: _short(trial.hyperparameters[name]) for name in searched}
    return {
        "trial": trial.slot,
        "state": trial.state,
        metric_name(AVERAGE_PRECISION): None if trial.value is None else round(trial.value, 4),
        "folds": len(trial.folds),
        "seconds": round(trial.seconds, 1),
        "algorithm": trial.algorithm,
        "tried": ", ".join(f"{name} {value}" for name, value in tried.items()),
        "why": trial.reason or "",
    }


def _confirmed_row(each: Confirmed) -> dict[str, Any]:
    searched = each.finalist.search_score
    return {
        "trial": ", ".join(str(trial.slot) for trial in each.finalist.trials),
        "algorithm": each.spec.algorithm,
        "in the search": None if searched is None else round(searched, 4),
        "on fresh folds": interval(each.metrics[AVERAGE_PRECISION]),
        "like the best": "no" if each.versus_best.is_distinguishable else "indistinguishable",
        **({metric_name(COST): interval(each.metrics[COST], 1)} if COST in each.metrics else {}),
        metric_name("roc_auc"): interval(each.metrics["roc_auc"]),
        metric_name("recall_at_1pct_fpr"): interval(each.metrics["recall_at_1pct_fpr"]),
    }


def _formatted(name: str, estimate: Estimate) -> str:
    digits = {"accuracy": 4, "brier": 5, COST: 1}
    return interval(estimate, digits.get(name, 3))


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


class TuneOutput(BaseModel):
    """The output of the stage."""

    model_config = ConfigDict(frozen=True)

    study: str
    data_digest: str
    simulated: bool
    trials: int
    pruned: int
    failed: int
    algorithm: str
    hyperparameters: dict[str, Any]
    features: str
    imbalance: str
    calibration: str
    decision_threshold: float
    threshold_rule: str
    search_score: float | None  # a blend was put together after the search
    confirmed: dict[str, Estimate]
    test: dict[str, Estimate]
    verdict: str
    run_id: str | None
    tracking_problem: str | None
