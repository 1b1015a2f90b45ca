"""On one thread equal fits give equal bytes, whatever the environment says."""

import os
import subprocess
import sys

import numpy as np
import pytest

from fakes.data.labelled_rows import digests_on_one_thread, fake_rows, quick_fit
from foundation.errors import InvalidParams
from fraud.algorithms import ALGORITHMS

every_algorithm = pytest.mark.parametrize("name", ALGORITHMS)
PROGRAM = """
from fakes.data.labelled_rows import digests_on_one_thread
for name, digest in digests_on_one_thread({rows}).items():
    print(name, digest)
"""


def digests(threads: str, rows: int) -> dict[str, str]:
    settings = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
    environment = {**os.environ, **settings, "PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(rows=rows)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return dict(line.split() for line in answer.stdout.splitlines())


# Libraries share large sums sooner than small ones: the laws fit more rows, every other run fewer.
@pytest.mark.parametrize("rows", [1500, pytest.param(6000, marks=pytest.mark.laws)])
def test_one_thread_gives_the_same_bytes_whatever_the_environment_says(rows: int) -> None:
    here, elsewhere = digests_on_one_thread(rows), digests("4", rows)
    assert here.keys() == ALGORITHMS.keys()
    assert here == elsewhere


@every_algorithm
def test_how_many_threads_may_be_used_changes_no_score_that_matters(name: str) -> None:
    rows = fake_rows(5).rows
    one, two = quick_fit(name, threads=1), quick_fit(name, threads=2)
    np.testing.assert_allclose(one.scores(rows), two.scores(rows), rtol=1e-3)


@pytest.mark.parametrize("threads", [0, -1])
def test_fewer_than_one_thread_are_refused(threads: int) -> None:
    with pytest.raises(InvalidParams, match="threads are at least 1"):
        quick_fit("logistic_regression", threads=threads)
