"""Experiment session: the rows, stores and tracking server that an experiment works with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pydantic import BaseModel

from catalog.labelled_splits import Development, read_development
from catalog.preparation import find_or_prepare
from catalog.prepared_data import Manifest, read_plausibility
from experiments.evaluation.development_rows import rows_digest
from experiments.feature_sets import FeatureSet
from experiments.progress import print_above_bar
from experiments.protocol import DataChoice
from foundation.executions import INTERACTIVE
from foundation.params import Params
from foundation.session import Session
from foundation.settings import project_root
from foundation.sources import code_digest

if TYPE_CHECKING:
    from experiments.evaluation.cross_validation import CrossValidation
    from experiments.tracking.recorder import Recorder
    from fraud.data.folds import Fold
    from fraud.features.history import HistoryStep

P = TypeVar("P", bound=Params)
Output = TypeVar("Output", bound=BaseModel)
Output_co = TypeVar("Output_co", bound=BaseModel, covariant=True)


class StageResult(Protocol[Output_co]):
    """The result of a stage, which knows the name of its stage and makes its output."""

    @property
    def stage(self) -> str: ...

    def output(self) -> Output_co: ...


@dataclass(frozen=True)
class ExperimentSession(Session):
    """The stores of one environment, with the rows and the recorder of an experiment."""

    @cached_property
    def recorder(self) -> "Recorder":
        from experiments.tracking.recorder import Recorder

        return Recorder(self.tracking, self.objects, self.settings)

    def manifest(self, choice: DataChoice) -> Manifest:
        """Return the manifest of the prepared splits; prepare them when nobody has.

        Raises NotFound, with the command that fetches the raw data, when it is not there.
        """
        return find_or_prepare(self.execution, choice.preparation)

    def cross_validation(
        self, development: Development, history: "Sequence[HistoryStep]", folds: "Sequence[Fold]"
    ) -> "CrossValidation":
        """Return a cross-validation on these folds; `history` steps are already in the rows."""
        from experiments.evaluation.cross_validation import CrossValidation
        from experiments.evaluation.fit_cache import FitCache

        digest = rows_digest(development, history)
        cache = FitCache(self.objects, self.settings, rows_digest=digest)
        return CrossValidation(development, folds, cache)

    def development(self, choice: DataChoice, features: FeatureSet) -> Development:
        """Read the rows for fitting and for choices: everything but the test split.

        Raises InvalidParams when the data set lacks an entity of the feature set, and RoleMissing
        when it lacks the time or the amount that the feature set or the choice needs.
        """
        manifest = self.manifest(choice)
        choice.require_described(manifest)
        features.require_available(manifest)
        return read_development(self.execution, manifest, features.history)

    def print_cautions(self, manifest: Manifest) -> None:
        """Print, before long work begins, which values are implausible and what is uncommitted."""
        from experiments.tracking.source_tags import print_uncommitted

        for doubt in read_plausibility(self.execution, manifest.data_digest).doubts:
            print_above_bar(f"{manifest.data}, {doubt.check} ({doubt.verdict}): {doubt.sentence}")
        print_uncommitted(manifest)


def open_session(execution_id: str = INTERACTIVE) -> ExperimentSession:
    """Open the environment that `CEAP_ENVIRONMENT` names.

    An execution id that starts with "interactive" is for trials: outputs may be overwritten.
    """
    code_digest()  # of the code as it is loaded: a change from here on is noticed
    return ExperimentSession.open(execution_id)


def stage_params(kind: type[P], stage: str, values: dict[str, Any]) -> P:
    """Return `params/experiments/{stage}.yaml` with `values` over it; InvalidParams if invalid."""
    return kind.from_yaml(project_root() / "params" / "experiments" / f"{stage}.yaml", **values)


def write_stage_output(result: StageResult[Output], session: ExperimentSession) -> Output:
    """Write the output of the result's stage to the execution, and return it."""
    return session.execution.finish(result.stage, result.output())
