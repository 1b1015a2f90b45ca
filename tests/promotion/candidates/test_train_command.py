"""The command of a recorded model has the training pipeline make that model, to the byte."""

import math
import shlex
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model_archive import load_model
from catalog.preparation import prepare_data
from catalog.recorded_models import RecordedModel, load_recorded_model
from ceap.given_settings import parsed_overrides
from experiments.evaluation.model_spec import ModelSpec
from experiments.feature_sets import PLAIN_SET
from experiments.protocol import DataChoice
from experiments.session import ExperimentSession
from experiments.tuning.result import TuningResult
from fakes.ports.session import fake_session
from fakes.ports.tracking import FakeTracking
from fakes.studies.tuning import session_in, tuned_in
from foundation.settings import project_root
from foundation.yaml_values import yaml_word
from fraud.algorithms import ALGORITHMS
from fraud.features.history import SpendingWindows
from fraud.model.fraud_model import FraudModel
from fraud.model.recipe import Recipe
from pipeline.order import PIPELINES
from pipeline.prepare import PrepareParams, prepare
from pipeline.runs.data_set import with_data_set
from pipeline.train import TrainParams, train
from promotion.candidates.train_command import train_command

RELAXED: dict[str, Any] = {"minimum_rows": 100, "require_digest": False}
ONE = {"trials": 1, "confirm": 1, "workers": 1}


def few_trees(algorithm: str) -> dict[str, Any]:
    """Search for models of this algorithm that are soon made."""
    return {
        "algorithms": [algorithm],
        "search_space": {algorithm: {"n_estimators": {"values": [20]}}},
    }


TUNINGS: dict[str, dict[str, Any]] = {
    "plain": {"imbalance": "weights", "calibration": "none", "threshold_rule": "f1"},
    "widened, balanced and calibrated": {
        **few_trees("xgboost"), "features": "pairs", "imbalance": "smote", "seed": 7,
        "calibration": "platt", "threshold_rule": "cost", "method": "time",
    },
    "thinned out and calibrated": {
        **few_trees("lightgbm"), "features": "bins", "imbalance": "undersample", "seed": 7,
        "calibration": "isotonic", "threshold_rule": "capacity", "alerts_per_day": 5,
    },
}  # fmt: skip
RECIPE = Recipe(features=("log_amount", "hour_cycle"), imbalance="none", calibration="platt")
FEW = {"n_estimators": 15}
FEWER: dict[str, dict[str, Any]] = {
    "xgboost": FEW, "lightgbm": FEW, "random_forest": FEW, "neural_network": {"max_epochs": 3},
}  # fmt: skip

values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)
)
names = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
mappings = st.dictionaries(names, values, max_size=6)


@pytest.fixture(scope="module")
def session() -> ExperimentSession:
    return fake_session()


def overrides_in(command: str) -> dict[str, dict[str, Any]]:
    """What `ceap run` is told when a shell runs the command."""
    program, verb, pipeline, *words = shlex.split(command)
    assert (program, verb, pipeline) == ("ceap", "run", "training")
    assert words[0] == "--data"
    assert set(words[2::2]) == {"--set"}
    return with_data_set(PIPELINES["training"], parsed_overrides(words[3::2]), words[1])


def prepare_for(session: ExperimentSession, method: Any) -> None:
    """Deal the small raw file as the tuning will ask for it."""
    wanted = DataChoice(method=method).preparation
    prepare_data(session.execution, wanted.model_copy(update=RELAXED))


def made_by(command: str, session: ExperimentSession) -> FraudModel:
    """Prepare and train over the fakes as the command says."""
    overrides = overrides_in(command)
    files = project_root() / "params" / "training"
    prepare(
        session.execution,
        PrepareParams.from_yaml(files / "prepare.yaml", **RELAXED, **overrides["prepare"]),
    )
    params = TrainParams.from_yaml(files / "train.yaml", **overrides["train"])
    output = train(session.execution, params, FakeTracking())
    return load_model(session.execution, output.model_digest).model


def recorded(model: FraudModel, **changed: Any) -> RecordedModel:
    run: Any = SimpleNamespace(tags={"data": "creditcard", "split": "stratified"})
    return replace(RecordedModel(run, model, ()), **changed)


@pytest.mark.parametrize("asked", TUNINGS.values(), ids=TUNINGS)
def test_training_what_tuning_found_gives_the_winner_to_the_byte(
    asked: dict[str, Any], tmp_path: Path
) -> None:
    session = session_in(tmp_path)
    prepare_for(session, asked.get("method", "stratified"))
    tuned: TuningResult = tuned_in(session, **ONE, **asked)
    command = train_command(load_recorded_model(session.tracking, tuned.run_id or ""))
    made = made_by(command, session)
    assert made.to_files() == tuned.winner.model.to_files()
    assert made.threshold == tuned.winner.threshold
    assert made.recipe.calibration == asked["calibration"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_is_made_again_with_its_recipe(
    algorithm: str, session: ExperimentSession
) -> None:
    development = session.development(DataChoice(), PLAIN_SET)
    candidate = ModelSpec(
        algorithm=algorithm, hyperparameters=FEWER.get(algorithm, {}), recipe=RECIPE, seed=3
    )
    train_rows, stop = development.train, development.validation
    model = candidate.refitted(candidate.fit(train_rows, stop), train_rows, stop)
    assert made_by(train_command(recorded(model)), session).to_files() == model.to_files()


@given(value=st.one_of(values, mappings, st.fixed_dictionaries({"features": st.lists(mappings)})))
def test_every_value_is_read_back_as_it_was(value: Any) -> None:
    word = f"train.recipe={yaml_word(value)}"
    assert shlex.split(shlex.quote(word)) == [word]
    read = parsed_overrides([word])["train"]["recipe"]
    assert read == value
    assert type(read) is type(value)


@given(
    hyperparameters=mappings,
    threshold=st.floats(0, math.nextafter(1, 2)),
    seed=st.integers(0, 2**31 - 1),
    recipe=st.builds(
        Recipe,
        features=st.sampled_from([(), ("log_amount", {"amount_bins": {"bins": 7}})]),
        imbalance=st.sampled_from(["weights", "none", "undersample", "smote"]),
        smote_ratio=st.floats(1, 1e6),
    ),
)
def test_the_command_says_everything_that_decides_the_model(
    hyperparameters: dict[str, Any], threshold: float, seed: int, recipe: Recipe
) -> None:
    description = SimpleNamespace(seed=seed)
    model: Any = SimpleNamespace(
        algorithm="xgboost", hyperparameters=hyperparameters, recipe=recipe,
        threshold=threshold, description=description,
    )  # fmt: skip
    overrides = overrides_in(train_command(recorded(model)))
    assert overrides["prepare"] == {"data": "creditcard", "method": "stratified"}
    assert Recipe.checked(overrides["train"].pop("recipe"), source="command") == recipe
    assert overrides["train"] == {
        "algorithm": "xgboost", "hyperparameters": hyperparameters, "seed": seed, "threads": 1,
        "decision_threshold": threshold, "use_production_config": False,
    }  # fmt: skip


def test_a_model_that_needs_the_past_of_an_entity_has_no_command() -> None:
    model: Any = None
    past = (SpendingWindows(entity="customer", days=(1,)),)
    command = train_command(recorded(model, history=past))
    assert command.startswith("# The training pipeline cannot make this model")
    assert shlex.split(command, comments=True) == []
