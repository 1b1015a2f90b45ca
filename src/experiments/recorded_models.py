"""Recorded models: a model as a run kept it, with what is needed to give it rows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.model_artifact import FOLDER, OWN_FILES
from experiments.records import history_of
from experiments.tuning_record import EXPERIMENT
from foundation.errors import NotFound
from foundation.tracking import FoundRun
from fraud.history_features import HistoryStep
from fraud.model import FraudModel

if TYPE_CHECKING:
    from experiments.workshop import Workshop

FILES = f"{FOLDER}/{OWN_FILES}/"


@dataclass(frozen=True)
class RecordedModel:
    """A model, the run that kept it, and the steps that look at the past for its rows."""

    run: FoundRun
    model: FraudModel
    history: tuple[HistoryStep, ...]

    @property
    def run_id(self) -> str:
        return self.run.run_id

    @property
    def data_digest(self) -> str:
        return self.run.tags["data_digest"]


def recorded_model(workshop: "Workshop", run_id: str = "") -> RecordedModel:
    """Load the model of a run; without an id, that of the newest study that came to its end.

    Raises NotFound for a run that is not there, or that kept no model.
    """
    run = workshop.tracking.run(run_id) if run_id else _newest(workshop)
    names = [
        name for name in workshop.tracking.artifact_names(run.run_id) if name.startswith(FILES)
    ]
    if not names:
        message = (
            f"Run {run.run_id} ({run.name}) kept no model. Runs that tune or compare made do: "
            "`ceap runs` lists them. Nothing was loaded."
        )
        raise NotFound(message)
    files = {
        name.removeprefix(FILES): workshop.tracking.read_artifact(run.run_id, name)
        for name in names
    }
    return RecordedModel(run, FraudModel.from_files(files), history_of(run.tags))


def _newest(workshop: "Workshop") -> FoundRun:
    condition = "tags.kind = 'study' and attributes.status = 'FINISHED'"
    found = workshop.tracking.find([EXPERIMENT], condition, limit=1)
    if not found:
        message = "No tuned model is recorded yet. Make one: ceap tune. Nothing was loaded."
        raise NotFound(message)
    return found[0]
