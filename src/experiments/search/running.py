"""Running: one claimed trial, from the suggestion to its place in the storage."""

import json
import math
import time
from collections.abc import Callable
from contextlib import suppress

from optuna.trial import FrozenTrial, TrialState

from experiments.search.events import OnEvent, TrialFinished, TrialStarted, TrialVoided
from experiments.search.liveness import Heart
from experiments.search.pruning import Report, Reporter
from experiments.search.store import StudyStore
from experiments.search.trials import (
    INTERRUPTED,
    RESULT,
    STATES,
    VOID,
    FinishedTrial,
    Outcome,
    Suggestion,
    is_void,
    result_of,
    suggestion_of,
)
from foundation.errors import FraudDetectionError, Unavailable

Objective = Callable[[Suggestion, Report], Outcome]


class TrialFailed(FraudDetectionError):
    """A combination that fails each time it is tried; the study goes on."""


def run_trial(
    trial: FrozenTrial,
    objective: Objective,
    store: StudyStore,
    reporter: Reporter,
    *,
    heart: Heart,
    tell: OnEvent,
) -> None:
    """Run a claimed trial and keep what it gave."""
    suggestion = suggestion_of(trial)
    try:
        heart.beat_for(trial)
        tell(TrialStarted(suggestion))
        started = time.perf_counter()
        outcome = _outcome(objective, suggestion, reporter)
        finished = _finished(suggestion, outcome, reporter, time.perf_counter() - started)
        is_ours = _keep(trial, finished, store)
    except BaseException:
        # The storage may be what failed; then the trial is found without its worker later.
        with suppress(Unavailable):
            _release(trial, store)
        raise
    finally:
        heart.beat_for(None)
    if is_ours:
        tell(TrialFinished(finished))
    else:
        tell(TrialVoided(suggestion.slot, "another worker took it over"))


def _outcome(
    objective: Objective, suggestion: Suggestion, report: Reporter
) -> Outcome | TrialFailed:
    try:
        outcome = objective(suggestion, report)
    except FraudDetectionError as error:
        if error.worth_retrying:
            raise
        return TrialFailed(str(error))
    if not math.isfinite(outcome.value):
        message = f"the objective gave {outcome.value}, which cannot be compared"
        return TrialFailed(message)
    return outcome


def _finished(
    suggestion: Suggestion, outcome: Outcome | TrialFailed, reporter: Reporter, seconds: float
) -> FinishedTrial:
    is_failed = isinstance(outcome, TrialFailed)
    return FinishedTrial(
        **vars(suggestion),
        state="failed" if is_failed else "pruned" if reporter.is_pruned else "complete",
        value=None if isinstance(outcome, TrialFailed) else float(outcome.value),
        steps=reporter.steps,
        attrs={} if isinstance(outcome, TrialFailed) else outcome.attrs,
        seconds=seconds,
        reason=str(outcome) if is_failed else None,
    )


def _keep(trial: FrozenTrial, finished: FinishedTrial, store: StudyStore) -> bool:
    """Keep the facts first and the state last, which makes them count; False when taken over."""
    json.dumps(finished.attrs)  # else the storage would refuse what it has half written
    store.note(trial, RESULT, result_of(finished))
    is_ours = store.finish(trial, STATES[finished.state], finished.value)
    if finished.state == "failed" and not is_ours:
        # Whoever was quicker has voided it, or found the reason, which counts.
        return not is_void(store.trials()[trial.number])
    return is_ours


def _release(trial: FrozenTrial, store: StudyStore) -> None:
    """Let the slot be run again at once."""
    if store.note(trial, VOID, INTERRUPTED):
        store.finish(trial, TrialState.FAIL)
