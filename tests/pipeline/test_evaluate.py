"""Evaluate: metrics of the served model, evidence that is kept, and an endpoint that is removed."""

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from catalog.model_archive import load_model
from fakes.data.training import (
    EASY,
    SETTINGS,
    endpoints_over,
    evaluated,
    execution_of,
    prepare_result,
    prepared_store,
    trained,
)
from fakes.ports.endpoints import FakeEndpoints
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.tracking import FakeTracking
from foundation import locations
from foundation.errors import (
    DigestMismatch,
    GateFailed,
    InvalidData,
    NotFound,
    Unavailable,
)
from foundation.executions import finished_output
from fraud.metrics.estimates import METRICS
from pipeline.evaluate import (
    EvaluateOutput,
    EvaluateParams,
    Evaluation,
    evaluate,
    finish_evaluation,
)
from pipeline.training.evidence import ScoredSplit
from pipeline.training.temporary_endpoint import temporary_endpoint_name
from pipeline.training.train_output import TrainOutput

PLOTS = ("precision_recall.png", "roc.png", "calibration.png", "score_distribution.png")
PNG = b"\x89PNG\r\n\x1a\n"
LABELS = (np.arange(10) % 5 == 0).astype(np.int8)
NAME = temporary_endpoint_name("run-1")


@pytest.fixture(scope="module")
def before() -> FakeObjectStore:
    store = prepared_store()
    trained(store)
    return store


@pytest.fixture
def store(before: FakeObjectStore) -> FakeObjectStore:
    copy = FakeObjectStore()
    copy.objects = dict(before.objects)
    return copy


@pytest.fixture
def endpoints(store: FakeObjectStore) -> FakeEndpoints:
    return endpoints_over(store)


def refusal(
    store: FakeObjectStore,
    endpoints: FakeEndpoints,
    kind: type[BaseException],
    params: EvaluateParams = EASY,
) -> str:
    """The message; asserts that no endpoint is left, and no result that deploy would take."""
    with pytest.raises(kind) as refused:
        evaluate(execution_of(store), params, endpoints, FakeTracking())
    assert endpoints.endpoints == {}
    assert endpoints.configs == {}
    assert finished_output("run-1", "evaluate", store, SETTINGS) is None
    return str(refused.value)


def evidence(store: FakeObjectStore, file: str) -> bytes:
    return execution_of(store).read_from("evaluate", file)


@dataclass(frozen=True)
class Passed:
    """An evaluation that passed, and everything it touched. Tests only look."""

    store: FakeObjectStore
    endpoints: FakeEndpoints
    tracking: FakeTracking
    output: EvaluateOutput


@pytest.fixture(scope="module")
def passed() -> Passed:
    store, tracking = prepared_store(), FakeTracking()
    trained(store, tracking)
    endpoints = endpoints_over(store)
    return Passed(
        store, endpoints, tracking, evaluate(execution_of(store), EASY, endpoints, tracking)
    )


def test_every_metric_comes_with_an_interval_around_it(passed: Passed) -> None:
    metrics = passed.output.metrics
    assert set(metrics) == set(METRICS)
    ranking = metrics["average_precision"]
    assert 0.8 < ranking.low <= ranking.value <= ranking.high <= 1
    assert (passed.output.rows, passed.output.frauds) == (180, 18)
    assert execution_of(passed.store).result("evaluate", EvaluateOutput) == passed.output


def test_metrics_are_those_of_the_trained_model_on_the_test_split(passed: Passed) -> None:
    model = execution_of(passed.store).result("train", TrainOutput).model_digest
    assert passed.output.model_digest == model
    assert passed.output.largest_score_difference <= 1e-12
    assert sum(rows for _, rows in passed.endpoints.requests) == 180 + 8  # and the golden rows
    assert {name for name, _ in passed.endpoints.requests} == {NAME}


def test_the_temporary_endpoint_is_gone_afterwards(passed: Passed) -> None:
    assert [name for name, _ in passed.endpoints.deployments] == [NAME]
    assert passed.endpoints.endpoints == {}
    assert passed.endpoints.configs == {}


def test_evidence_is_left_beside_the_output(passed: Passed) -> None:
    measured = json.loads(evidence(passed.store, "metrics.json"))
    assert measured["model_digest"] == passed.output.model_digest
    assert measured["metrics"]["recall"]["value"] == passed.output.metrics["recall"].value
    assert measured["bars"] == {
        "accuracy": 0.9, "average_precision": 0.7, "recall_at_1pct_fpr": 0.75,
    }  # fmt: skip
    drawn = json.loads(evidence(passed.store, "curves.json"))
    assert set(drawn) == {"precision_recall", "roc", "calibration"}
    for plot in PLOTS:
        assert evidence(passed.store, plot).startswith(PNG)


def test_the_run_of_the_model_gets_its_test_metrics_and_plots(passed: Passed) -> None:
    run_id = execution_of(passed.store).result("train", TrainOutput).run_id or ""
    logged, recall = passed.tracking.runs[run_id].metrics, passed.output.metrics["recall"]
    assert passed.output.run_id == run_id
    assert logged["test_recall"] == recall.value
    assert logged["test_recall_low"] == recall.low
    assert logged["test_recall_high"] == recall.high
    assert "validation_recall" in logged
    assert set(PLOTS) <= set(passed.tracking.artifacts[run_id])


def test_a_run_that_could_not_be_logged_by_train_is_logged_now(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    store.delete(SETTINGS.workflow_bucket, locations.stage_output_key("run-1", "train"))
    trained(store, FakeTracking(down=True))
    tracking = FakeTracking()
    output = evaluate(execution_of(store), EASY, endpoints, tracking)
    logged = tracking.runs[output.run_id or ""]
    assert logged.tags["model_digest"] == output.model_digest
    assert "test_recall" in logged.metrics
    assert output.tracking_problem is None


def test_a_tracking_server_that_is_down_fails_no_good_model(passed: Passed) -> None:
    trained_model = execution_of(passed.store).result("train", TrainOutput)
    split = ScoredSplit(LABELS, LABELS * 0.9, 0.5, passed.output.metrics)
    store = FakeObjectStore()
    output = finish_evaluation(
        execution_of(store),
        Evaluation(trained_model, split, {}, 0.0, {}),
        FakeTracking(down=True),
    )
    assert "told to be down" in (output.tracking_problem or "")
    assert output.run_id == trained_model.run_id
    assert finished_output("run-1", "evaluate", store, SETTINGS) is not None


def test_a_model_below_the_bars_is_refused_with_every_shortfall_and_its_evidence_stays(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    bars = {"minimum_average_precision": 1.0, "minimum_precision": 1.0, "minimum_recall": 1.0}
    params = EASY.model_copy(update={**bars, "minimum_accuracy": 0.5})
    message = refusal(store, endpoints, GateFailed, params)
    assert re.search(r"average precision is 0\.\d{4} \(0\.\d{4}–[01]\.\d{4}\), needs 1", message)
    assert re.search(r"; recall at the threshold is 0\.\d{4} \(.*\), needs 1", message)
    assert "accuracy is" not in message
    assert "It was not deployed; production is unchanged." in message
    assert f"s3://{SETTINGS.workflow_bucket}/executions/run-1/evaluate/" in message
    assert json.loads(evidence(store, "metrics.json"))["bars"]["recall"] == 1.0
    for plot in PLOTS:
        assert evidence(store, plot).startswith(PNG)


def test_the_run_of_a_refused_model_shows_what_it_lacked(passed: Passed) -> None:
    run_id = execution_of(passed.store).result("train", TrainOutput).run_id or ""
    tracking, split = FakeTracking(), ScoredSplit(LABELS, LABELS * 0.9, 0.5, passed.output.metrics)
    tracking.runs, tracking.artifacts = {run_id: passed.tracking.runs[run_id]}, {run_id: {}}
    trained_model = execution_of(passed.store).result("train", TrainOutput)
    refused = Evaluation(trained_model, split, {"roc.png": PNG}, 0.0, {"recall": 1.0})
    with pytest.raises(GateFailed):
        finish_evaluation(execution_of(passed.store), refused, tracking)
    assert "test_recall" in tracking.runs[run_id].metrics
    assert tracking.artifacts[run_id] == {"roc.png": PNG}


@pytest.mark.parametrize(
    ("misbehaviour", "kind", "said"),
    [
        ("is gone", NotFound, f"there is no endpoint {NAME}"),
        ("is slow", Unavailable, "Read timeout"),
        ("answers 500", Unavailable, "500"),
        ("answers NaN", InvalidData, "answered nan"),
        ("answers 1.5", InvalidData, "answered 1.5"),
        ("answers too few", InvalidData, "Every row must get a score"),
        ("answers no JSON", InvalidData, "<html>"),
    ],
)
def test_an_endpoint_that_misbehaves_is_named_and_removed(
    store: FakeObjectStore, endpoints: FakeEndpoints, misbehaviour: Any, kind: Any, said: str
) -> None:
    endpoints.fail_next(misbehaviour, times=100)
    message = refusal(store, endpoints, kind)
    assert said in message
    assert NAME in message


def test_the_stop_button_removes_the_endpoint_too(store: FakeObjectStore) -> None:
    def stopped(rows: Any) -> Any:
        raise KeyboardInterrupt

    refusal(store, FakeEndpoints(lambda digest: stopped), KeyboardInterrupt)


def test_an_endpoint_that_does_not_come_up_is_removed(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    endpoints.refuse_deployments("The container did not pass its health check")
    assert "did not pass its health check" in refusal(store, endpoints, Exception)


def test_what_a_killed_attempt_left_is_removed_before_anything_else(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    left = FakeEndpoints()
    left.deploy(NAME, model_digest="a" * 64)
    endpoints.endpoints, endpoints.configs = left.endpoints, left.configs
    output = evaluated(store, endpoints)
    assert output.metrics["roc_auc"].value > 0.9
    assert endpoints.endpoints == {}
    assert endpoints.configs == {}


def test_an_endpoint_that_cannot_be_removed_is_called_expensive(store: FakeObjectStore) -> None:
    class Sticky(FakeEndpoints):
        def remove(self, name: str) -> None:
            if name in self.endpoints:
                message = f"Deleting endpoint {name} failed: ThrottlingException"
                raise Unavailable(message)

    reader = execution_of(store, "endpoint")
    endpoints = Sticky(lambda digest: load_model(reader, digest).model.scores)
    with pytest.raises(Unavailable, match=rf"{NAME} could not be removed, and costs money"):
        evaluated(store, endpoints)

    endpoints = Sticky(lambda digest: load_model(reader, digest).model.scores)
    endpoints.fail_next("answers NaN", times=100)
    with pytest.raises(InvalidData) as failed:
        evaluated(store, endpoints)
    assert "could not be removed" in "".join(failed.value.__notes__)


def test_served_scores_that_differ_from_the_model_are_refused(store: FakeObjectStore) -> None:
    reader = execution_of(store, "endpoint")

    def nearly(digest: str) -> Any:
        model = load_model(reader, digest).model
        return lambda rows: np.clip(model.scores(rows) - 1e-9, 0, 1)

    message = refusal(store, FakeEndpoints(nearly), InvalidData)
    assert "must give the scores of the model in this process" in message
    assert re.search(r"\d+ of 188 rows differ, row \d+ by 1e-09", message)
    assert "Nothing was judged or deployed" in message


def test_an_endpoint_that_serves_another_model_is_refused(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    endpoints.fail_next("changes model", times=100)
    message = refusal(store, endpoints, InvalidData)
    assert f"its answers name {'f' * 64}" in message


def test_a_test_split_that_was_changed_is_refused_before_an_endpoint_is_paid_for(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    digest = prepare_result(store).data_digest
    other = store.read(SETTINGS.data_bucket, locations.split_key(digest, "train"))
    store.write(SETTINGS.data_bucket, locations.split_key(digest, "test"), other)
    assert "test.parquet" in refusal(store, endpoints, DigestMismatch)
    assert endpoints.deployments == []


def test_without_a_trained_model_it_says_which_stage_to_run() -> None:
    store = prepared_store()
    message = refusal(store, endpoints_over(store), NotFound)
    assert "Stage train of execution run-1 has not finished" in message
