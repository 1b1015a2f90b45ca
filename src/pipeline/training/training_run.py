"""Training run: logs a trained model to the tracking server, at once or after an outage."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from foundation import locations
from foundation.digests import canonical_json
from foundation.errors import Unavailable
from foundation.executions import Execution
from foundation.locations import uri
from foundation.tracking.writer import TrackedRun, Tracking

if TYPE_CHECKING:
    from catalog.model_archive import ModelMetadata
    from fraud.data.splits import SplitPlan
    from pipeline.training.train_output import TrainOutput

EXPERIMENT = "training"
NOTEBOOK = "training/2_train.ipynb"
RUN = "run.json"  # the run as logged, or to be logged once the server is up


class LoggedRun(NamedTuple):
    """The id of the run, None where it was not logged, and why anything of it is missing."""

    run_id: str | None
    problem: str | None


def training_run(
    execution: Execution,
    output: "TrainOutput",
    metadata: "ModelMetadata",
    split: "SplitPlan",
    started_at: datetime,
) -> TrackedRun:
    """Return the tracked run of a training: parameters, tags, metrics and learning curve."""
    iterations = {} if output.best_iteration is None else {"best_iteration": output.best_iteration}
    return TrackedRun(
        experiment=EXPERIMENT,
        name=f"{output.algorithm} {output.model_digest[:8]}",
        started_at=started_at,
        finished_at=execution.now(),
        params=_params(output),
        tags=_tags(execution, output, metadata) | _split_tags(split),
        metrics={
            **{f"validation_{name}": value for name, value in output.validation.items()},
            **{f"out_of_bag_{name}": value for name, value in output.out_of_bag.items()},
            **iterations,
            "fit_seconds": output.fit_seconds,
            "threshold": output.threshold,
        },
        curves={"validation_learning_curve": output.learning_curve},
    )


def record_run(
    execution: Execution, tracking: Tracking, run: TrackedRun, artifacts: Mapping[str, bytes]
) -> LoggedRun:
    """Log the run, and write it to `run.json`, from which a later stage can log it.

    A server that is down costs the id of the run, never the trained model.
    """
    execution.write_for("train", RUN, run.to_json())
    try:
        return LoggedRun(tracking.log(run, artifacts), None)
    except Unavailable as error:
        kept = uri(
            execution.settings.workflow_bucket, locations.stage_key(execution.id, "train", RUN)
        )
        problem = f"{error} The run is kept in {kept}; evaluate will try to log it."
        return LoggedRun(None, problem)


def add_to_run(
    execution: Execution,
    tracking: Tracking,
    trained: "TrainOutput",
    metrics: Mapping[str, float],
    artifacts: Mapping[str, bytes],
) -> LoggedRun:
    """Log metrics and artifacts to the run of the model, creating the run if train could not."""
    try:
        run_id = trained.run_id
        if run_id is None:
            run = TrackedRun.model_validate_json(execution.read_from("train", RUN))
            run_id = tracking.log(run, {})
        tracking.add(run_id, metrics, artifacts)
    except Unavailable as error:
        problem = f"{error} Metrics and plots are in this execution, under evaluate/."
        return LoggedRun(trained.run_id, problem)
    return LoggedRun(run_id, None)


def _params(output: "TrainOutput") -> dict[str, str]:
    """Return hyperparameters by name, and recipe values under `recipe.` as experiments do."""
    recipe = {f"recipe.{name}": value for name, value in output.recipe.items()}
    return {name: str(value) for name, value in {**output.hyperparameters, **recipe}.items()}


def _tags(execution: Execution, output: "TrainOutput", metadata: "ModelMetadata") -> dict[str, str]:
    tags = {
        "execution_id": execution.id,
        "notebook": NOTEBOOK,
        "algorithm": output.algorithm,
        "recipe": canonical_json(output.recipe).decode() if output.recipe else "plain",
        "model_digest": output.model_digest,
        "data_digest": output.data_digest,
        "config_digest": metadata.config_digest,
        "config_source": output.source,
        "promotion_id": output.promotion_id,
        "environment_digest": metadata.environment_digest,
        "git_commit": metadata.git_commit,
        "git_dirty": str(metadata.git_dirty).lower(),
        "simulated": str(output.simulated).lower(),
        "seed": str(output.seed),
    }
    return {name: value for name, value in tags.items() if value is not None}


def _split_tags(split: "SplitPlan") -> dict[str, str]:
    return {"split": split.method, "split_seed": str(split.seed)}
