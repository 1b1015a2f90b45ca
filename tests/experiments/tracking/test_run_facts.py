"""Every experiment records what it was asked, what it fitted and what it drew in the same words."""

import csv
import json
from io import StringIO

import numpy as np
import polars as pl

from experiments.evaluation.fitting import FitResult
from experiments.evaluation.model_spec import ModelSpec
from experiments.tracking.run_facts import (
    all_hyperparameters,
    curves_file,
    idempotency_key,
    model_metrics,
    params_of,
    spec_params,
    table_file,
)
from experiments.tuning.params import TuneParams
from fakes.data.labelled_rows import fake_rows
from fraud.algorithms import algorithm_named
from fraud.metrics.costs import Costs
from fraud.metrics.evaluation import EvaluationRows
from fraud.model.recipe import Recipe


def test_an_execution_is_recorded_once_and_each_trial_by_hand_anew() -> None:
    assert idempotency_key("study", "run-7") == idempotency_key("study", "run-7") == "study-run-7"
    first, second = (idempotency_key("study", "interactive") for _ in range(2))
    assert first != second
    assert first.startswith("study-")


def test_the_parameters_of_a_run_name_every_hyperparameter_and_how_the_recipe_differs() -> None:
    spec = ModelSpec(
        algorithm="random_forest",
        hyperparameters={"max_depth": 3},
        recipe=Recipe(imbalance="none"),
        seed=8,
    )
    params = spec_params(spec)
    assert params["algorithm"] == "random_forest"
    assert params["seed"] == "8"
    assert params["recipe.imbalance"] == "none"
    assert params["max_depth"] == "3"
    assert all_hyperparameters(spec).keys() <= params.keys()
    defaults = algorithm_named("random_forest").checked({}).model_dump()
    assert params["n_estimators"] == str(defaults["n_estimators"])
    assert [name for name in params if name.startswith("recipe.")] == ["recipe.imbalance"]


def test_what_was_asked_for_is_recorded() -> None:
    assert params_of(TuneParams(trials=7))["asked.trials"] == "7"


def test_the_metrics_of_a_model_are_what_it_costs() -> None:
    fit = FitResult(0.9, np.zeros(2), 0.5, 0.5, seconds=1.5, microseconds_a_row=2.0, size=10)
    assert model_metrics(fit) == {"fit_seconds": 1.5, "microseconds_a_row": 2.0, "bytes": 10.0}


def test_the_curves_of_a_model_are_recorded_as_the_numbers_behind_them() -> None:
    rows = fake_rows(1, 300)
    scores = 1 / (1 + np.exp(-rows.rows[:, 0]))
    curves = json.loads(curves_file(EvaluationRows.of(rows), scores, Costs()))
    assert curves.keys() == {"precision_recall", "roc", "calibration", "cost"}
    assert {len(points) for points in curves["cost"].values()} == {len(curves["cost"]["cost"])}
    assert len(curves["cost"]["cost"]) > 10


def test_a_table_is_recorded_as_csv() -> None:
    table = pl.DataFrame({"name": ["one", "two, quoted"], "value": [1.5, None]})
    rows = list(csv.DictReader(StringIO(table_file(table).decode())))
    assert rows == [{"name": "one", "value": "1.5"}, {"name": "two, quoted", "value": ""}]
