"""Candidate: the recorded model to promote, and how many models it was chosen from."""

from dataclasses import dataclass

from catalog.recorded_models import RecordedModel, load_model_of_run, model_file_names
from catalog.recorded_runs import COMPARISONS
from foundation.tracking.runs import FoundRun, Tracking
from promotion.candidates.committed_sources import with_commit_of_sources
from promotion.candidates.resolve_run import KINDS, NOTHING, NoCandidate, ResolvedRun, resolve_run
from promotion.candidates.test_set_uses import count_test_set_evaluations
from promotion.records import RunFacts

__all__ = ["Candidate", "NoCandidate", "load_candidate"]

TRIALS = "trials_"  # metrics of a study: how many of its trials ended in each way


@dataclass(frozen=True)
class Candidate:
    """A recorded model, and how it was found.

    `trials` is the number of models that it was chosen from on development rows;
    `test_set_evaluations` is the number of models that were scored on the same test rows before it
    was chosen, itself included.
    """

    recorded: RecordedModel
    facts: RunFacts
    named: str
    trials: int
    test_set_evaluations: int


def load_candidate(experiment_id: str, tracking: Tracking, data: str = "") -> Candidate:
    """Load the candidate of a run, a study or an experiment; without a name, of the newest study.

    With `data`, it is a candidate of that data set. An experiment means its best finished run by
    average precision that kept a model. The tags of the candidate's run name the commit that has
    its sources, also where they were committed after the run. Raises NotFound for an unknown name,
    NoCandidate for a run that is running, failed, has no metrics, kept no model or does not name
    its data.
    """
    found = resolve_run(experiment_id, tracking, data)
    _require_ended(found.run)
    _require_whole(found.run, tracking)
    run = with_commit_of_sources(found.run)
    return Candidate(
        recorded=load_model_of_run(run, tracking),
        facts=facts_of(run),
        named=found.named,
        trials=sum(map(_trial_count, found.among)),
        test_set_evaluations=max(
            count_test_set_evaluations(found.run.tags["data_digest"], found.run, tracking),
            _unrecorded_evaluations(found),
        ),
    )


def facts_of(run: FoundRun) -> RunFacts:
    """Return the origin of a run as its tags record it."""
    names = ("notebook", "git_commit", "data", "data_digest")
    return RunFacts(
        run_id=run.run_id,
        experiment=run.experiment,
        name=run.name,
        **{name: run.tags.get(name) for name in names},
    )


def _trial_count(run: FoundRun) -> int:
    """Return the number of trials of a study; any other run is one try."""
    return int(sum(count for name, count in run.metrics.items() if name.startswith(TRIALS))) or 1


def _unrecorded_evaluations(found: ResolvedRun) -> int:
    """Return the number of contenders that a contender may have been chosen from in dry runs.

    Dry runs leave no record of their evaluation of the test rows. A study needs no such caution: it
    records its own evaluation.
    """
    is_contender = found.run.tags.get("kind") == KINDS[COMPARISONS]
    return len(found.among) if is_contender else 1


def _require_ended(run: FoundRun) -> None:
    if run.status == "running":
        problem = (
            "is still running. Wait for its end; if it was interrupted, start the same again and "
            "it goes on"
        )
        raise _no_candidate(run, problem)
    if run.status == "failed":
        raise _no_candidate(run, "failed. Name a run that finished: `ceap runs` lists them")


def _require_whole(run: FoundRun, tracking: Tracking) -> None:
    if not run.metrics:
        problem = (
            "has no metrics, so nothing is known of its model. Name another: `ceap runs` lists them"
        )
        raise _no_candidate(run, problem)
    if not model_file_names(run, tracking):
        raise _no_candidate(run, f"kept no model. {_who_kept(run)}")
    if "data_digest" not in run.tags:
        problem = (
            "does not say of which data its model is, so there are no rows to score it on. Tune "
            "again: ceap tune"
        )
        raise _no_candidate(run, problem)


def _who_kept(run: FoundRun) -> str:
    if run.tags.get("kind") == "trial" and run.parent_run_id:
        return f"Trials keep none; name their study, run {run.parent_run_id}"
    return "Studies and the contenders of comparisons do: `ceap runs` lists them"


def _no_candidate(run: FoundRun, problem: str) -> NoCandidate:
    return NoCandidate(f"Run {run.run_id} ({run.name}) {problem}. {NOTHING}")
