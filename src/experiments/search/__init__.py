"""Hyperparameter search whose result does not depend on the number of workers, or on kills."""

from experiments.search.events import (
    Event,
    OnEvent,
    StudyProgress,
    TrialFinished,
    TrialStarted,
    TrialVoided,
)
from experiments.search.opening import open_study, resume_study
from experiments.search.pruning import Report
from experiments.search.request import StudyRequest
from experiments.search.running import Objective, TrialFailed
from experiments.search.study import Study
from experiments.search.trials import FinishedTrial, Outcome, Suggestion
from experiments.search.workers import WorkerFailed, as_worker, run_workers, was_started_by_hand

__all__ = [
    "Event",
    "FinishedTrial",
    "Objective",
    "OnEvent",
    "Outcome",
    "Report",
    "Study",
    "StudyProgress",
    "StudyRequest",
    "Suggestion",
    "TrialFailed",
    "TrialFinished",
    "TrialStarted",
    "TrialVoided",
    "WorkerFailed",
    "as_worker",
    "open_study",
    "resume_study",
    "run_workers",
    "was_started_by_hand",
]
