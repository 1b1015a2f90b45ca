"""Train: fits the model that production will serve, and records its lineage."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, model_validator

from foundation.executions import Execution
from foundation.locations import PRODUCTION_CONFIG, uri
from foundation.params import Params
from foundation.production.config import ABOVE_ALL, read_production_config
from foundation.tracking.writer import Tracking
from pipeline.training.train_output import TrainOutput

if TYPE_CHECKING:
    from catalog.model_archive import ModelMetadata
    from catalog.prepared_data import Manifest
    from foundation.progress import OnProgress
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import FraudModel
    from fraud.model.out_of_bag import OutOfBag
    from fraud.monitoring.inputs.summary import InputReference
    from pipeline.training.training_config import TrainingConfig

STAGE = "train"


class TrainParams(Params):
    """The model to train when nothing was promoted, or `use_production_config` is false.

    Hyperparameters that are not named keep the defaults of the algorithm; `recipe` is a
    `fraud.model.recipe.Recipe`. Without a decision threshold, the threshold of the best F1 on
    validation is taken (for several bags: on the out-of-bag scores of all rows).
    """

    algorithm: str = "xgboost"
    hyperparameters: dict[str, bool | int | float | str | None] = Field(default_factory=dict)
    recipe: dict[str, Any] = Field(default_factory=dict)
    decision_threshold: float | None = Field(default=None, ge=0, le=ABOVE_ALL)
    seed: int = Field(default=42, ge=0, lt=2**31)
    threads: int = Field(default=0, ge=0, le=1024)  # 0: all cores
    use_production_config: bool = True
    golden_rows: int = Field(default=8, ge=2, le=100)

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        """Validate algorithm, hyperparameters and recipe now, before any data is prepared."""
        from pipeline.training.training_config import REQUEST, training_config

        training_config(self, seed=self.seed, source=REQUEST)
        return self


@dataclass(frozen=True)
class TrainingResult:
    """A fitted model, with its data, its configuration, its learning curves and rows left out.

    `stopped` is the first fit, which has not learned from the rows that are out of bag; `model` is
    the same fitted to all rows, for production. `inputs` are what the train rows hold, for the days
    to be compared with.
    """

    model: "FraudModel"
    stopped: "FraudModel"
    inputs: "InputReference"
    config: "TrainingConfig"
    manifest: "Manifest"
    validation: "LabelledRows"
    out_of_bag: "OutOfBag"
    learning_curves: dict[str, list[list[float]]]
    seconds: float


def train(
    execution: Execution,
    params: TrainParams,
    tracking: Tracking,
    *,
    on_progress: "OnProgress[float] | None" = None,
) -> TrainOutput:
    """Fit a model on train and validation, and store it under its digest.

    Its rounds are those of a first fit on train alone, which validation stopped early, and so are
    its threshold and calibration.

    Raises as reading the promoted configuration or the splits does, and InvalidParams for a
    configuration that was promoted for another data set; nothing is stored then. A tracking server
    that is down is reported as the output's `tracking_problem`, and is not an error.
    """
    from catalog.model_archive import METADATA, store_model
    from pipeline.training.training_run import record_run, training_run

    started_at = execution.now()
    config = chosen_config(execution, params)
    fitted = _fit(execution, config, params.threads or None, on_progress)
    metadata = _metadata(fitted, params.golden_rows)
    digest = store_model(execution, fitted.model, metadata, fitted.inputs)
    output = _output(fitted, digest)
    run = training_run(execution, output, metadata, fitted.manifest.split, started_at)
    run_id, problem = record_run(execution, tracking, run, {METADATA: metadata.to_json()})
    return execution.finish(
        STAGE, output.model_copy(update={"run_id": run_id, "tracking_problem": problem})
    )


def chosen_config(execution: Execution, params: TrainParams) -> "TrainingConfig":
    """Return the promoted configuration if there is one and `params` allow it, else their own.

    Raises DigestMismatch or InvalidData for a promoted configuration that is not whole, and
    InvalidParams for hyperparameters or a recipe that are not accepted: never falls back to
    another configuration.
    """
    from pipeline.training.training_config import REQUEST, training_config

    settings = execution.settings
    promoted = read_production_config(execution, settings) if params.use_production_config else None
    if promoted is None:
        return training_config(params, seed=params.seed, source=REQUEST)
    source = uri(settings.config_bucket, PRODUCTION_CONFIG)
    seed = params.seed if promoted.seed is None else promoted.seed
    config = training_config(promoted, seed=seed, source=source)
    lineage = promoted.lineage
    origin = {
        "promotion_id": promoted.promotion_id,
        "data": lineage.get("data"),
        "data_digest": lineage.get("data_digest"),
    }
    return config.model_copy(update=origin)


def _output(fitted: TrainingResult, digest: str) -> TrainOutput:
    from fraud.explanation.importances import out_of_bag_importances

    config, model = fitted.config, fitted.stopped
    is_bagged, metrics = model.recipe.bags > 1, out_of_bag_metrics(model, fitted.out_of_bag)
    curves = [curve for bags in fitted.learning_curves.values() for curve in bags]
    return TrainOutput(
        model_digest=digest,
        data_digest=fitted.manifest.data_digest,
        notes=config.notes(fitted.manifest),
        algorithm=config.algorithm,
        hyperparameters=config.hyperparameters,
        recipe=config.recipe_changes,
        seed=config.seed,
        source=config.source,
        promotion_id=config.promotion_id,
        threshold=model.threshold,
        best_iteration=model.best_iteration,
        validation={} if is_bagged else metrics,
        out_of_bag=metrics if is_bagged else {},
        learning_curve=curves[0] if len(curves) == 1 else [],
        learning_curves=fitted.learning_curves,
        best_iterations=[state.best_iteration for state in model.description.bag_states],
        importances=out_of_bag_importances(model, fitted.out_of_bag, seed=config.seed),
        fit_seconds=round(fitted.seconds, 3),
        simulated=fitted.manifest.simulated,
        run_id=None,
        tracking_problem=None,
    )


def out_of_bag_metrics(model: "FraudModel", out_of_bag: "OutOfBag") -> dict[str, float]:
    """Return every metric on rows that were not fitted on, as point values without intervals.

    Early stopping and the threshold were chosen on these rows, so that an interval would promise
    too much. Of a bagged model, each row is scored by one bag alone, and the mean of all is better.
    """
    from fraud.metrics.estimates import evaluate_scores
    from fraud.metrics.evaluation import day_numbers

    rows = out_of_bag.rows
    estimates = evaluate_scores(
        rows.labels,
        out_of_bag.scores(model),
        threshold=model.threshold,
        days=day_numbers(rows),
        resamples=1,
    )
    return {name: estimate.value for name, estimate in estimates.items()}


def _fit(
    execution: Execution,
    config: "TrainingConfig",
    threads: int | None,
    on_progress: "OnProgress[float] | None",
) -> TrainingResult:
    from catalog.input_reference import input_reference
    from catalog.labelled_splits import read_labelled
    from catalog.prepared_data import read_manifest
    from fraud.algorithms import algorithm_named
    from fraud.model.fraud_model import fit
    from fraud.model.learning_curves import LearningCurves
    from fraud.model.out_of_bag import out_of_bag
    from fraud.model.refit import refitted
    from pipeline.prepare import PrepareOutput

    prepared = execution.result("prepare", PrepareOutput)
    manifest = read_manifest(execution, prepared.data_digest)
    config.require_data(manifest.data)
    train_rows = read_labelled(execution, manifest, "train")
    validation = read_labelled(execution, manifest, "validation")
    learners = algorithm_named(config.algorithm).learners
    curves = LearningCurves(learners, config.recipe.bags)

    def report(iteration: int, of: int, measure: float) -> None:
        curves(iteration, of, measure)
        if on_progress:
            on_progress(iteration, of, measure)

    started = time.perf_counter()
    stopped = fit(
        config.algorithm,
        config.hyperparameters,
        train_rows,
        validation,
        seed=config.seed,
        recipe=config.recipe,
        threads=threads,
        on_progress=report,
    )
    if config.decision_threshold is not None:
        stopped = stopped.with_threshold(config.decision_threshold)
    model = refitted(stopped, train_rows, validation, threads=threads)
    seconds = time.perf_counter() - started
    return TrainingResult(
        model=model,
        stopped=stopped,
        inputs=input_reference(execution, manifest, train_rows),
        config=config,
        manifest=manifest,
        validation=validation,
        out_of_bag=out_of_bag(stopped, train_rows, validation),
        learning_curves=curves.reported(),
        seconds=seconds,
    )


def _metadata(fitted: TrainingResult, golden: int) -> "ModelMetadata":
    from catalog.model_archive import ModelMetadata, golden_rows
    from foundation.lineage import lineage

    manifest = fitted.manifest
    made_from = lineage(
        data=manifest.data, data_digest=manifest.data_digest, config_digest=fitted.config.digest
    )
    return ModelMetadata(
        **made_from.model_dump(),
        algorithm=fitted.config.algorithm,
        columns=list(fitted.validation.columns),
        threshold=fitted.model.threshold,
        golden=golden_rows(fitted.model, fitted.validation, golden),
    )
