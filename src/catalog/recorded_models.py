"""Recorded models: models that runs of the tracking server logged, with their history features."""

from dataclasses import dataclass

from catalog.prepared_data import data_spec
from catalog.recorded_runs import MODEL_FILES, TUNING, history_of
from foundation import commands
from foundation.errors import NotFound
from foundation.tracking.runs import FoundRun, Tracking
from fraud.features.history import HistoryStep
from fraud.model.fraud_model import FraudModel


@dataclass(frozen=True)
class RecordedModel:
    """A model, the run that logged it, and the history steps that compute its rows."""

    run: FoundRun
    model: FraudModel
    history: tuple[HistoryStep, ...]

    @property
    def run_id(self) -> str:
        return self.run.run_id

    @property
    def data_digest(self) -> str:
        return self.run.tags["data_digest"]


def load_recorded_model(tracking: Tracking, run_id: str = "") -> RecordedModel:
    """Load the model of run `run_id`, or of the newest finished study when `run_id` is empty.

    Raises NotFound for a run that does not exist or logged no model.
    """
    run = tracking.run(run_id) if run_id else find_newest_study(tracking)
    return load_model_of_run(run, tracking)


def load_model_of_run(run: FoundRun, tracking: Tracking) -> RecordedModel:
    """Load the model that a run logged; NotFound when the run logged none."""
    names = model_file_names(run, tracking)
    if not names:
        message = (
            f"Run {run.run_id} ({run.name}) kept no model. Runs that tune or compare made do: "
            "`ceap runs` lists them. Nothing was loaded."
        )
        raise NotFound(message)
    files = {
        name.removeprefix(MODEL_FILES): tracking.read_artifact(run.run_id, name) for name in names
    }
    return RecordedModel(run, FraudModel.from_files(files), history_of(run.tags))


def model_file_names(run: FoundRun, tracking: Tracking) -> list[str]:
    """List the artifacts of a run that belong to its model; empty when the run logged none."""
    names = tracking.artifact_names(run.run_id)
    return [name for name in names if name.startswith(MODEL_FILES)]


def find_newest_study(tracking: Tracking, data: str = "") -> FoundRun:
    """Return the run of the newest finished study, of the data set `data` where one is named.

    Raises NotFound when there is none, InvalidParams for a data set that is not described.
    """
    condition = "tags.kind = 'study' and attributes.status = 'FINISHED'"
    if data:
        condition += f" and tags.data = '{data_spec(data).name}'"
    studies = tracking.find([TUNING], condition, limit=1)
    if not studies:
        of_data = f" of data set {data}" if data else ""
        message = (
            f"No tuned model{of_data} is recorded yet. Make one: {commands.tune(data)}. "
            "Nothing was loaded."
        )
        raise NotFound(message)
    return studies[0]
