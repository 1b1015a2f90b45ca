"""Evaluate: measures the trained model on the test split, served as in production."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from catalog.labelled_splits import read_labelled
from catalog.model_archive import LoadedModel, load_model
from catalog.prepared_data import data_spec, read_manifest
from foundation import locations
from foundation.errors import InvalidData
from foundation.executions import Execution
from foundation.locations import uri
from foundation.tracking.writer import Tracking
from fraud.data.arrays import Floats
from fraud.metrics.curve_points import curve_points
from fraud.metrics.estimates import Estimate, evaluate_scores
from fraud.metrics.evaluation import day_numbers
from fraud.metrics.formatting import estimate_table, flat
from fraud.scoring.model_columns import ModelColumns
from pipeline.scoring import ScoredRows, score_rows
from pipeline.training.evidence import ScoredSplit, evaluation_pngs, write_evidence
from pipeline.training.gates import Gates, require_bars
from pipeline.training.temporary_endpoint import temporary_endpoint, temporary_endpoint_name
from pipeline.training.train_output import TrainOutput
from pipeline.training.training_run import add_to_run

if TYPE_CHECKING:
    import polars as pl

    from pipeline.services.endpoints import Endpoints
    from pipeline.services.waiter import OnWait

STAGE = "evaluate"
SAME_SCORE = 1e-12  # a served score may differ by the order in which threads sum, and no more


class EvaluateParams(Gates):
    """The bars, and how the test split is scored and its metrics are bootstrapped."""

    alerts_per_day: int = Field(default=100, ge=1)  # review capacity: as many are the riskiest
    resamples: int = Field(default=1000, ge=1, le=100_000)
    seed: int = Field(default=42, ge=0)
    batch_rows: int = Field(default=5000, ge=1, le=20_000)
    connections: int = Field(default=2, ge=1, le=64)
    attempts: int = Field(default=5, ge=1, le=20)
    timeout_seconds: int = Field(default=900, ge=1)  # for the endpoint to come up


class EvaluateOutput(BaseModel):
    """Metrics of a model that passed every bar on the test split."""

    model_config = ConfigDict(frozen=True)

    model_digest: str
    data_digest: str
    algorithm: str
    threshold: float
    rows: int
    frauds: int
    metrics: dict[str, Estimate]
    bars: dict[str, float]
    largest_score_difference: float  # between the endpoint and the model in this process
    simulated: bool
    run_id: str | None
    tracking_problem: str | None


@dataclass(frozen=True)
class Evaluation:
    """Metrics and plots of a model, before its bars are checked."""

    trained: TrainOutput
    split: ScoredSplit
    plots: dict[str, bytes]
    largest_score_difference: float
    bars: dict[str, float]

    def metric_table(self) -> "pl.DataFrame":
        """Return each metric with its interval and its bar."""
        return estimate_table(self.split.metrics, self.bars)


def evaluate(
    execution: Execution, params: EvaluateParams, endpoints: "Endpoints", tracking: Tracking
) -> EvaluateOutput:
    """Measure the trained model on the test split; GateFailed when it is below a bar."""
    return finish_evaluation(execution, measure_model(execution, params, endpoints), tracking)


def measure_model(
    execution: Execution,
    params: EvaluateParams,
    endpoints: "Endpoints",
    *,
    on_wait: "OnWait | None" = None,
) -> Evaluation:
    """Score the test split through a temporary endpoint, and write metrics, curves and plots.

    The endpoint is removed again, whatever happens. Raises InvalidData when the scores of the
    endpoint differ from those of the model.
    """
    trained = execution.result("train", TrainOutput)
    loaded = load_model(execution, trained.model_digest)
    manifest = read_manifest(execution, trained.data_digest)
    test = read_labelled(execution, manifest, "test")
    golden = loaded.metadata.golden
    with temporary_endpoint(
        endpoints,
        temporary_endpoint_name(execution.id),
        model_digest=loaded.digest,
        timeout_seconds=params.timeout_seconds,
        on_wait=on_wait,
    ) as name:
        rows = np.vstack([test.rows, golden.matrix()])
        served = _served_scores(endpoints, name, rows, ModelColumns.of(loaded.model), params)
    difference = require_same_scores(loaded, rows, served)
    scores, golden_scores = np.split(served.scores, [len(test.rows)])
    golden.require_scores(golden_scores, source=f"Endpoint {name}")
    metrics = evaluate_scores(
        test.labels,
        scores,
        threshold=loaded.model.threshold,
        days=day_numbers(test),
        per_day=params.alerts_per_day,
        resamples=params.resamples,
        seed=params.seed,
    )
    split = ScoredSplit(test.labels, scores, loaded.model.threshold, metrics)
    bars = params.bars(data_spec(manifest.data).floors, test.labels)
    evaluation = Evaluation(trained, split, evaluation_pngs(split), difference, bars)
    write_evidence(execution, STAGE, _documents(evaluation), evaluation.plots)
    return evaluation


def finish_evaluation(
    execution: Execution, evaluation: Evaluation, tracking: Tracking
) -> EvaluateOutput:
    """Log the metrics to the run of the model, and finish; GateFailed when it is below a bar."""
    trained, split = evaluation.trained, evaluation.split
    run_id, problem = add_to_run(
        execution, tracking, trained, flat(split.metrics, "test_"), evaluation.plots
    )
    folder = locations.stage_key(execution.id, STAGE, "")
    require_bars(
        split.metrics,
        evaluation.bars,
        model_digest=trained.model_digest,
        evidence=uri(execution.settings.workflow_bucket, folder),
    )
    return execution.finish(
        STAGE,
        EvaluateOutput(
            model_digest=trained.model_digest,
            data_digest=trained.data_digest,
            algorithm=trained.algorithm,
            threshold=split.threshold,
            rows=len(split.labels),
            frauds=int(split.labels.sum()),
            metrics=split.metrics,
            bars=evaluation.bars,
            largest_score_difference=evaluation.largest_score_difference,
            simulated=trained.simulated,
            run_id=run_id,
            tracking_problem=problem,
        ),
    )


def require_same_scores(loaded: LoadedModel, rows: Floats, served: ScoredRows) -> float:
    """Return the largest difference between served scores and those of the model in this process.

    Raises InvalidData when the endpoint serves another model, or a difference is above 1e-12.
    """
    if served.model_digest != loaded.digest:
        message = (
            f"The endpoint must serve the model that was trained, {loaded.digest}, but its answers "
            f"name {served.model_digest}. Nothing was judged or deployed; run evaluate again."
        )
        raise InvalidData(message)
    differences = np.abs(served.scores - loaded.model.scores(rows))
    worst = int(np.argmax(differences))
    if not differences[worst] <= SAME_SCORE:
        message = (
            "The endpoint must give the scores of the model in this process (within "
            f"{SAME_SCORE}), but {int((differences > SAME_SCORE).sum())} of {len(rows)} rows "
            f"differ, row {worst + 1} by {differences[worst]:.3g}. The serving image has other "
            "versions of the libraries than this environment: build it again. Nothing was judged "
            "or deployed."
        )
        raise InvalidData(message)
    return float(differences[worst])


def _served_scores(
    endpoints: "Endpoints",
    name: str,
    rows: Floats,
    columns: ModelColumns,
    params: EvaluateParams,
) -> ScoredRows:
    return score_rows(
        endpoints,
        name,
        rows,
        columns,
        batch_rows=params.batch_rows,
        connections=params.connections,
        attempts=params.attempts,
    )


def _documents(evaluation: Evaluation) -> dict[str, object]:
    """Return the JSON documents of the evaluation by file name."""
    trained, split = evaluation.trained, evaluation.split
    measured = {
        "model_digest": trained.model_digest,
        "data_digest": trained.data_digest,
        "threshold": split.threshold,
        "rows": len(split.labels),
        "frauds": int(split.labels.sum()),
        "simulated": trained.simulated,
        "largest_score_difference": evaluation.largest_score_difference,
        "bars": evaluation.bars,
        "metrics": {name: asdict(estimate) for name, estimate in split.metrics.items()},
    }
    return {"metrics.json": measured, "curves.json": curve_points(split.labels, split.scores)}
