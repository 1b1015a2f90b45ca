"""Texts and missing values pass through every stage, from the raw file to the scores."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catalog.labelled_splits import read_labelled
from catalog.model_archive import load_model, read_metadata
from catalog.prepared_data import read_manifest, read_split
from fakes.data.payments import endpoints_of, prepared_payments
from fakes.data.scored_day import open_day
from fakes.data.training import EASY, NO_BARS, SETTINGS, execution_of, trained
from fakes.ports.endpoints import FakeEndpoints
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.tracking import FakeTracking
from foundation import locations
from foundation.errors import InvalidData
from fraud.model.fraud_model import FraudModel
from pipeline.data.daily_batch import make_daily_batch
from pipeline.data.delivery import Deliveries
from pipeline.deploy import DeployOutput, DeployParams, deploy
from pipeline.evaluate import EvaluateOutput, evaluate
from pipeline.inference.scored import ScoreOutput, read_entities, read_scored
from pipeline.score import ScoreParams, score
from pipeline.training.train_output import TrainOutput

DAY = date(2026, 11, 21)
ANY = EASY.model_copy(update={**NO_BARS, "batch_rows": 100})
TEXTS = {"channel", "country"}


@dataclass(frozen=True)
class PipelineRun:
    """Everything up to the deployment. Tests only look."""

    store: FakeObjectStore
    endpoints: FakeEndpoints
    trained: TrainOutput
    evaluated: EvaluateOutput
    deployed: DeployOutput

    def model(self) -> FraudModel:
        return load_model(execution_of(self.store), self.trained.model_digest).model

    def again(self) -> "PipelineRun":
        store = FakeObjectStore()
        store.objects = dict(self.store.objects)
        return PipelineRun(store, self.endpoints, self.trained, self.evaluated, self.deployed)


@pytest.fixture(scope="module")
def pipeline_run() -> PipelineRun:
    store = prepared_payments()
    model = trained(store)
    endpoints = endpoints_of(store, model.model_digest)
    judged = evaluate(execution_of(store), ANY, endpoints, FakeTracking())
    deployed = deploy(execution_of(store), DeployParams(attempts=1), endpoints)
    return PipelineRun(store, endpoints, model, judged, deployed)


@pytest.fixture
def run(pipeline_run: PipelineRun) -> PipelineRun:
    return pipeline_run.again()


def batch_of(run: PipelineRun, transactions: int = 300, **wanted: Any) -> list[dict[str, Any]]:
    make_daily_batch(run.store, SETTINGS, day=DAY, transactions=transactions, force=True, **wanted)
    data = run.store.read(SETTINGS.data_bucket, locations.daily_batch_key(DAY))
    batch: list[dict[str, Any]] = json.loads(data)
    return batch


def deliver(run: PipelineRun, batch: list[dict[str, Any]]) -> None:
    data = json.dumps(batch).encode()
    run.store.write(SETTINGS.data_bucket, locations.daily_batch_key(DAY), data)


def scored(run: PipelineRun, **params: Any) -> ScoreOutput:
    execution = open_day(run.store, day=DAY, settings=SETTINGS)
    return score(execution, ScoreParams(**params), run.endpoints)


def scores(run: PipelineRun) -> dict[str, float]:
    table = read_scored(open_day(run.store, day=DAY, settings=SETTINGS))
    return dict(table.select("id", "fraud_score").iter_rows())


def rejected(run: PipelineRun) -> list[dict[str, Any]]:
    key = locations.stage_key("2026-11-21-a", "score", "rejected.json")
    listed: list[dict[str, Any]] = json.loads(run.store.read(SETTINGS.workflow_bucket, key))
    return listed


def test_an_evaluated_model_is_served_with_the_scores_it_has_in_process(run: PipelineRun) -> None:
    assert run.evaluated.largest_score_difference <= 1e-12
    execution = execution_of(run.store)
    test = read_labelled(execution, read_manifest(execution, run.trained.data_digest), "test")
    assert np.isnan(test.rows).any()
    assert run.evaluated.rows == len(test.labels)


def test_golden_rows_may_miss_values_and_are_checked_when_deployed(run: PipelineRun) -> None:
    metadata = read_metadata(execution_of(run.store), run.trained.model_digest)
    assert run.deployed.golden_rows_checked == len(metadata.golden.rows) == 8


def test_endpoint_json_names_the_texts_and_the_gaps(run: PipelineRun) -> None:
    said = json.loads(run.store.read(SETTINGS.config_bucket, locations.ENDPOINT))
    model = run.model()
    assert {name: tuple(texts) for name, texts in said["categories"].items()} == model.categories
    assert said["categories"].keys() == TEXTS
    assert said["may_miss"] == ["customer_age_years"]
    shown = dict(run.deployed.endpoint_table().iter_rows())
    assert "channel (4 texts)" in shown["categories"]
    assert shown["may_miss"] == "customer_age_years"


def test_a_day_holds_texts_and_nulls_and_none_of_it_is_set_aside(run: PipelineRun) -> None:
    batch = batch_of(run)
    ages = [one["features"]["customer_age_years"] for one in batch]
    assert None in ages
    assert {type(one["features"]["channel"]) for one in batch} == {str}
    assert [one["category"] for one in batch] == [one["features"]["channel"] for one in batch]
    assert all(one["id"].startswith("20261121-") for one in batch)
    assert all(one["timestamp"].startswith("2026-11-21T") for one in batch)
    assert all(one["entities"].keys() == {"customer", "terminal"} for one in batch)
    output = scored(run)
    assert (output.scored, output.rejected) == (300, 0)
    assert set(scores(run)) == {one["id"] for one in batch}
    table = read_scored(open_day(run.store, day=DAY, settings=SETTINGS))
    assert read_entities(table) == [one["entities"] for one in batch]


def test_a_table_is_delivered_as_the_data_that_the_deployed_model_learned_from(
    run: PipelineRun, tmp_path: Path
) -> None:
    execution = execution_of(run.store)
    test = read_split(execution, read_manifest(execution, run.trained.data_digest), "test")
    test.drop("fraud").head(200).write_csv(tmp_path / "day.csv")
    deliveries = Deliveries(run.store, SETTINGS)
    delivered, day = deliveries.read(tmp_path / "day.csv", "day.csv", DAY)
    assert deliveries.check(delivered, day).sentence == "200 of 200 would be scored, 0 set aside"
    deliveries.put(delivered, day, force=True)
    assert scored(run).scored == 200
    assert set(scores(run)) == set(test["transaction_id"].head(200))


def test_scores_of_a_day_are_those_of_the_model_on_its_held_out_rows(run: PipelineRun) -> None:
    execution = execution_of(run.store)
    test = read_labelled(execution, read_manifest(execution, run.trained.data_digest), "test")
    batch_of(run, transactions=len(test.labels))
    scored(run, batch_rows=37)
    expected = np.sort(run.model().scores(test.rows))
    assert len(np.unique(expected)) > 100
    np.testing.assert_allclose(sorted(scores(run).values()), expected, rtol=1e-12)


def test_an_unknown_text_and_a_missing_one_get_the_same_score(run: PipelineRun) -> None:
    one = batch_of(run, 1)[0]
    absent = {name: value for name, value in one["features"].items() if name != "channel"}
    variants = [{**absent, "channel": "pigeon"}, {**absent, "channel": None}, absent]
    deliver(run, [{**one, "id": f"t-{n}", "features": f} for n, f in enumerate(variants)])
    assert scored(run).scored == 3
    found = list(scores(run).values())
    np.testing.assert_allclose(found, found[0], rtol=1e-12)  # threads sum in their own order


@pytest.mark.parametrize(
    ("feature", "value", "rule"),
    [
        ("channel", 7, "features_not_text"),
        ("customer_age_years", "41", "features_not_finite"),
        ("card_age_days", None, "features_not_finite"),
    ],
)
def test_a_value_of_another_kind_costs_one_transaction(
    run: PipelineRun, feature: str, value: object, rule: str
) -> None:
    batch = batch_of(run, 40)
    batch[7]["features"][feature] = value
    deliver(run, batch)
    assert scored(run).reasons == {rule: 1}
    assert rejected(run)[0]["transaction"]["features"][feature] == value


def test_an_endpoint_json_from_before_texts_refuses_a_batch_that_has_some(run: PipelineRun) -> None:
    key = (SETTINGS.config_bucket, locations.ENDPOINT)
    old = json.loads(run.store.objects[key])
    del old["categories"], old["may_miss"]
    run.store.write(*key, json.dumps(old).encode())
    batch_of(run, 20)
    with pytest.raises(InvalidData, match="features_not_finite"):
        scored(run)
