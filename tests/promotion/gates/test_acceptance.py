"""What production could not make or serve is refused."""

import json
from dataclasses import replace
from typing import Any

import pytest

from catalog.recorded_runs import MODEL_FILES
from fakes.ports.tracking import FakeTracking
from fakes.promotions.candidates import (
    COMMITTED,
    GateInputs,
    refused,
    with_changed_run,
)
from fraud.features.history import SpendingWindows
from fraud.model.description import DESCRIPTION
from fraud.model.recipe import PLAIN
from promotion.candidates.candidate import Candidate, load_candidate
from promotion.gates.acceptance import hyperparameters_gate

PAST = SpendingWindows(entity="customer", days=(1,))


def recorded_with(inputs: GateInputs, **described: Any) -> Candidate:
    """A candidate whose model.json says something else, read from the tracking server."""
    run_id = inputs.candidate.facts.run_id
    other = FakeTracking()
    other.runs, other.artifacts = dict(inputs.tracking.runs), dict(inputs.tracking.artifacts)
    name = f"{MODEL_FILES}{DESCRIPTION}"
    content = json.loads(other.artifacts[run_id][name]) | described
    files = {**other.artifacts[run_id], name: json.dumps(content).encode()}
    other.artifacts[run_id] = files
    return with_changed_run(load_candidate(run_id, other), tags=COMMITTED)


def test_hyperparameters_of_an_older_and_wider_range_are_refused(inputs: GateInputs) -> None:
    model = inputs.candidate.recorded.model
    wide = recorded_with(inputs, hyperparameters={**model.hyperparameters, "C": -1.0})
    reason = refused(inputs.gates(candidate=wide))["hyperparameters"]
    assert "logistic_regression: C: " in reason
    assert "not -1.0" in reason


def test_a_hyperparameter_that_is_no_more_is_refused(inputs: GateInputs) -> None:
    old = recorded_with(inputs, hyperparameters={"penalty": "l1"})
    assert "penalty: no such parameter" in refused(inputs.gates(candidate=old))["hyperparameters"]


@pytest.mark.parametrize(
    ("described", "problem"),
    [({"threshold": 1.5}, "its threshold is 1.5"), ({"seed": -1}, "its seed is -1")],
)
def test_what_training_would_not_take_is_refused(
    described: dict[str, Any], problem: str, inputs: GateInputs
) -> None:
    odd = recorded_with(inputs, **described)
    assert problem in refused(inputs.gates(candidate=odd))["hyperparameters"].lower()


def test_a_recipe_that_production_refuses_is_refused(inputs: GateInputs) -> None:
    model = inputs.candidate.recorded.model
    recipe = PLAIN.model_copy(update={"bags": 50})
    described = model.description.model_copy(update={"recipe": recipe})
    reason = hyperparameters_gate(replace(model, description=described)).reason
    assert reason.startswith("Production refuses its recipe: bags:")


def test_features_that_only_experiments_compute_are_refused(inputs: GateInputs) -> None:
    recorded = replace(inputs.candidate.recorded, history=(PAST,))
    found = inputs.gates(candidate=replace(inputs.candidate, recorded=recorded))
    assert "spending_windows of each customer" in refused(found)["servable"]
