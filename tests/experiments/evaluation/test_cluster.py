"""The workers of a Dask scheduler fit what processes here would, and may be lost."""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import psutil
import pytest

from experiments.evaluation.cluster import StoredRows, open_cluster_pool
from experiments.evaluation.fitting import FitRequest, FitResult, fit_and_score
from experiments.evaluation.model_spec import ModelSpec
from fakes.data.labelled_rows import fake_rows
from fakes.studies.slow_fit_pool import Endless
from foundation.errors import InvalidParams, Unavailable
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from fraud.data.folds import FoldPlan, make_folds
from fraud.metrics.costs import Costs

ROWS = fake_rows(1, 900)
FOLDS = make_folds(ROWS, FoldPlan(folds=2))
TREES = ModelSpec(algorithm="xgboost", hyperparameters={"n_estimators": 20})
LOCK = re.escape("pip install -r requirements-cluster.lock")
FITS = [FitRequest(TREES, fold, Costs(), keeps_model=True) for fold in FOLDS]


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A scheduler and two workers in processes of their own."""
    distributed = pytest.importorskip("distributed", reason="Dask, an extra, is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as started:
        yield started


def test_a_worker_of_other_code_is_refused(local_aws: Settings) -> None:
    objects = S3ObjectStore(local_aws)
    own = StoredRows.write(ROWS, "a" * 64, objects, local_aws)
    np.testing.assert_array_equal(own.read().rows, ROWS.rows)
    for other in (replace(own, code="other"), replace(own, environment="other")):
        with pytest.raises(Unavailable, match="another version of this package or of a library"):
            other.read()


def workers_of(cluster: Any) -> list[int]:
    with cluster.get_client() as client:
        return list(client.run(os.getpid).values())


def test_what_a_cluster_fits_is_what_is_fitted_here_whoever_is_killed(
    cluster: Any, local_aws: Settings
) -> None:
    killed: list[int] = []

    def kill_one(*_: object) -> None:
        if not killed:
            killed.append(workers_of(cluster)[0])
            psutil.Process(killed[0]).kill()

    objects = S3ObjectStore(local_aws)
    address = cluster.scheduler_address
    with open_cluster_pool(ROWS, "d" * 64, address, objects, local_aws) as pool:
        assert pool.workers == 2
        found = pool.run(FITS * 4, kill_one)
    assert killed
    alone = [fit_and_score(fit, ROWS) for fit in FITS] * 4
    for one, other in zip(found, alone, strict=True):
        np.testing.assert_array_equal(one.scores, other.scores)
        assert one.files == other.files


def test_a_scheduler_that_is_lost_is_named_with_the_way_to_go_on(
    cluster: Any, local_aws: Settings
) -> None:
    endless: Any = Endless()
    objects, done = S3ObjectStore(local_aws), list[FitResult]()

    def lose_all(_: FitRequest, result: FitResult) -> None:
        done.append(result)
        cluster.close()

    fits = [FITS[0], FitRequest(endless, FOLDS[0], Costs())]
    address = cluster.scheduler_address
    lost = rf"No Dask scheduler with workers answers at {address}.* it goes on from what is kept"
    with (
        pytest.raises(Unavailable, match=lost),
        open_cluster_pool(ROWS, "e" * 64, address, objects, local_aws) as pool,
    ):
        pool.run(fits, lose_all)
    assert len(done) == 1


def test_without_dask_the_way_to_it_is_named(
    local_aws: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    asked = ROWS, "b" * 64, "tcp://127.0.0.1:9", S3ObjectStore(local_aws), local_aws
    with pytest.raises(InvalidParams, match=LOCK), open_cluster_pool(*asked):
        pass


def test_an_address_at_which_nobody_answers_is_named(local_aws: Settings) -> None:
    pytest.importorskip("distributed", reason="Dask, an extra, is not installed")
    with (
        pytest.raises(Unavailable, match="No Dask scheduler with workers answers at tcp://127"),
        open_cluster_pool(ROWS, "f" * 64, "tcp://127.0.0.1:9", S3ObjectStore(local_aws), local_aws),
    ):
        pass
