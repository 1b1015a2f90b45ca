"""Train: the configured model is stored with its lineage, or nothing is."""

import json
import sys
from subprocess import run as run_command
from typing import Any

import numpy as np
import pytest

from catalog.labelled_splits import read_labelled
from catalog.model_archive import load_model, read_metadata
from catalog.prepared_data import read_manifest
from fakes.data.training import (
    QUICK,
    SETTINGS,
    execution_of,
    prepare_result,
    prepared_store,
    promote,
    trained,
)
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.tracking import FakeTracking
from foundation import locations
from foundation.digests import digest_of_files
from foundation.errors import DigestMismatch, InvalidData, InvalidParams, NotFound
from foundation.executions import finished_output
from foundation.lineage import environment_digest
from foundation.production.config import read_production_config
from foundation.stores.archives import unpack
from foundation.tracking.writer import TrackedRun
from fraud.metrics.estimates import METRICS
from fraud.metrics.names import metric_name
from pipeline.train import TrainParams, train
from pipeline.training.train_output import TrainOutput

BAGS = {"bags": 3, "calibration": "platt"}


@pytest.fixture(scope="module")
def before() -> FakeObjectStore:
    return prepared_store()


@pytest.fixture
def store(before: FakeObjectStore) -> FakeObjectStore:
    copy = FakeObjectStore()
    copy.objects = dict(before.objects)
    return copy


def refusal(store: FakeObjectStore, kind: type[Exception], params: TrainParams = QUICK) -> str:
    """The message; asserts that no model and no output was left."""
    tracking = FakeTracking()
    with pytest.raises(kind) as refused:
        train(execution_of(store), params, tracking)
    assert store.keys(SETTINGS.models_bucket, "") == []
    assert finished_output("run-1", "train", store, SETTINGS) is None
    assert tracking.runs == {}
    return str(refused.value)


def test_the_model_is_stored_under_the_digest_of_everything_in_it(store: FakeObjectStore) -> None:
    output = trained(store)
    archive = store.read(SETTINGS.models_bucket, locations.model_archive_key(output.model_digest))
    files = unpack(archive)
    assert digest_of_files(files) == output.model_digest
    beside = store.read(SETTINGS.models_bucket, locations.model_metadata_key(output.model_digest))
    assert files["metadata.json"] == beside


def test_metadata_says_what_the_model_was_made_from(store: FakeObjectStore) -> None:
    output = trained(store)
    metadata = read_metadata(execution_of(store), output.model_digest)
    assert metadata.data_digest == output.data_digest == prepare_result(store).data_digest
    assert metadata.environment_digest == environment_digest()
    assert metadata.columns == [*(f"V{n}" for n in range(1, 29)), "Amount", "Time"]
    assert (metadata.algorithm, metadata.threshold) == (output.algorithm, output.threshold)
    assert "run_id" not in json.loads(metadata.to_json())


def test_golden_rows_are_validation_rows_half_of_them_frauds(store: FakeObjectStore) -> None:
    output = trained(store)
    run = execution_of(store)
    loaded = load_model(run, output.model_digest)
    manifest = read_manifest(run, output.data_digest)
    validation = read_labelled(run, manifest, "validation")
    golden = loaded.metadata.golden.matrix()
    places = [int(np.flatnonzero((validation.rows == row).all(axis=1))[0]) for row in golden]
    assert len(places) == QUICK.golden_rows
    assert validation.labels[places].sum() == QUICK.golden_rows // 2
    loaded.metadata.golden.require_scores(loaded.model.scores(golden), source="The loaded model")


def test_training_again_gives_the_same_model(store: FakeObjectStore) -> None:
    first = trained(store)
    key = locations.stage_output_key("run-1", "train")
    store.delete(SETTINGS.workflow_bucket, key)
    assert trained(store).model_digest == first.model_digest


def test_validation_metrics_are_those_of_the_model(store: FakeObjectStore) -> None:
    output = trained(store)
    assert set(output.validation) == set(METRICS)
    assert output.validation["average_precision"] > 0.9  # the data is easy
    assert output.fit_seconds > 0


def test_a_bagged_model_is_measured_on_the_rows_that_each_bag_was_fitted_without(
    store: FakeObjectStore,
) -> None:
    bagged = TrainParams(algorithm="xgboost", hyperparameters={"n_estimators": 12}, recipe=BAGS)
    tracking = FakeTracking()
    output = train(execution_of(store), bagged, tracking)
    assert (output.validation, output.learning_curve) == ({}, [])
    assert set(output.out_of_bag) == set(METRICS)
    assert 0.5 < output.out_of_bag["average_precision"] < 1  # of rows learned by heart, 1
    assert [len(curve) > 0 for curve in output.learning_curves["xgboost"]] == [True] * 3
    assert len(output.best_iterations) == 3
    assert max(output.importances, key=output.importances.__getitem__) == "V1"
    [run] = tracking.runs.values()
    assert run.metrics["out_of_bag_average_precision"] == output.out_of_bag["average_precision"]
    assert output.metric_table().columns == ["metric", "on out-of-bag rows"]


def test_a_single_model_is_measured_on_validation_rows(store: FakeObjectStore) -> None:
    output = trained(store)
    assert output.out_of_bag == {}
    table = output.metric_table()
    assert table.columns == ["metric", "on validation rows"]
    named = {metric_name(name): value for name, value in output.validation.items()}
    assert dict(table.iter_rows()) == named


def test_an_output_that_was_written_before_still_loads(store: FakeObjectStore) -> None:
    new = {"out_of_bag", "learning_curves", "best_iterations"}
    earlier = trained(store).model_dump(mode="json", exclude=new)
    assert TrainOutput.model_validate(earlier).measured_on == "validation rows"


def test_the_output_names_every_split_it_read(store: FakeObjectStore) -> None:
    output = trained(store)
    inputs = finished_output("run-1", "train", store, SETTINGS).inputs  # type: ignore[union-attr]
    manifest = read_manifest(execution_of(store), output.data_digest)
    for split in ("train", "validation"):
        key = locations.split_key(output.data_digest, split)  # type: ignore[arg-type]
        digest = inputs[f"s3://{SETTINGS.data_bucket}/{key}"]
        assert digest == manifest.splits[split].sha256  # type: ignore[index]
    assert not any("test.parquet" in read for read in inputs)


def test_a_promoted_configuration_is_trained_instead_of_the_params(store: FakeObjectStore) -> None:
    promote(store)
    output = train(execution_of(store), TrainParams(algorithm="xgboost"), FakeTracking())
    assert output.algorithm == "logistic_regression"
    assert output.source == "production config 2026-11-20-winner"
    assert output.promotion_id == "2026-11-20-winner"
    assert output.threshold == 0.25
    assert load_model(execution_of(store), output.model_digest).model.threshold == 0.25
    read = finished_output("run-1", "train", store, SETTINGS).inputs  # type: ignore[union-attr]
    assert f"s3://{SETTINGS.config_bucket}/{locations.PRODUCTION_CONFIG}" in read


def test_a_promoted_configuration_is_left_alone_when_it_is_not_wanted(
    store: FakeObjectStore,
) -> None:
    promote(store, hyperparameters={"no_such": 1})
    params = QUICK.model_copy(update={"use_production_config": False})
    output = train(execution_of(store), params, FakeTracking())
    assert (output.source, output.promotion_id) == ("params", None)


def test_a_promoted_configuration_that_was_edited_by_hand_is_refused(
    store: FakeObjectStore,
) -> None:
    promote(store)
    whole = read_production_config(store, SETTINGS)
    promote(store, decision_threshold=0.9, digest=whole.digest)  # type: ignore[union-attr]
    message = refusal(store, DigestMismatch)
    assert locations.PRODUCTION_CONFIG in message
    assert "It was not used: readers refuse" in message
    assert "ceap promotion verify --repair" in message


def test_a_promoted_configuration_that_cannot_be_read_is_refused_with_a_way_out(
    store: FakeObjectStore,
) -> None:
    store.write(SETTINGS.config_bucket, locations.PRODUCTION_CONFIG, b"algorithm: [xgboost")
    assert "ceap promotion verify --repair" in refusal(store, InvalidData)


def test_what_was_promoted_for_another_data_set_is_refused(store: FakeObjectStore) -> None:
    promote(store, lineage={"data": "payments"})
    message = refusal(store, InvalidParams)
    assert "Training from production config 2026-11-20-winner has 1 problem" in message
    assert "for the data set 'payments', and prepare left 'creditcard'" in message
    assert "train on it with ceap run training --data payments, or promote" in message
    params = QUICK.model_copy(update={"use_production_config": False})
    assert train(execution_of(store), params, FakeTracking()).promotion_id is None


def test_what_was_promoted_for_this_data_set_is_trained(store: FakeObjectStore) -> None:
    promote(store, lineage={"data": "creditcard"})
    assert trained(store).promotion_id == "2026-11-20-winner"


def test_promoted_hyperparameters_that_the_algorithm_refuses_are_refused(
    store: FakeObjectStore,
) -> None:
    promote(store, hyperparameters={"no_such": 1, "neither": 2})
    message = refusal(store, InvalidParams)
    assert "production-model-config.yaml has 2 problems" in message
    assert "no_such" in message
    assert "neither" in message


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"algorithm": "xgbost"}, r"no algorithm 'xgbost'; did you mean xgboost\?"),
        ({"hyperparameters": {"max_deph": 3}}, r"max_deph: no such .* did you mean max_depth\?"),
        ({"algorithm": "random_forest", "hyperparameters": {"max_depth": -1}}, "max_depth: "),
        ({"recipe": {"imbalence": "none"}}, r"imbalence: no such .* did you mean imbalance\?"),
        ({"recipe": {"features": ["log_amont"]}}, r"features.0: .*\(did you mean log_amount\?\)"),
        ({"recipe": {"imbalance": "smot"}}, r"recipe: imbalance: .* 'undersample' or 'smote'"),
        ({"recipe": "smote"}, "recipe: Input should be a valid dictionary"),
        ({"decision_threshold": 1.5}, "decision_threshold: "),
    ],
)
def test_what_no_algorithm_accepts_is_refused_before_anything_runs(params: Any, told: str) -> None:
    with pytest.raises(InvalidParams, match=told):
        TrainParams.checked(params, source="train.yaml")


@pytest.mark.parametrize("split", ["train", "validation"])
def test_a_split_that_was_changed_since_prepare_is_refused(
    store: FakeObjectStore, split: Any
) -> None:
    digest = prepare_result(store).data_digest
    test_split = store.read(SETTINGS.data_bucket, locations.split_key(digest, "test"))
    store.write(SETTINGS.data_bucket, locations.split_key(digest, split), test_split)
    message = refusal(store, DigestMismatch)
    assert f"{split}.parquet" in message
    assert "Run prepare again" in message


def test_without_prepared_data_it_says_which_stage_to_run() -> None:
    assert "Stage prepare of execution run-1 has not finished" in refusal(
        FakeObjectStore(), NotFound
    )


def test_the_tracking_server_is_told_what_the_model_was_made_from(store: FakeObjectStore) -> None:
    tracking = FakeTracking()
    output = trained(store, tracking)
    run = tracking.runs[output.run_id or ""]
    metadata = read_metadata(execution_of(store), output.model_digest)
    assert run.experiment == "training"
    assert (
        run.tags.items()
        >= {
            "execution_id": "run-1",
            "notebook": "training/2_train.ipynb",
            "algorithm": "logistic_regression",
            "model_digest": output.model_digest,
            "data_digest": output.data_digest,
            "environment_digest": metadata.environment_digest,
            "config_digest": metadata.config_digest,
            "recipe": "plain",
            "split": "stratified",
            "seed": "42",
            "simulated": "false",
            "git_dirty": str(metadata.git_dirty).lower(),
        }.items()
    )
    assert run.tags.get("git_commit") == metadata.git_commit
    assert run.params == {name: str(value) for name, value in output.hyperparameters.items()}
    assert run.metrics["validation_average_precision"] == output.validation["average_precision"]
    assert tracking.artifacts[output.run_id or ""]["metadata.json"] == metadata.to_json()


def test_a_tracking_server_that_is_down_costs_no_model(store: FakeObjectStore) -> None:
    output = trained(store, FakeTracking(down=True))
    assert output.run_id is None
    assert "told to be down" in (output.tracking_problem or "")
    assert "train/run.json" in (output.tracking_problem or "")
    assert load_model(execution_of(store), output.model_digest).digest == output.model_digest
    kept = TrackedRun.model_validate_json(execution_of(store).read_from("train", "run.json"))
    assert kept.tags["model_digest"] == output.model_digest
    assert execution_of(store).result("train", TrainOutput) == output


def test_a_model_of_simulated_data_says_so() -> None:
    tracking = FakeTracking()
    output = trained(prepared_store(simulated=True), tracking)
    assert output.simulated
    assert tracking.runs[output.run_id or ""].tags["simulated"] == "true"


def test_nothing_heavy_is_imported_to_check_parameters() -> None:
    """The runner imports this module for its parameters before any kernel starts."""
    script = (
        "import sys, pipeline.train; "
        "print(sorted({'polars', 'numpy', 'xgboost', 'sklearn', 'mlflow', 'boto3', 'matplotlib'} "
        "& set(sys.modules)))"
    )
    done = run_command([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_configuration_that_was_chosen_on_other_rows_is_noted(store: FakeObjectStore) -> None:
    promote(store, lineage={"data": "creditcard", "data_digest": "0" * 64})
    [note] = trained_as_promoted(store).notes
    assert note.startswith("The promoted configuration was chosen on other rows of creditcard")
    assert note.endswith("--set prepare.method=time")


def test_a_configuration_that_was_chosen_on_these_rows_is_not(store: FakeObjectStore) -> None:
    own = prepare_result(store).data_digest
    promote(store, lineage={"data": "creditcard", "data_digest": own})
    assert trained_as_promoted(store).notes == ()


def trained_as_promoted(store: FakeObjectStore) -> TrainOutput:
    return train(execution_of(store), TrainParams(algorithm="xgboost"), FakeTracking())
