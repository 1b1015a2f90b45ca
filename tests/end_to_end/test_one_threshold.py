"""One threshold, from the search that chose it to the alert message and the next promotion's plan.

Every stage runs, over fakes of the services.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from fakes.data.scored_day import open_day
from fakes.data.training import EASY, NO_BARS, endpoints_over, execution_of
from fakes.ports.endpoints import FakeEndpoints
from fakes.ports.metrics import FakeMetrics
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.scores import FakeScoresTable
from fakes.ports.topic import FakeTopic
from fakes.ports.tracking import FakeTracking
from fakes.promotions.production import fake_production
from fakes.studies.tuning import session_in, tuned_in
from foundation import locations
from foundation.production.config import read_production_config
from foundation.settings import project_root
from pipeline.alert import AlertOutput, AlertParams, alert
from pipeline.data.daily_batch import make_daily_batch
from pipeline.deploy import DeployParams, deploy
from pipeline.evaluate import evaluate
from pipeline.inference.scored import ScoreOutput
from pipeline.monitor import MonitorOutput, MonitorParams, monitor
from pipeline.prepare import PrepareParams, prepare
from pipeline.score import ScoreParams, score
from pipeline.store import StoreOutput, StoreParams, store
from pipeline.train import TrainParams, train
from promotion.candidates.candidate import load_candidate
from promotion.comparison.churn import Churn
from promotion.comparison.evaluate_candidate import churn_on_stored_days
from promotion.policy import Policy
from promotion.production import ProductionSession
from promotion.promote_to_production import promote_to_production

DAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Road:
    """What each station on the road from the search to the message says."""

    tuned: float
    objects: FakeObjectStore
    production: ProductionSession
    endpoints: FakeEndpoints
    scored: ScoreOutput
    stored: StoreOutput
    alerted: AlertOutput
    topic: FakeTopic
    monitored: MonitorOutput


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Road:
    tracking = FakeTracking()
    session = session_in(tmp_path_factory.mktemp("studies"), tracking)
    tuned = tuned_in(
        session, trials=2, threshold_rule="capacity", alerts_per_day=3
    ).winner.threshold
    objects = session.objects
    assert isinstance(objects, FakeObjectStore)
    production = fake_production(objects=objects, tracking=tracking)
    promote_to_production(
        "", reason="the first", force=True, approved_by="grace", production=production
    )
    endpoints = trained_and_deployed(objects)
    make_daily_batch(objects, session.settings, day=DAY, transactions=400)
    scored = score(open_day(objects), ScoreParams(), endpoints)
    stored = store(open_day(objects), StoreParams(), FakeScoresTable())
    topic = FakeTopic()
    alerted = alert(open_day(objects), AlertParams(), objects, topic)
    monitored = monitor(open_day(objects), MonitorParams(), FakeTopic(), FakeMetrics())
    return Road(tuned, objects, production, endpoints, scored, stored, alerted, topic, monitored)


def trained_and_deployed(objects: FakeObjectStore) -> FakeEndpoints:
    prepare(execution_of(objects), PrepareParams(require_digest=False, minimum_rows=100))
    train(execution_of(objects), TrainParams(), FakeTracking())
    endpoints = endpoints_over(objects)
    anything = EASY.model_copy(update=NO_BARS)
    evaluate(execution_of(objects), anything, endpoints, FakeTracking())
    deploy(execution_of(objects), DeployParams(attempts=1), endpoints)
    return endpoints


def test_the_threshold_of_the_search_is_the_one_that_alerts(road: Road) -> None:
    settings = road.production.settings
    promoted = read_production_config(road.objects, settings)
    endpoint = json.loads(road.objects.read(settings.config_bucket, locations.ENDPOINT))
    assert road.tuned not in (0.5, 0.8)
    assert promoted is not None
    (message,) = road.topic.delivered
    at_each_station = {
        "promoted": promoted.decision_threshold,
        "deployed": endpoint["threshold"],
        "scored": road.scored.threshold,
        "stored": road.stored.threshold,
        "alerted": road.alerted.threshold,
        "message": json.loads(message.body)["threshold"],
        "monitored": road.monitored.metrics.alert_threshold,
    }
    assert at_each_station == dict.fromkeys(at_each_station, road.tuned)


def test_every_station_counts_the_same_transactions(road: Road) -> None:
    body = json.loads(road.topic.delivered[0].body)
    assert road.alerted.flagged > 0
    assert (
        road.alerted.flagged
        == road.stored.flagged
        == road.monitored.metrics.alerts
        == len(body["transactions"])
    )
    assert min(one["fraudScore"] for one in body["transactions"]) >= road.tuned


def next_plan(road: Road) -> Churn:
    candidate = load_candidate("", road.production.tracking)
    return churn_on_stored_days(candidate, None, Policy(), road.production)


def test_the_next_plan_says_that_the_deployed_model_flags_what_production_alerted(
    road: Road,
) -> None:
    churn = next_plan(road)
    assert churn.former.startswith("the deployed model")
    assert churn.total("before").count == road.alerted.flagged
    assert churn.total("before").amount == pytest.approx(road.alerted.amount)


def test_with_a_number_in_alert_yaml_plan_and_production_still_agree(
    road: Road, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    override = road.tuned / 2
    shutil.copytree(project_root() / "params", tmp_path / "params")
    file = tmp_path / "params" / "inference" / "alert.yaml"
    file.write_text(yaml.safe_dump({"threshold": override, "transactions_per_message": 100}))
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    params, again = AlertParams.from_yaml(file), "2026-11-21-b"
    score(open_day(road.objects, execution_id=again), ScoreParams(), road.endpoints)
    execution = open_day(road.objects, execution_id=again)
    alerted = alert(execution, params, road.objects, FakeTopic())
    assert alerted.flagged > road.alerted.flagged
    assert next_plan(road).total("before").count == alerted.flagged
