"""Contender: one model specification of a comparison, and its results."""

from dataclasses import dataclass

from experiments.evaluation.cross_validation import OutOfFoldScores
from experiments.evaluation.fitting import FitResult
from experiments.evaluation.model_spec import ModelSpec
from fraud.metrics.estimates import Estimate
from fraud.significance.paired_comparison import PairedComparison

NOTES = {
    "random_forest": "scikit-learn's, on some 256 quantiles a column and 30 % of the rows a tree: "
    "exact splits of all rows would take minutes",
    "neural_network": "a small perceptron (PyTorch) on the CPU",
    "blend": "XGBoost, LightGBM and the neural network: fitted and scored one after another",
}


@dataclass(frozen=True)
class Contender:
    """One model specification of a comparison, with its scores and metrics."""

    name: str
    spec: ModelSpec
    out_of_fold: OutOfFoldScores
    final_fit: FitResult  # of all training rows, stopped and calibrated on validation
    metrics: dict[str, Estimate]
    versus_best: PairedComparison

    @property
    def note(self) -> str:
        """A remark on the algorithm, for the leaderboard."""
        return NOTES.get(self.spec.algorithm, "")

    @property
    def is_as_good_as_the_best(self) -> bool:
        """Whether the paired test does not distinguish this contender from the best."""
        return not self.versus_best.is_distinguishable
