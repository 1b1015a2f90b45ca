"""Tracking of a comparison: one parent run, and one child run for each contender."""

from dataclasses import replace
from typing import TYPE_CHECKING

from catalog.recorded_runs import COMPARISONS, history_tag
from experiments.tracking.model_artifact import model_files
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
from experiments.tracking.source_tags import uncommitted_archive
from fraud.metrics.formatting import flat
from fraud.model.fraud_model import FraudModel

if TYPE_CHECKING:
    from experiments.comparison.contender import Contender
    from experiments.comparison.result import Comparison
    from experiments.session import ExperimentSession


def record_comparison(comparison: "Comparison", session: "ExperimentSession") -> "Comparison":
    """Record the comparison; without a server, `run_id` is None, with the reason beside it."""
    recorded = session.recorder.record(_tree(comparison, session))
    return replace(comparison, run_id=recorded.run_id, tracking_problem=recorded.problem)


def _tree(comparison: "Comparison", session: "ExperimentSession") -> RunTree:
    manifest, seed = comparison.development.manifest, comparison.params.seed
    parent = run_of(
        COMPARISONS,
        f"{manifest.data}: {comparison.best.name} leads {len(comparison.contenders)}",
        comparison.began,
        session.execution,
        params=params_of(comparison.params),
        tags=tags_of(manifest, session.execution, kind="comparison", seed=seed),
        metrics=flat(comparison.best.metrics, "") | {"frauds": float(comparison.rows.labels.sum())},
    )
    return RunTree(
        idempotency_key=idempotency_key("comparison", session.execution_id),
        parent=parent,
        children=tuple(_child(each, comparison, session) for each in comparison.contenders),
        artifacts={
            "leaderboard.csv": table_file(comparison.leaderboard()),
            "verdict.txt": comparison.verdict().encode(),
            **plot_files(comparison.plots),
        },
    )


def _child(
    contender: "Contender", comparison: "Comparison", session: "ExperimentSession"
) -> ChildRun:
    manifest, versus = comparison.development.manifest, contender.versus_best
    tags = tags_of(manifest, session.execution, kind="algorithm", seed=contender.spec.seed)
    indistinguishable = str(contender.is_as_good_as_the_best).lower()
    run = run_of(
        COMPARISONS,
        contender.name,
        comparison.began,
        session.execution,
        params=spec_params(contender.spec) | {"features": comparison.params.features},
        tags=tags
        | {"algorithm": contender.spec.algorithm, "indistinguishable": indistinguishable}
        | history_tag(comparison.features.history),
        metrics={
            **flat(contender.metrics, ""),
            **flat({"below_best": versus.difference}, ""),
            "p_value": versus.p_value,
            "detectable": versus.detectable,
            **model_metrics(contender.final_fit),
        },
    )
    model = FraudModel.from_files(contender.final_fit.files or {})
    curves = curves_file(comparison.rows, contender.out_of_fold.scores, comparison.params.costs)
    return ChildRun(
        key=contender.name,
        run=run,
        artifacts={
            "curves.json": curves,
            **model_files(model, comparison.development.train.rows),
            **uncommitted_archive(manifest),
        },
    )
