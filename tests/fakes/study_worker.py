"""A worker of a study, as a process: `study_worker.py NAME WHERE [CHANCE_OF_DEATH]`.

With a chance of death, it kills itself before, within or after trials, as often as that says.
"""

import os
import random
import signal
import sys
import time

from experiments.study import Outcome, Report, Suggestion, as_worker, resume_study
from fakes.objective import quick

TRIAL_SECONDS = 0.02


def main(name: str, where: str, chance_of_death: float = 0.0) -> None:
    chance = random.Random(os.getpid())

    def perhaps_die() -> None:
        if chance.random() < chance_of_death:
            os.kill(os.getpid(), signal.SIGKILL)

    def objective(suggestion: Suggestion, report: Report) -> Outcome:
        def deadly_report(step: int, value: float) -> bool:
            perhaps_die()
            return report(step, value)

        time.sleep(TRIAL_SECONDS)
        return quick(suggestion, deadly_report)

    with as_worker():
        resume_study(name, where, grace_seconds=2).work(objective, on_event=lambda _: perhaps_die())


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(float, sys.argv[3:]))
