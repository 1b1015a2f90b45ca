"""A table without time and amount passes through every stage of the pipelines, to the scores."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from catalog.labelled_splits import read_labelled
from catalog.model_archive import load_model
from catalog.prepared_data import read_manifest
from experiments.session import ExperimentSession
from fakes.data.bare_csv import SPEC
from fakes.data.scored_day import open_day
from fakes.data.training import EASY, NO_BARS, QUICK, execution_of
from fakes.ports.bare_session import bare_session
from fakes.ports.endpoints import FakeEndpoints
from fakes.ports.metrics import FakeMetrics
from fakes.ports.scores import FakeScoresTable
from fakes.ports.session import SETTINGS
from fakes.ports.topic import FakeTopic
from fakes.ports.tracking import FakeTracking
from foundation import locations
from fraud.metrics.estimates import METRICS
from fraud.scoring.model_columns import ModelColumns
from pipeline.alert import AlertParams, alert
from pipeline.data.daily_batch import make_daily_batch
from pipeline.deploy import DeployOutput, DeployParams, deploy
from pipeline.evaluate import EvaluateOutput, evaluate
from pipeline.inference.scored import read_scored
from pipeline.monitor import MonitorParams, monitor
from pipeline.prepare import PrepareParams, prepare
from pipeline.score import ScoreParams, score
from pipeline.store import StoreParams, store
from pipeline.train import train
from pipeline.training.train_output import TrainOutput

DAY = date(2026, 11, 21)
ANY = EASY.model_copy(update=NO_BARS)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExperimentSession]:
    with bare_session(tmp_path_factory.mktemp("project")) as opened:
        yield opened


@dataclass(frozen=True)
class Served:
    """A model of the training pipeline behind an endpoint; tests only look."""

    session: ExperimentSession
    trained: TrainOutput
    evaluated: EvaluateOutput
    deployed: DeployOutput
    endpoints: FakeEndpoints


@pytest.fixture(scope="module")
def served(session: ExperimentSession) -> Served:
    execution = execution_of(session.objects)
    prepare(execution, PrepareParams(data=SPEC.name, require_digest=False, minimum_rows=100))
    trained = train(execution, QUICK, FakeTracking())
    model = load_model(execution, trained.model_digest).model
    endpoints = FakeEndpoints(lambda _: model.scores, columns=ModelColumns.of(model))
    evaluated = evaluate(execution, ANY, endpoints, FakeTracking())
    deployed = deploy(execution, DeployParams(attempts=1), endpoints)
    return Served(session, trained, evaluated, deployed, endpoints)


def test_a_model_is_trained_evaluated_and_deployed(served: Served) -> None:
    assert served.trained.validation.keys() == {*METRICS} - {"precision_at_k"}
    assert served.evaluated.metrics.keys() == {*METRICS} - {"precision_at_k"}
    assert served.evaluated.largest_score_difference <= 1e-12
    shown = dict(served.deployed.endpoint_table().iter_rows())
    assert (shown["amount"], shown["time"]) == ("none", "none")
    written = served.session.execution.read(SETTINGS.config_bucket, locations.ENDPOINT)
    roles = {"amount": None, "time": None, "amount_may_be_negative": False}
    assert json.loads(written)["roles"] == roles


def test_a_day_without_amounts_is_scored_stored_alerted_and_monitored(served: Served) -> None:
    objects = served.session.objects
    digest = served.trained.data_digest
    make_daily_batch(objects, SETTINGS, day=DAY, transactions=90, data_digest=digest, force=True)
    batch = json.loads(objects.read(SETTINGS.data_bucket, locations.daily_batch_key(DAY)))
    assert all("amount" not in transaction for transaction in batch)
    execution = open_day(objects, day=DAY, settings=SETTINGS)
    assert score(execution, ScoreParams(), served.endpoints).scored == 90
    table = read_scored(execution)
    assert table["amount"].null_count() == 90
    test = read_labelled(execution, read_manifest(execution, digest), "test")
    model = load_model(execution, served.trained.model_digest).model
    expected = np.sort(model.scores(test.rows))
    np.testing.assert_allclose(table["fraud_score"].sort(), expected, rtol=1e-12)

    scores, topic = FakeScoresTable(), FakeTopic()
    assert store(execution, StoreParams(), scores).stored == 90
    assert {item.amount for item in scores.items.values()} == {None}
    alerted = alert(execution, AlertParams(threshold=0.2), objects, topic)
    assert alerted.flagged > 0
    assert alerted.amount is None
    assert "amount" not in topic.delivered[0].body.lower()
    figures = monitor(execution, MonitorParams(), topic, FakeMetrics()).metrics
    assert figures.amount is figures.alerted_amount is None


def test_an_amount_that_the_model_does_not_take_is_kept_if_it_is_valid(served: Served) -> None:
    objects = served.session.objects
    day = date(2026, 11, 22)
    features = {"age": 40, "visits": 5.5, "channel": "online"}
    one = {"timestamp": "2026-11-22T09:00:00Z", "category": "x", "features": features}
    amounts = [{"amount": 12.5}, {"amount": None}, {}, {"amount": 1e20}]
    batch = [{"id": f"t-{n}", **one, **amount} for n, amount in enumerate(amounts)]
    objects.write(SETTINGS.data_bucket, locations.daily_batch_key(day), json.dumps(batch).encode())
    execution = open_day(objects, execution_id="2026-11-22-a", day=day, settings=SETTINGS)
    output = score(execution, ScoreParams(maximum_rejected_share=0.5), served.endpoints)
    assert output.reasons == {"amount": 1}
    assert read_scored(execution)["amount"].to_list() == [12.5, None, None]
