"""The data set of the served model is known from its files; training asks before it begins."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.data.training import (
    SETTINGS,
    endpoints_over,
    evaluated,
    execution_of,
    prepared_store,
    trained,
)
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.tracking import FakeTracking
from foundation import locations
from foundation.errors import InvalidParams
from foundation.executions import ExecutionPlan
from foundation.session import Session
from pipeline.deploy import DeployParams, deploy
from pipeline.runs.data_set import require_served_data_set
from pipeline.training.served_data import data_set_of, replacement_problem
from pipeline.training.train_output import TrainOutput

STAGES = ("prepare", "train", "evaluate", "deploy")


@pytest.fixture(scope="module")
def serving() -> FakeObjectStore:
    """A store whose endpoint serves a model of creditcard."""
    store = prepared_store()
    trained(store)
    evaluated(store, endpoints_over(store))
    deploy(execution_of(store), DeployParams(attempts=1), endpoints_over(store))
    return store


@pytest.fixture
def store(serving: FakeObjectStore) -> FakeObjectStore:
    copy = FakeObjectStore()
    copy.objects = dict(serving.objects)
    return copy


def served_digest(store: FakeObjectStore) -> str:
    return execution_of(store).result("train", TrainOutput).model_digest


def require_on(store: FakeObjectStore, data: str, *stages: str, **of_deploy: Any) -> None:
    plan = ExecutionPlan(
        execution_id="next",
        pipeline="training",
        parameters={
            "prepare": {"data": data},
            "deploy": {"replace_other_data": False, **of_deploy},
        },
        created_at=datetime.now(UTC),
        git_commit=None,
    )
    session = Session(SETTINGS, store, FakeTracking(), "next")
    require_served_data_set(plan, stages or STAGES, session)


def test_training_on_other_data_is_refused_before_its_first_stage(store: FakeObjectStore) -> None:
    with pytest.raises(InvalidParams, match="serves a model of the data set creditcard") as refusal:
        require_on(store, "payments")
    assert "--set deploy.replace_other_data=true" in str(refusal.value)


def test_it_may_replace_what_it_is_allowed_to_or_what_is_its_own(store: FakeObjectStore) -> None:
    require_on(store, "creditcard")
    require_on(store, "payments", replace_other_data=True)
    require_on(store, "payments", "prepare", "train")  # deploys nothing


def test_a_first_deployment_and_a_model_without_files_stop_nothing(store: FakeObjectStore) -> None:
    digest = served_digest(store)
    assert data_set_of(execution_of(store), digest) == "creditcard"
    store.delete(SETTINGS.models_bucket, locations.model_archive_key(digest))
    assert data_set_of(execution_of(store), digest) is None
    require_on(store, "payments")
    store.delete(SETTINGS.config_bucket, locations.ENDPOINT)
    require_on(store, "payments")


def test_the_problem_has_both_names_and_the_remedy(store: FakeObjectStore) -> None:
    execution, digest = execution_of(store), served_digest(store)
    problem = replacement_problem(execution, serving=digest, new="claims", remedy="do this")
    assert problem is not None
    assert {"creditcard", "claims", "do"} <= set(problem.split())
    assert (
        replacement_problem(execution, serving=digest, new="creditcard", remedy="do this") is None
    )
