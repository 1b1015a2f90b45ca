"""Run facts: the params, tags, metrics and files that all experiments record alike."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from experiments.tracking.run_tree import standard_tags
from experiments.tracking.source_tags import source_tags
from foundation.digests import canonical_json
from foundation.executions import INTERACTIVE, Execution
from foundation.lineage import notebook_name
from foundation.tracking.writer import TrackedRun
from fraud.data.arrays import Floats
from fraud.metrics.costs import Costs, cost_curve
from fraud.metrics.curve_points import curve_points, thinned
from fraud.metrics.evaluation import EvaluationRows

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from catalog.prepared_data import Manifest
    from experiments.evaluation.fitting import FitResult
    from experiments.evaluation.model_spec import ModelSpec


def idempotency_key(kind: str, execution_id: str) -> str:
    """Return the key under which a tree is recorded once.

    The attempts of one execution share it; each call in an interactive execution has a new one.
    """
    is_interactive = execution_id.startswith(INTERACTIVE)
    return f"{kind}-{secrets.token_hex(8) if is_interactive else execution_id}"


def tags_of(
    manifest: "Manifest",
    execution: Execution,
    *,
    kind: str,
    seed: int,
    sources: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the tags of every run: its kind, and the origin of data, code and environment.

    `sources` are its source tags where they have been asked for before.
    """
    common = standard_tags(
        data_digest=manifest.data_digest,
        split=manifest.split,
        seed=seed,
        simulated=manifest.simulated,
        notebook=notebook_name(),
        execution_id=execution.id,
    )
    return {**common, **(sources or source_tags(manifest)), "kind": kind, "data": manifest.data}


def run_of(
    experiment: str, name: str, began: datetime, execution: Execution, **facts: Any
) -> TrackedRun:
    """Return a run that ends now; `facts` are its params, tags and metrics."""
    return TrackedRun(
        experiment=experiment,
        name=name,
        started_at=began,
        finished_at=execution.now(),
        **{"params": {}, "tags": {}, "metrics": {}, **facts},
    )


def spec_params(spec: "ModelSpec") -> dict[str, str]:
    """Return a specification as params of a run: hyperparameters under their own names."""
    recipe = spec.recipe.model_dump(mode="json", exclude_defaults=True)
    return {
        "algorithm": spec.algorithm,
        "seed": str(spec.seed),
        **{f"recipe.{name}": str(value) for name, value in recipe.items()},
        **{name: str(value) for name, value in all_hyperparameters(spec).items()},
    }


def all_hyperparameters(spec: "ModelSpec") -> dict[str, Any]:
    """Return the hyperparameters of a specification, defaults included."""
    from fraud.algorithms import algorithm_named

    checked = algorithm_named(spec.algorithm).checked(spec.hyperparameters)
    complete: dict[str, Any] = checked.model_dump()
    return complete


def model_metrics(fit: "FitResult") -> dict[str, float]:
    """Return the costs of a model: of its fit, of its scoring and of its storage."""
    return {
        "fit_seconds": fit.seconds,
        "microseconds_a_row": fit.microseconds_a_row,
        "bytes": float(fit.size),
    }


def curves_file(rows: EvaluationRows, scores: Floats, costs: Costs) -> bytes:
    """Return the points of the curves of one model, as the content of `curves.json`.

    Rows without amounts have no cost curve.
    """
    points = curve_points(rows.labels, scores)
    if rows.amounts is not None:
        curve = cost_curve(rows.labels, scores, rows.amounts, costs)
        points |= {"cost": thinned(curve._asdict())}
    return canonical_json(points)


def table_file(table: "pl.DataFrame") -> bytes:
    """Return a table as CSV."""
    return table.write_csv().encode()


def plot_files(plots: "Mapping[str, Figure]") -> dict[str, bytes]:
    """Return each figure as a PNG, by its path in the run."""
    from plots.layout.canvas import png

    return {f"plots/{name}.png": png(figure) for name, figure in plots.items()}


def params_of(params: Any) -> dict[str, str]:
    """Return the parameters of an experiment."""
    values = params.model_dump(mode="json")
    return {f"asked.{name}": str(value) for name, value in values.items()}
