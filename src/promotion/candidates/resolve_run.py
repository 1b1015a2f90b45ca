"""Run lookup: which run an id, the name of a study or that of an experiment means."""

import math
import re
from typing import NamedTuple

from catalog.recorded_models import find_newest_study, model_file_names
from catalog.recorded_runs import COMPARISONS, TUNING
from foundation.errors import FraudDetectionError, NotFound
from foundation.params import did_you_mean
from foundation.tracking.runs import FoundRun, Tracking

PRIMARY = "average_precision"
EVERYTHING = 1_000_000
NEWEST = 1000  # runs whose names are compared with a mistyped one
START_OF_AN_ID = re.compile(r"[0-9a-z-]{4,31}")
# The kind of run that keeps models in these experiments; trials would be too many to check.
KINDS = {TUNING: "study", COMPARISONS: "algorithm"}
NOTHING = "Nothing was touched."


class NoCandidate(FraudDetectionError):
    """The named run cannot be promoted as it is; nothing was touched."""


class ResolvedRun(NamedTuple):
    """A run, how it was found, and the runs that it was chosen from.

    A run that was named itself was chosen from itself alone.
    """

    run: FoundRun
    named: str
    among: list[FoundRun]


def resolve_run(experiment_id: str, tracking: Tracking, data: str = "") -> ResolvedRun:
    """Return the run that `experiment_id` means; without a name, the newest finished study.

    With `data`, it is the newest study of that data set. Raises NotFound for an unknown name,
    NoCandidate for one that means several runs or a run of another data set than `data`, or for an
    experiment without any run that can be promoted.
    """
    if not experiment_id:
        newest = find_newest_study(tracking, data)
        of_data = f" of {data}" if data else ""
        how = f"study {newest.name} (the newest{of_data} that came to its end)"
        return ResolvedRun(newest, how, [newest])
    found = _named(experiment_id, tracking)
    made_from = found.run.tags.get("data")
    if data and made_from != data:
        message = f"{found.named} is of data set {made_from or 'no name'}, not of {data}. {NOTHING}"
        raise NoCandidate(message)
    return found


def _named(experiment_id: str, tracking: Tracking) -> ResolvedRun:
    for find in (_by_id, _by_study, _by_experiment, _by_start):
        if found := find(experiment_id, tracking):
            return found
    hint = did_you_mean(experiment_id, _known_names(tracking) or {"none yet: ceap tune makes one"})
    message = (
        f"No run, study or experiment is called {experiment_id!r}; {hint}. `ceap runs` lists them. "
        f"{NOTHING}"
    )
    raise NotFound(message)


def _by_id(run_id: str, tracking: Tracking) -> ResolvedRun | None:
    try:
        run = tracking.run(run_id)
    except NotFound:
        return None
    return _of_run(run, tracking)


def _of_run(run: FoundRun, tracking: Tracking) -> ResolvedRun:
    """Return the run itself; of a whole comparison, its best contender."""
    kind = run.tags.get("kind")
    if kind == "comparison":
        children = tracking.children(run.run_id)
        return _best(children, f"comparison {run.run_id[:8]}", tracking)
    is_contender = kind == KINDS[COMPARISONS] and run.parent_run_id
    among = tracking.children(run.parent_run_id) if is_contender and run.parent_run_id else [run]
    return ResolvedRun(run, f"run {run.run_id[:8]} ({run.name})", among)


def _by_study(name: str, tracking: Tracking) -> ResolvedRun | None:
    found = [run for run in _studies(tracking) if run.tags.get("study") == name]
    return ResolvedRun(found[0], f"study {name} (its newest run)", [found[0]]) if found else None


def _studies(tracking: Tracking) -> list[FoundRun]:
    return tracking.find([TUNING], "tags.`kind` = 'study'", limit=EVERYTHING)


def _by_experiment(name: str, tracking: Tracking) -> ResolvedRun | None:
    of_kind = f"tags.`kind` = '{KINDS[name]}'" if name in KINDS else ""
    found = tracking.find([name], of_kind, limit=EVERYTHING)
    if not found and not tracking.find([name], limit=1):
        return None
    return _best(found, f"experiment {name}", tracking)


def _by_start(start: str, tracking: Tracking) -> ResolvedRun | None:
    if not START_OF_AN_ID.fullmatch(start):
        return None
    found = tracking.find(None, f"attributes.run_id LIKE '{start}%'", limit=EVERYTHING)
    if len(found) > 1:
        listed = ", ".join(f"{run.run_id[:12]} ({run.name})" for run in found[:3])
        message = f"{len(found)} runs begin with {start}: {listed} … Name more of it. {NOTHING}"
        raise NoCandidate(message)
    return _of_run(found[0], tracking) if found else None


def _best(runs: list[FoundRun], place: str, tracking: Tracking) -> ResolvedRun:
    """Return the best finished run that kept a model, of those on the data of the newest one.

    Average precisions on different rows are not comparable.
    """
    ranked = [run for run in runs if run.status == "finished" and _score(run) is not None]
    newest = max(ranked, key=lambda run: run.started_at, default=None)
    same = [run for run in ranked if newest and _data(run) == _data(newest)]
    for run in sorted(same, key=lambda run: _score(run) or 0.0, reverse=True):
        if model_file_names(run, tracking):
            how = f"the best of {place} by average precision, of {len(same)} on the same data"
            return ResolvedRun(run, how, same)
    raise NoCandidate(_nothing_in(runs, place))


def _nothing_in(runs: list[FoundRun], place: str) -> str:
    count = {status: sum(run.status == status for run in runs) for status in ("running", "failed")}
    return (
        f"No run of {place} can be promoted: of {len(runs)} that might keep a model, "
        f"{count['running']} still run, {count['failed']} failed, and no other has both a model "
        f"and an {PRIMARY}. Make one: ceap tune. {NOTHING}"
    )


def _score(run: FoundRun) -> float | None:
    value = run.metrics.get(PRIMARY, math.nan)
    return value if math.isfinite(value) else None


def _data(run: FoundRun) -> str | None:
    return run.tags.get("data_digest")


def _known_names(tracking: Tracking) -> set[str]:
    runs = tracking.find(None, limit=NEWEST)
    studies = {run.tags["study"] for run in runs if "study" in run.tags}
    return {run.experiment for run in runs} | studies
