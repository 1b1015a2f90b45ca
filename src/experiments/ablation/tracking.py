"""Tracking of an ablation: one parent run, and one child run for each feature set."""

from dataclasses import replace
from typing import TYPE_CHECKING

from experiments.tracking.run_facts import (
    curves_file,
    idempotency_key,
    model_metrics,
    params_of,
    plot_files,
    run_of,
    spec_params,
    table_file,
    tags_of,
)
from experiments.tracking.run_tree import ChildRun, RunTree
from fraud.metrics.formatting import flat

if TYPE_CHECKING:
    from experiments.ablation.result import Ablation, FeatureSetResult
    from experiments.session import ExperimentSession

EXPERIMENT = "features"


def record_ablation(ablation: "Ablation", session: "ExperimentSession") -> "Ablation":
    """Record the ablation; without a server, `run_id` is None, with the reason beside it."""
    parent = run_of(
        EXPERIMENT,
        f"{ablation.manifest.data}: {len(ablation.results)} feature sets",
        ablation.began,
        session.execution,
        params=params_of(ablation.params),
        tags=tags_of(
            ablation.manifest, session.execution, kind="ablation", seed=ablation.params.seed
        ),
    )
    tree = RunTree(
        idempotency_key=idempotency_key("ablation", session.execution_id),
        parent=parent,
        children=tuple(_child(each, ablation, session) for each in ablation.results),
        artifacts={
            "ablation.csv": table_file(ablation.table()),
            "verdict.txt": ablation.verdict().encode(),
            **plot_files(ablation.plots),
        },
    )
    recorded = session.recorder.record(tree)
    return replace(ablation, run_id=recorded.run_id, tracking_problem=recorded.problem)


def _child(
    result: "FeatureSetResult", ablation: "Ablation", session: "ExperimentSession"
) -> ChildRun:
    tags = tags_of(
        ablation.manifest, session.execution, kind="feature set", seed=ablation.params.seed
    )
    run = run_of(
        EXPERIMENT,
        result.features.name,
        ablation.began,
        session.execution,
        params=spec_params(result.spec) | {"features": result.features.name},
        tags=tags | {"algorithm": ablation.params.algorithm},
        metrics={
            **flat(result.metrics, ""),
            **flat({"added": result.added.difference}, ""),
            "p_value": result.added.p_value,
            "detectable": result.added.detectable,
            **model_metrics(result.final_fit),
        },
    )
    curves = curves_file(ablation.rows, result.out_of_fold.scores, ablation.params.costs)
    return ChildRun(key=result.features.name, run=run, artifacts={"curves.json": curves})
