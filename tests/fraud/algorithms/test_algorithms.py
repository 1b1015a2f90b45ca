"""Whatever tuning suggests production accepts; listing the algorithms costs no library."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.labelled_rows import weights_of
from fakes.studies.trial import RandomTrial
from foundation.errors import InvalidParams
from fraud.algorithms import ALGORITHMS, algorithm_named

every_algorithm = pytest.mark.parametrize("name", ALGORITHMS)


@every_algorithm
@given(seed=st.integers(0, 2**32 - 1))
def test_whatever_tuning_suggests_production_accepts(name: str, seed: int) -> None:
    algorithm, trial = ALGORITHMS[name], RandomTrial(seed)
    suggested = algorithm.suggest(trial)
    assert algorithm.checked(json.loads(json.dumps(suggested.model_dump()))) == suggested
    assert trial.drawn.items() <= suggested.model_dump().items()


@every_algorithm
def test_tuning_searches_more_than_one_hyperparameter(name: str) -> None:
    trial = RandomTrial(seed=0)
    ALGORITHMS[name].suggest(trial)
    assert len(trial.drawn) >= 2


@every_algorithm
def test_no_hyperparameter_is_needed(name: str) -> None:
    assert ALGORITHMS[name].checked({}).model_dump()


@every_algorithm
def test_hyperparameters_are_plain_numbers(name: str) -> None:
    values = ALGORITHMS[name].checked({}).model_dump().values()
    assert {type(value) for value in values} <= {int, float}


@every_algorithm
def test_every_wrong_hyperparameter_is_named_at_once(name: str) -> None:
    [weight, *_] = weights_of(name)
    with pytest.raises(InvalidParams, match=name) as refused:
        ALGORITHMS[name].checked({f"{weight[:-2]}th": 2, weight: -1})
    assert f"did you mean {weight}?" in str(refused.value)
    assert "greater than 0" in str(refused.value)


def test_an_unknown_algorithm_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InvalidParams, match="did you mean lightgbm"):
        algorithm_named("lightgmb")


def test_these_are_the_algorithms() -> None:
    assert list(ALGORITHMS) == [
        "xgboost", "lightgbm", "random_forest", "neural_network", "logistic_regression",
        "blend",
    ]  # fmt: skip


def test_listing_the_algorithms_loads_no_library() -> None:
    heavy = "{'xgboost', 'lightgbm', 'sklearn', 'torch', 'skorch', 'skops', 'optuna', 'pandas'}"
    question = f"import sys, fraud.model.fraud_model; print(sorted({heavy} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
