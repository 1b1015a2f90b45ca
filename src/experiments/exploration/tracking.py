"""Tracking of an exploration: one run, with the leakage report that a promotion requires."""

from dataclasses import replace
from typing import TYPE_CHECKING

from catalog.recorded_runs import EXPLORATIONS, LEAKAGE
from experiments.tracking.run_facts import (
    idempotency_key,
    params_of,
    plot_files,
    run_of,
    table_file,
    tags_of,
)
from experiments.tracking.run_tree import RunTree
from fraud.metrics.formatting import flat

if TYPE_CHECKING:
    from experiments.exploration.result import Exploration, ExploreParams
    from experiments.session import ExperimentSession


def record_exploration(
    exploration: "Exploration", params: "ExploreParams", session: "ExperimentSession"
) -> "Exploration":
    """Record the exploration; without a server, `run_id` is None, with the reason beside it."""
    manifest, gap = exploration.manifest, exploration.gap
    gaps = {"random_split": gap.random, "time_split": gap.time} if gap else {}
    clean = str(exploration.leakage.is_clean).lower()
    parent = run_of(
        EXPLORATIONS,
        f"{manifest.data} {manifest.data_digest[:8]}",
        exploration.began,
        session.execution,
        params=params_of(params),
        tags=tags_of(manifest, session.execution, kind="exploration", seed=params.seed)
        | {"leakage_clean": clean},
        metrics=flat(gaps, "average_precision_"),
    )
    tree = RunTree(
        idempotency_key=idempotency_key("exploration", session.execution_id),
        parent=parent,
        artifacts={
            LEAKAGE: exploration.leakage.to_json().encode(),
            "columns.csv": table_file(exploration.column_table()),
            "entities.csv": table_file(exploration.groups.entity_table()),
            **plot_files(exploration.plots),
        },
    )
    recorded = session.recorder.record(tree)
    return replace(exploration, run_id=recorded.run_id, tracking_problem=recorded.problem)
