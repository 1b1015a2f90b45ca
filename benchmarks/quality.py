"""Quality: our search beside FLAML's and AutoGluon's, the same rows, cores and seconds for each.

Two protocols on the reference data: `stratified` deals 70/15/15 and keeps duplicates together;
`time` gives the oldest 80 % to development and the newest 20 % to the test, as the Fraud Dataset
Benchmark does. Train and validation rows are every contender's to use as it likes. The test rows
are scored once, at the end, by what the contender had chosen by then; their labels never leave the
referee. Each contender is a process of its own on two cores, with an environment of its own, and
gets the raw columns.

Each rival runs as its own documentation advises for the metric and the time: see the scripts in
`rivals/`. The floor is XGBoost with the library's own settings. Where a rival cannot be installed,
the others run without it. CEAP_BENCH_SECONDS shortens the time of each (300 s).
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks._rivals import FLOOR, OURS, RIVALS, Answer, ContenderFailed, answer, interpreter
from benchmarks.rivals.exchange import Development, leave
from catalog.preparation import Preparation, RawData, prepare_file
from catalog.prepared_data import data_spec
from catalog.raw_checks import Origin
from foundation.settings import state_directory
from fraud.data.arrays import Floats, Labels
from fraud.metrics.estimates import Estimate, evaluate_scores
from fraud.significance.paired_comparison import compare_scores

SECONDS = 300.0
RESAMPLES = 1000
LATE = 1.1  # of its seconds: what it found later should not count
PROTOCOLS: dict[str, dict[str, Any]] = {
    "stratified": {},
    "time": {"method": "time", "train_share": 0.68, "validation_share": 0.12},
}
METRICS = ("average_precision", "roc_auc", "recall_at_1pct_fpr", "recall_at_01pct_fpr")
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Match:
    """What the contenders get, and what the referee keeps."""

    development: Development
    test: Floats
    labels: Labels


def main() -> None:
    csv = state_directory() / "data" / "creditcard.csv"
    if not csv.exists():
        print(f"There is no {csv}, so nothing was measured. Get it with: ceap data fetch")
        return
    seconds = float(os.environ.get("CEAP_BENCH_SECONDS", SECONDS))
    for protocol, split in PROTOCOLS.items():
        match = match_on(csv, split)
        rows, frauds = len(match.labels), int(match.labels.sum())
        print(
            f"  {protocol}: {len(match.development.labels):,} development rows, {rows:,} test rows "
            f"with {frauds} frauds, {seconds:g} s each"
        )
        report(match, played(match, seconds), seconds)


def match_on(csv: Path, split: dict[str, Any]) -> Match:
    spec = data_spec("creditcard")
    with tempfile.TemporaryDirectory(prefix="ceap-benchmark-") as folder:
        raw = RawData(csv, spec, Origin())
        prepare_file(raw, Preparation(**split), Path(folder), now=datetime.now(UTC))
        train, validation, test = (
            pl.read_parquet(Path(folder, f"{name}.parquet"))
            for name in ("train", "validation", "test")
        )
    columns, both = list(spec.model_columns), pl.concat([train, validation])
    development = Development(
        columns=columns,
        rows=both.select(columns).to_numpy().astype(np.float64),
        labels=both[spec.label].to_numpy().astype(np.int8),
        is_validation=np.arange(both.height) >= train.height,
        by_time=split.get("method") == "time",
    )
    features = test.select(columns).to_numpy().astype(np.float64)
    return Match(development, features, test[spec.label].to_numpy().astype(np.int8))


def played(match: Match, seconds: float) -> dict[str, Answer]:
    """Let the contenders play one after another; the answers of those that gave one."""
    answers = {}
    with tempfile.TemporaryDirectory(prefix="ceap-benchmark-") as folder:
        leave(Path(folder), match.development, match.test)
        for contender in (OURS, *RIVALS, FLOOR):
            try:
                python = interpreter(contender)
                answers[contender.name] = answer(contender, python, Path(folder), seconds)
            except ContenderFailed as failure:
                print(f"  {contender.name} did not take part: {failure}", flush=True)
    return answers


def report(match: Match, answers: dict[str, Answer], seconds: float) -> None:
    days = match.test[:, -1].astype(np.int64) // SECONDS_A_DAY
    names = ("AP", "ROC AUC", "recall, 1 % FPR", "recall, 0.1 % FPR")
    print(f"  {'':18} {'seconds':>7}  " + "".join(f"{name:<21}" for name in names))
    for name, given in answers.items():
        found = evaluate_scores(
            match.labels, given.scores, threshold=0.5, days=days, resamples=RESAMPLES
        )
        figures = "".join(f"{interval(found[metric]):<21}" for metric in METRICS)
        print(f"  {name:18} {given.seconds:7.0f}  {figures}")
    ours = answers.get(OURS.name)
    for name, given in answers.items():
        late = ", OVER ITS TIME" if is_late(given, seconds) else ""
        print(f"  {name} chose: {given.chosen} (fit in {given.fit_seconds:.0f} s{late})")
        if ours and name != OURS.name:
            print(f"    ours less {name}: {versus(match, ours, given, seconds)}", flush=True)


def interval(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"


def is_late(given: Answer, seconds: float) -> bool:
    return given.fit_seconds > LATE * seconds


def versus(match: Match, ours: Answer, theirs: Answer, seconds: float) -> str:
    compared = compare_scores(
        match.labels, ours.scores, theirs.scores, metric="average_precision", resamples=RESAMPLES
    )
    verdict = "AT LEAST AS GOOD" if compared.difference.value >= 0 else "BELOW"
    if is_late(ours, seconds):
        verdict = "NO VERDICT: ours was over its time"
    return f"{compared.sentence} {verdict}"


if __name__ == "__main__":
    main()
