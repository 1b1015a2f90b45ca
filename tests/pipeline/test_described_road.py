"""The road of a described data set: texts and missing values, from the raw file to the scores."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest

from catalog.labelled_splits import read_labelled
from catalog.model_archive import load_model, read_metadata
from catalog.prepared_data import read_manifest
from fakes.endpoints import FakeEndpoints
from fakes.object_store import FakeObjectStore
from fakes.payments import endpoints_of, prepared_payments
from fakes.scored_day import open_day
from fakes.tracking import FakeTracking
from fakes.training import EASY, SETTINGS, execution_of, trained
from foundation import locations
from foundation.errors import InvalidData
from fraud.model.fraud_model import FraudModel
from pipeline.data.daily_batch import make_daily_batch
from pipeline.deploy import DeployOutput, DeployParams, deploy
from pipeline.evaluate import EvaluateOutput, evaluate
from pipeline.inference.scored import ScoreOutput, read_scored
from pipeline.score import ScoreParams, score
from pipeline.training.train_output import TrainOutput

DAY = date(2026, 11, 21)
NO_BARS = {
    "minimum_average_precision": 0.0,
    "minimum_accuracy": 0.0,
}  # a model that serves is enough
ANY = EASY.model_copy(update={**NO_BARS, "batch_rows": 100})
TEXTS = {"channel", "country"}


@dataclass(frozen=True)
class Road:
    """Everything up to the deployment. Tests only look."""

    store: FakeObjectStore
    endpoints: FakeEndpoints
    trained: TrainOutput
    evaluated: EvaluateOutput
    deployed: DeployOutput

    def model(self) -> FraudModel:
        return load_model(execution_of(self.store), self.trained.model_digest).model

    def again(self) -> "Road":
        store = FakeObjectStore()
        store.objects = dict(self.store.objects)
        return Road(store, self.endpoints, self.trained, self.evaluated, self.deployed)


@pytest.fixture(scope="module")
def travelled() -> Road:
    store = prepared_payments()
    model = trained(store)
    endpoints = endpoints_of(store, model.model_digest)
    judged = evaluate(execution_of(store), ANY, endpoints, FakeTracking())
    deployed = deploy(execution_of(store), DeployParams(attempts=1), endpoints)
    return Road(store, endpoints, model, judged, deployed)


@pytest.fixture
def road(travelled: Road) -> Road:
    return travelled.again()


def batch_of(road: Road, transactions: int = 300, **wanted: Any) -> list[dict[str, Any]]:
    make_daily_batch(road.store, SETTINGS, day=DAY, transactions=transactions, force=True, **wanted)
    data = road.store.read(SETTINGS.data_bucket, locations.daily_batch_key(DAY))
    batch: list[dict[str, Any]] = json.loads(data)
    return batch


def deliver(road: Road, batch: list[dict[str, Any]]) -> None:
    data = json.dumps(batch).encode()
    road.store.write(SETTINGS.data_bucket, locations.daily_batch_key(DAY), data)


def scored(road: Road, **params: Any) -> ScoreOutput:
    execution = open_day(road.store, day=DAY, settings=SETTINGS)
    return score(execution, ScoreParams(**params), road.endpoints)


def scores(road: Road) -> dict[str, float]:
    table = read_scored(open_day(road.store, day=DAY, settings=SETTINGS))
    return dict(table.select("id", "fraud_score").iter_rows())


def rejected(road: Road) -> list[dict[str, Any]]:
    key = locations.stage_key("2026-11-21-a", "score", "rejected.json")
    listed: list[dict[str, Any]] = json.loads(road.store.read(SETTINGS.workflow_bucket, key))
    return listed


def test_an_evaluated_model_is_served_with_the_scores_it_has_in_process(road: Road) -> None:
    assert road.evaluated.largest_score_difference <= 1e-12
    run = execution_of(road.store)
    test = read_labelled(run, read_manifest(run, road.trained.data_digest), "test")
    assert np.isnan(test.rows).any()
    assert road.evaluated.rows == len(test.labels)


def test_golden_rows_may_miss_values_and_are_checked_when_deployed(road: Road) -> None:
    metadata = read_metadata(execution_of(road.store), road.trained.model_digest)
    assert road.deployed.golden_rows_checked == len(metadata.golden.rows) == 8


def test_endpoint_json_names_the_texts_and_the_gaps(road: Road) -> None:
    said = json.loads(road.store.read(SETTINGS.config_bucket, locations.ENDPOINT))
    model = road.model()
    assert {name: tuple(texts) for name, texts in said["categories"].items()} == model.categories
    assert said["categories"].keys() == TEXTS
    assert said["may_miss"] == ["customer_age_years"]
    shown = dict(road.deployed.endpoint_table().iter_rows())
    assert "channel (4 texts)" in shown["categories"]
    assert shown["may_miss"] == "customer_age_years"


def test_a_day_holds_texts_and_nulls_and_none_of_it_is_set_aside(road: Road) -> None:
    batch = batch_of(road)
    ages = [one["features"]["customer_age_years"] for one in batch]
    assert None in ages
    assert {type(one["features"]["channel"]) for one in batch} == {str}
    assert [one["category"] for one in batch] == [one["features"]["channel"] for one in batch]
    assert all(one["id"].startswith("20261121-") for one in batch)
    assert all(one["timestamp"].startswith("2026-11-21T") for one in batch)
    output = scored(road)
    assert (output.scored, output.rejected) == (300, 0)
    assert set(scores(road)) == {one["id"] for one in batch}


def test_scores_of_a_day_are_those_of_the_model_on_its_held_out_rows(road: Road) -> None:
    run = execution_of(road.store)
    test = read_labelled(run, read_manifest(run, road.trained.data_digest), "test")
    batch_of(road, transactions=len(test.labels))
    scored(road, batch_rows=37)
    expected = np.sort(road.model().scores(test.rows))
    assert len(np.unique(expected)) > 100
    np.testing.assert_allclose(sorted(scores(road).values()), expected, rtol=1e-12)


def test_an_unknown_text_and_a_missing_one_get_the_same_score(road: Road) -> None:
    one = batch_of(road, 1)[0]
    absent = {name: value for name, value in one["features"].items() if name != "channel"}
    variants = [{**absent, "channel": "pigeon"}, {**absent, "channel": None}, absent]
    deliver(road, [{**one, "id": f"t-{n}", "features": f} for n, f in enumerate(variants)])
    assert scored(road).scored == 3
    found = list(scores(road).values())
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
    road: Road, feature: str, value: object, rule: str
) -> None:
    batch = batch_of(road, 40)
    batch[7]["features"][feature] = value
    deliver(road, batch)
    assert scored(road).reasons == {rule: 1}
    assert rejected(road)[0]["transaction"]["features"][feature] == value


def test_an_endpoint_json_from_before_texts_refuses_a_batch_that_has_some(road: Road) -> None:
    key = (SETTINGS.config_bucket, locations.ENDPOINT)
    old = json.loads(road.store.objects[key])
    del old["categories"], old["may_miss"]
    road.store.write(*key, json.dumps(old).encode())
    batch_of(road, 20)
    with pytest.raises(InvalidData, match="features_not_finite"):
        scored(road)
