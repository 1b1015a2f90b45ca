"""Ablation record: an ablation as a run of its own, each feature set a child of it."""

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
    from experiments.ablation.result import Ablation, Tried
    from experiments.session import ExperimentSession

EXPERIMENT = "features"


def record_ablation(ablation: "Ablation", session: "ExperimentSession") -> "Ablation":
    """Record the ablation; a server that is down costs its run id, never the ablation."""
    parent = run_of(
        EXPERIMENT,
        f"{ablation.manifest.data}: {len(ablation.tried)} feature sets",
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
        children=tuple(_child(each, ablation, session) for each in ablation.tried),
        artifacts={
            "ablation.csv": table_file(ablation.table()),
            "verdict.txt": ablation.verdict().encode(),
            **plot_files(ablation.plots),
        },
    )
    told = session.recorder.record(tree)
    return replace(ablation, run_id=told.run_id, tracking_problem=told.problem)


def _child(tried: "Tried", ablation: "Ablation", session: "ExperimentSession") -> ChildRun:
    tags = tags_of(
        ablation.manifest, session.execution, kind="feature set", seed=ablation.params.seed
    )
    run = run_of(
        EXPERIMENT,
        tried.features.name,
        ablation.began,
        session.execution,
        params=spec_params(tried.spec) | {"features": tried.features.name},
        tags=tags | {"algorithm": ablation.params.algorithm},
        metrics={
            **flat(tried.metrics, ""),
            **flat({"added": tried.added.difference}, ""),
            "p_value": tried.added.p_value,
            "detectable": tried.added.detectable,
            **model_metrics(tried.final_fit),
        },
    )
    curves = curves_file(ablation.rows, tried.out_of_fold.scores, ablation.params.costs)
    return ChildRun(key=tried.features.name, run=run, artifacts={"curves.json": curves})
