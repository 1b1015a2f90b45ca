"""A process that runs workers on a study: `study_master.py NAME WHERE`."""

import sys

from experiments.search.opening import resume_study
from experiments.search.workers import run_workers
from fakes.studies.studies import worker_command, worker_environment

if __name__ == "__main__":
    run_workers(
        worker_command(*sys.argv[1:]),
        study=resume_study(*sys.argv[1:]),
        count=2,
        env=worker_environment(),
    )
