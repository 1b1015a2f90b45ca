"""Study: hyperparameter search with one answer, whatever the number of workers and kills."""

from experiments.study.events import (
    Event,
    OnEvent,
    StudyProgress,
    TrialFinished,
    TrialStarted,
    TrialVoided,
)
from experiments.study.opening import open_study, resume_study
from experiments.study.pruning import Report
from experiments.study.request import StudyRequest
from experiments.study.running import Objective, TrialFailed
from experiments.study.study import Study
from experiments.study.trials import FinishedTrial, Outcome, Suggestion
from experiments.study.workers import WorkerFailed, as_worker, run_workers, was_started_by_hand

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
