"""Champion: the model that production serves, and how it does beside a candidate."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from experiments.promote import COMPARED, PromoteParams, SideBySide
from foundation import locations
from foundation.errors import NotFound
from fraud.comparison import PairedComparison, compare_scores
from fraud.judging import Floats, Rows
from fraud.metrics import Estimate, evaluate_scores
from shelf.labelled_splits import read_labelled
from shelf.model_archive import load_model
from shelf.prepared_data import read_manifest
from shelf.recorded_models import RecordedModel, recorded_model

if TYPE_CHECKING:
    from experiments.workshop import Workshop
    from fraud.labelled_rows import LabelledRows
    from fraud.model import FraudModel


class ServedModel(BaseModel):
    """What is needed of `endpoint.json`."""

    model_digest: str


@dataclass(frozen=True)
class Champion:
    """The deployed model, and the data that it was trained on."""

    digest: str
    data_digest: str
    model: "FraudModel"


def champion(workshop: "Workshop") -> Champion | None:
    """Load the model behind the production endpoint; None before the first deployment."""
    bucket = workshop.settings.config_bucket
    try:
        served = ServedModel.model_validate_json(
            workshop.execution.read(bucket, locations.ENDPOINT)
        )
    except NotFound:
        return None
    loaded = load_model(workshop.execution, served.model_digest)
    return Champion(loaded.digest, loaded.metadata.data_digest, loaded.model)


def side_by_side(params: PromoteParams, workshop: "Workshop") -> SideBySide:
    candidate, deployed = recorded_model(workshop.tracking, params.run_id), champion(workshop)
    manifest = read_manifest(workshop.execution, candidate.data_digest)
    test = read_labelled(workshop.execution, manifest, "test", candidate.history)
    found = candidate.model.scores(test.rows)
    served = _champion_scores(deployed, test)
    return SideBySide(
        candidate=candidate,
        champion=deployed if served is not None else None,
        candidate_metrics=_metrics(test, found, candidate.model, params),
        champion_metrics={}
        if deployed is None or served is None
        else _metrics(test, served, deployed.model, params),
        differences={} if served is None else _differences(test, found, served, params),
        obstacles=_obstacles(candidate, deployed, served),
    )


def _champion_scores(deployed: Champion | None, test: "LabelledRows") -> Floats | None:
    """Score the rows as the champion would; None when it knows other columns or categories."""
    if deployed is None or not _understands(deployed.model, test):
        return None
    places = [test.columns.index(name) for name in deployed.model.columns]
    return deployed.model.scores(test.rows[:, places])


def _understands(model: "FraudModel", rows: "LabelledRows") -> bool:
    """Whether these columns are the model's, and each code the text that it was trained with."""
    coded = {name: texts for name, texts in rows.categories.items() if name in model.columns}
    return set(model.columns) <= set(rows.columns) and model.categories == coded


def _metrics(
    test: "LabelledRows", scores: Floats, model: "FraudModel", params: PromoteParams
) -> dict[str, Estimate]:
    rows = Rows.of(test)
    return evaluate_scores(
        rows.labels,
        scores,
        threshold=model.threshold,
        days=rows.days,
        per_day=params.alerts_per_day,
        resamples=params.resamples,
        seed=params.seed,
    )


def _differences(
    test: "LabelledRows", candidate: Floats, champion: Floats, params: PromoteParams
) -> dict[str, PairedComparison]:
    return {
        metric: compare_scores(
            test.labels,
            candidate,
            champion,
            metric=metric,
            resamples=params.resamples,
            seed=params.seed,
        )
        for metric in COMPARED
    }


def _obstacles(
    candidate: RecordedModel, deployed: Champion | None, served: Floats | None
) -> list[str]:
    """What would make the comparison unfair, or the model one that production cannot serve."""
    found = []
    if candidate.history:
        found.append(
            "production does not compute the past of an entity yet, which its features need"
        )
    if deployed is not None and served is None:
        found.append("the champion knows other columns or categories, and cannot score these rows")
    elif deployed is not None and deployed.data_digest != candidate.data_digest:
        found.append(
            "the champion was trained on other splits, and may have learned these test rows"
        )
    return found
