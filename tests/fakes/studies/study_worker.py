"""A worker of a study, as a process: `study_worker.py NAME WHERE [MOMENTS [DEADLY_SLOT]]`.

It kills itself with a trial in hand, at one of so many moments of its life; the deadly slot kills
it always. No moments at all: it lives on.
"""

import os
import random
import signal
import sys
import time

from experiments.search.opening import resume_study
from experiments.search.pruning import Report
from experiments.search.trials import Outcome, Suggestion
from experiments.search.workers import as_worker
from fakes.studies.objective import quick

TRIAL_SECONDS = 0.02


def main(name: str, where: str, moments: float = 0, deadly_slot: float = -1) -> None:
    left = random.randint(1, int(moments)) if moments else 0

    def perhaps_die() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def objective(suggestion: Suggestion, report: Report) -> Outcome:
        def deadly_report(step: int, value: float) -> bool:
            perhaps_die()
            answer = report(step, value)
            perhaps_die()
            return answer

        time.sleep(TRIAL_SECONDS)
        if suggestion.slot == deadly_slot:
            os.kill(os.getpid(), signal.SIGKILL)
        return quick(suggestion, deadly_report)

    with as_worker():
        resume_study(name, where, grace_seconds=2).work(objective)


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(float, sys.argv[3:]))
