"""Production floors: the minimum metrics of promotion and training, and what a model lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from foundation.params import read_yaml
from foundation.settings import project_root
from fraud.metrics.estimates import Estimate
from fraud.metrics.floors import MINIMUM, Floors, shortfalls

POLICY = "params/promotion/policy.yaml"
EVALUATE = "params/training/evaluate.yaml"


@dataclass(frozen=True)
class ProductionFloors:
    """The minimums that are set, by metric: of a promotion, and of the training after it."""

    promotion: Mapping[str, float]
    training: Mapping[str, float]

    @classmethod
    def read(cls) -> Self:
        """Read both files of this project; InvalidParams names what is wrong in them."""
        policy = project_root() / POLICY
        evaluate = project_root() / EVALUATE
        floors = read_yaml(policy).get("floors", {})
        bars = {name: bar for name, bar in read_yaml(evaluate).items() if name.startswith(MINIMUM)}
        return cls(
            Floors.checked(floors, source=f"{policy}, floors,").by_metric,
            Floors.checked(bars, source=str(evaluate)).by_metric,
        )

    def warnings(self, name: str, metrics: Mapping[str, Estimate], *, rows: str) -> list[str]:
        """Return a sentence on the minimums that a model misses on `rows`, if any.

        Metrics that were not measured there are left out.
        """
        missed = {
            file: shortfalls(metrics, {m: bar for m, bar in floors.items() if m in metrics})
            for file, floors in ((POLICY, self.promotion), (EVALUATE, self.training))
        }
        files = [file for file, problems in missed.items() if problems]
        if not files:
            return []
        problems = dict.fromkeys(problem for each in missed.values() for problem in each)
        return [
            f"On {rows}, {name} is below a minimum of production: {'; '.join(problems)} "
            f"({' and '.join(files)}). Such a model is not deployed. The minimums suit the "
            "reference data; set what your team needs there."
        ]
