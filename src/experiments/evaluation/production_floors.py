"""Production floors: what promotion and training need of a model, and what a model lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from catalog.prepared_data import data_spec
from foundation.params import Params, read_yaml
from foundation.settings import project_root
from fraud.data.arrays import Labels
from fraud.data.floors import Floors
from fraud.metrics.estimates import Estimate
from fraud.metrics.floors import floors_on, shortfalls

POLICY = "params/promotion/policy.yaml"
GUESSING = "minimum_times_guessing"


class _Guessing(Params):
    minimum_times_guessing: float = 3.0


@dataclass(frozen=True)
class ProductionFloors:
    """The floors of a data set, and how far above guessing a model has to be."""

    data: str
    described: Floors
    times_guessing: float

    @classmethod
    def read(cls, data: str) -> Self:
        """Read them from description and policy; InvalidParams names what is wrong in them."""
        path = project_root() / POLICY
        given = {name: value for name, value in read_yaml(path).items() if name == GUESSING}
        times = _Guessing.checked(given, source=str(path)).minimum_times_guessing
        return cls(data, data_spec(data).floors, times)

    def warnings(
        self, name: str, metrics: Mapping[str, Estimate], labels: Labels, *, rows: str
    ) -> list[str]:
        """Return a sentence on the minimums that a model misses on `rows`, if any.

        Metrics that were not measured there are left out.
        """
        floors = floors_on(self.described, labels, times_guessing=self.times_guessing)
        measured = {metric: floor for metric, floor in floors.items() if metric in metrics}
        problems = shortfalls(metrics, measured)
        if not problems:
            return []
        return [
            f"On {rows}, {name} has less than production needs: {'; '.join(problems)}. Such a "
            f"model is not deployed. What your team needs is in params/data/{self.data}.yaml "
            f"(floors) and {POLICY} ({GUESSING})."
        ]
