"""Run of an exploration: describe columns, measure the split gap, and check for leakage."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter

from catalog.labelled_splits import Development, read_labelled
from catalog.prepared_data import Manifest, read_plausibility, read_split
from experiments.evaluation.development_rows import all_rows
from experiments.evaluation.fitting import FitRequest
from experiments.evaluation.model_spec import ModelSpec
from experiments.evaluation.process_pool import open_fit_pool
from experiments.exploration.fraud_groups import fraud_groups
from experiments.exploration.result import Exploration, ExploreParams, SplitGap
from experiments.feature_sets import PLAIN_SET
from experiments.progress import progress
from foundation import locations
from foundation.errors import InvalidData
from foundation.locations import Split
from fraud.data.column_profile import column_facts
from fraud.data.folds import FoldPlan, make_folds
from fraud.data.labelled_rows import LabelledRows
from fraud.leakage.checks import (
    SINGLE_COLUMNS,
    LeakageFinding,
    label_leaking_columns,
    sampled_rows,
)
from fraud.leakage.label_gaps import label_gaps
from fraud.leakage.probes import adversarial_validation, future_timestamps, split_gap
from fraud.leakage.report import LeakageReport
from fraud.metrics.costs import Costs
from fraud.metrics.estimates import Estimate, evaluate_scores

if TYPE_CHECKING:
    import polars as pl

    from experiments.session import ExperimentSession
    from foundation.progress import OnProgress

# Two thirds train and one validates, at random and by time: equal sizes, so only order differs.
RANDOM, TIME = FoldPlan(method="stratified", folds=3), FoldPlan(method="time", folds=2)
SMALL_MODEL = {"n_estimators": 200}
THRESHOLD = 0.5  # average precision does not depend on it


def run_exploration(
    params: ExploreParams, session: "ExperimentSession", on_fit: "OnProgress[str] | None" = None
) -> Exploration:
    """Explore the data set, and record the exploration."""
    from experiments.exploration.tracking import record_exploration

    began = session.execution.now()
    development = session.development(params, PLAIN_SET)
    rows = all_rows(development)
    gap, why_no_gap = None, ""
    if rows.times is not None:
        try:
            gap = measure_split_gap(rows, params, on_fit)
        except InvalidData as error:  # too few frauds for the folds: the rest can be explored
            why_no_gap = str(error)
    manifest, table = development.manifest, prepared_table(session, development.manifest)
    alone = single_columns(prepared_findings(session, manifest), table, manifest)
    exploration = Exploration(
        manifest=manifest,
        rows=rows,
        columns=column_facts(rows, table, alone.figures),
        gap=gap,
        why_no_gap=why_no_gap,
        leakage=make_leakage_report(development, gap, session, params, alone),
        groups=fraud_groups(table, manifest, alone.figures),
        began=began,
        plausibility=read_plausibility(session.execution, manifest.data_digest),
    )
    return record_exploration(exploration, params, session)


def single_columns(
    prepared: Sequence[LeakageFinding], table: "pl.DataFrame", manifest: Manifest
) -> LeakageFinding:
    """Return the finding of `prepare` on single columns: its figures are those of every column.

    Where the data was prepared before the finding had them all, it is made anew from `table`.
    """
    found = next((finding for finding in prepared if finding.check == SINGLE_COLUMNS), None)
    if found is not None and found.figures.keys() >= set(manifest.columns):
        return found
    rows = sampled_rows(table[manifest.label].to_numpy(), manifest.split.seed)
    sample = table.select(*manifest.columns, manifest.label)[rows]
    return label_leaking_columns(sample, manifest.label)


def make_leakage_report(
    development: Development,
    gap: SplitGap | None,
    session: "ExperimentSession",
    params: ExploreParams,
    alone: LeakageFinding,
) -> LeakageReport:
    """Return the findings of `prepare` on these splits, and those of slower checks.

    `alone` stands for the finding of `prepare` on single columns. Checks that look at the time are
    left out for data without one.
    """
    manifest, rows = development.manifest, all_rows(development)
    test = read_labelled(session.execution, manifest, "test")
    is_ordered = manifest.split.method == "time"
    findings = [
        *(
            alone if finding.check == SINGLE_COLUMNS else finding
            for finding in prepared_findings(session, manifest)
        ),
        adversarial_validation(development.train, test, seed=params.seed),
    ]
    if rows.times is not None:
        findings += [
            future_timestamps(rows, test if is_ordered else None),
            label_gaps(rows.times, rows.labels, since=manifest.time_since),
        ]
    if gap is not None:
        findings.append(split_gap(gap.random, gap.time))
    return LeakageReport(findings=tuple(findings))


def measure_split_gap(
    rows: LabelledRows, params: ExploreParams, on_fit: "OnProgress[str] | None" = None
) -> SplitGap:
    """Fit one small model on random folds and on a split by time; return both scores.

    Each fit is scored on the rows left out. Raises InvalidData where a fold has no fraud.
    """
    random = make_folds(rows, RANDOM.model_copy(update={"seed": params.seed}))
    folds = [*random, make_folds(rows, TIME)[-1]]
    spec = ModelSpec(algorithm="xgboost", hyperparameters=SMALL_MODEL, seed=params.seed)
    requests = [FitRequest(spec, fold, Costs()) for fold in folds]
    with (
        progress("Random or in order of time", on_fit) as on_progress,
        open_fit_pool(rows, params.workers) as pool,
    ):
        done: list[FitRequest] = []

        def count(request: FitRequest, _: object) -> None:
            done.append(request)
            on_progress(len(done), len(requests), "xgboost")

        *of_random, of_time = pool.run(requests, count)
    validated = np.concatenate([fold.validation for fold in random])
    scores = np.concatenate([each.scores for each in of_random])
    return SplitGap(
        random=_average_precision(rows.labels[validated], scores, params),
        time=_average_precision(rows.labels[folds[-1].validation], of_time.scores, params),
    )


def _average_precision(labels: np.ndarray, scores: np.ndarray, params: ExploreParams) -> Estimate:
    metrics = evaluate_scores(
        labels, scores, threshold=THRESHOLD, days=None, resamples=params.resamples, seed=params.seed
    )
    return metrics["average_precision"]


def prepared_table(session: "ExperimentSession", manifest: Manifest) -> "pl.DataFrame":
    """Return the rows of `all_rows` as they were prepared, with their texts and entities."""
    import polars as pl

    parts: tuple[Split, ...] = ("train", "validation")
    return pl.concat([read_split(session.execution, manifest, part) for part in parts])


def prepared_findings(session: "ExperimentSession", manifest: Manifest) -> list[LeakageFinding]:
    """Return the findings of `prepare` on the splits of the manifest."""
    bucket = session.settings.data_bucket
    key = locations.prepared_key(manifest.data_digest, "leakage.json")
    findings: list[LeakageFinding] = TypeAdapter(list[LeakageFinding]).validate_json(
        session.execution.read(bucket, key)
    )
    return findings
