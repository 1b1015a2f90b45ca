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
from experiments.tuning.confirmation import AVERAGE_PRECISION, Confirmation, Confirmed
from experiments.tuning.params import STAGE
from experiments.tuning.winner import Winner
from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import COST
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name

if TYPE_CHECKING:
    import optuna
    import polars as pl
    from matplotlib.figure import Figure

    from catalog.labelled_splits import Development
    from experiments.tuning.params import TuneParams


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
    took: float  # seconds of the whole, up to the recording or with it
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
        from experiments.tuning.verdict import verdict

        return verdict(
            self.params, self.confirmation, self.winner, self.development.manifest, self.floors,
            took=self.took,
        )  # fmt: skip

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
