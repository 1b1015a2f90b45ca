"""Contender of a comparison: one model specification with its scores and metrics."""

from dataclasses import dataclass

from experiments.evaluation.cross_validation import OutOfFoldScores
from experiments.evaluation.fit_pool import FitResult
from experiments.evaluation.model_spec import ModelSpec
from fraud.metrics.estimates import Estimate
from fraud.significance.paired_comparison import PairedComparison

NOTES = {
    "random_forest": "scikit-learn's, on some 256 quantiles a column and 30 % of the rows a tree: "
    "exact splits of all rows would take minutes",
    "neural_network": "a small perceptron (PyTorch) on the CPU",
    "blend": "XGBoost, LightGBM and the neural network: fitted and asked one after another",
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
        return NOTES.get(self.spec.algorithm, "")

    @property
    def is_as_good_as_the_best(self) -> bool:
        return not self.versus_best.is_distinguishable
