"""Experiment session: the rows, stores and tracking server that an experiment works with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from catalog.labelled_splits import Development, read_development
from catalog.preparation import find_or_prepare
from catalog.prepared_data import Manifest
from experiments.evaluation.development_rows import rows_digest
from experiments.feature_sets import FeatureSet
from experiments.protocol import DataChoice
from foundation.executions import INTERACTIVE
from foundation.session import Session

if TYPE_CHECKING:
    from experiments.evaluation.cross_validation import CrossValidation
    from experiments.tracking.recorder import Recorder
    from fraud.data.folds import Fold
    from fraud.features.history import HistoryStep


@dataclass(frozen=True)
class ExperimentSession(Session):
    """The stores of one environment, with the rows and the recorder of an experiment."""

    @cached_property
    def recorder(self) -> "Recorder":
        from experiments.tracking.recorder import Recorder

        return Recorder(self.tracking, self.objects, self.settings)

    def manifest(self, choice: DataChoice) -> Manifest:
        """What was prepared of the data set with this split; it is prepared now if nobody has.

        NotFound, with the command that gets it, where the raw data is not there.
        """
        return find_or_prepare(self.execution, choice.preparation)

    def cross_validation(
        self, development: Development, history: "Sequence[HistoryStep]", folds: "Sequence[Fold]"
    ) -> "CrossValidation":
        """Fit on these folds; `history` is what was computed from the rows' past."""
        from experiments.evaluation.cross_validation import CrossValidation
        from experiments.evaluation.fit_cache import FitCache

        digest = rows_digest(development, history)
        cache = FitCache(self.objects, self.settings, rows_digest=digest)
        return CrossValidation(development, folds, cache)

    def development(self, choice: DataChoice, features: FeatureSet) -> Development:
        """The rows that may be learned from and chosen by: everything but the test split."""
        manifest = self.manifest(choice)
        features.require_entities(manifest)
        return read_development(self.execution, manifest, features.history)


def open_session(execution_id: str = INTERACTIVE) -> ExperimentSession:
    """Open the environment that `CEAP_ENVIRONMENT` names.

    An execution id that starts with "interactive" is for trials: outputs may be overwritten.
    """
    return ExperimentSession.open(execution_id)


def stage_params(kind: type[Any], stage: str, values: dict[str, Any]) -> Any:
    """Lay what a caller names over `params/experiments/{stage}.yaml`."""
    from foundation.settings import project_root

    return kind.from_yaml(project_root() / "params" / "experiments" / f"{stage}.yaml", **values)
