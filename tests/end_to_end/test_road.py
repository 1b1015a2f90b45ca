"""The road end to end: a raw file becomes scores, alerts and metrics, by commands alone."""

import json
import re
from datetime import date
from pathlib import Path

import nbformat
import pytest

from fakes.processes.commands import run_ceap
from foundation import locations
from foundation.aws import client
from foundation.executions import Execution, finished_output
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from fraud.simulation.creditcard import HEADER, creditcard_like, csv_text
from local_aws.inbox import messages
from pipeline.alert import AlertOutput
from pipeline.evaluate import EvaluateOutput
from pipeline.inference.scored import read_scored
from pipeline.order import PIPELINES
from pipeline.services.endpoints import SageMakerEndpoints
from pipeline.store import StoreOutput

DAY = date(2026, 3, 7)  # no other test scores it
TRANSACTIONS = 600
SMALL = (
    "prepare.minimum_rows=1000",
    "prepare.require_digest=false",
    "evaluate.resamples=50",
    "evaluate.minimum_average_precision=0.2",
    "evaluate.minimum_recall_at_1pct_fpr=0.2",
    "train.hyperparameters={n_estimators: 60}",
)


def ceap(*words: str) -> str:
    """Run a command as a person does; return what it printed."""
    done = run_ceap(*words)
    assert done.code == 0, f"ceap {' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def road(
    local_aws: Settings, tmp_path_factory: pytest.TempPathFactory
) -> "tuple[Settings, str, str]":
    """Both pipelines, run once; their execution ids."""
    raw = tmp_path_factory.mktemp("raw") / "raw.csv"
    raw.write_text(HEADER + csv_text(creditcard_like(8_000, frauds=120, seed=1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEAP_STATE_DIRECTORY", str(local_aws.state_directory))
        patch.setenv("CEAP_ENVIRONMENT", "local")
        ceap("data", "ingest", str(raw), "--other-data")
        sets = [word for setting in SMALL for word in ("--set", setting)]
        ceap("run", "training", "--execution-id", "training-e2e", *sets)
        ceap(
            "data", "daily-batch", "--date", str(DAY), "--transactions", str(TRANSACTIONS),
            "--drift", "more-fraud",
        )  # fmt: skip
        ceap("run", "inference", "--execution-id", "inference-e2e", "--date", str(DAY))
        yield local_aws, "training-e2e", "inference-e2e"


def test_every_stage_left_its_output_and_a_notebook_that_ran_clean(
    road: tuple[Settings, str, str],
) -> None:
    settings, *execution_ids = road
    store = S3ObjectStore(settings)
    for execution_id, pipeline in zip(execution_ids, ("training", "inference"), strict=True):
        for stage in PIPELINES[pipeline]:
            assert finished_output(execution_id, stage.name, store, settings)
            key = locations.stage_key(execution_id, stage.name, "notebook.ipynb")
            notebook = nbformat.reads(store.read(settings.workflow_bucket, key).decode(), 4)
            cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
            assert all(cell.execution_count for cell in cells)
            assert any(cell.outputs for cell in cells)
            key = locations.stage_key(execution_id, stage.name, "record.json")
            assert json.loads(store.read(settings.workflow_bucket, key))["status"] == "completed"


def test_the_model_in_production_is_the_one_that_was_evaluated(
    road: tuple[Settings, str, str],
) -> None:
    settings, training, _ = road
    store = S3ObjectStore(settings)
    evaluated = Execution(training, store, settings).result("evaluate", EvaluateOutput)
    serving = json.loads(store.read(settings.config_bucket, locations.ENDPOINT))
    endpoint = SageMakerEndpoints(settings).describe(settings.endpoint_name)

    assert endpoint is not None
    assert endpoint.status == "InService"
    assert endpoint.model_digest == serving["model_digest"] == evaluated.model_digest
    assert evaluated.largest_score_difference == 0


def test_evaluation_left_no_endpoint_behind(road: tuple[Settings, str, str]) -> None:
    settings, training, _ = road
    listed = client("sagemaker", settings).list_endpoints(NameContains=training)["Endpoints"]

    assert listed == []


def test_every_transaction_of_the_day_is_in_the_table(road: tuple[Settings, str, str]) -> None:
    settings, _, inference = road
    execution = Execution(inference, S3ObjectStore(settings), settings, day=DAY)
    scored = read_scored(execution)
    query = (
        client("dynamodb", settings)
        .get_paginator("query")
        .paginate(
            TableName=settings.scores_table,
            IndexName="BatchDateIndex",
            KeyConditionExpression="batchDate = :day",
            ExpressionAttributeValues={":day": {"S": str(DAY)}},
        )
    )
    stored = {
        item["transactionId"]["S"]: float(item["fraudScore"]["N"])
        for page in query
        for item in page["Items"]
    }

    assert stored == dict(zip(scored["id"], scored["fraud_score"], strict=True))
    assert len(stored) == TRANSACTIONS


def test_every_risky_transaction_reached_the_subscribers(
    road: tuple[Settings, str, str],
) -> None:
    settings, _, inference = road
    execution = Execution(inference, S3ObjectStore(settings), settings, day=DAY)
    serving = json.loads(execution.read(settings.config_bucket, locations.ENDPOINT))
    scored = read_scored(execution)
    risky = scored.filter(scored["fraud_score"] >= serving["threshold"])["id"]
    told = "\n".join(message.message for message in messages(settings, settings.alerts_topic))

    assert len(risky) > 0
    assert all(transaction in told for transaction in risky)
    assert execution.result("alert", AlertOutput).flagged == len(risky)
    assert execution.result("store", StoreOutput).flagged == len(risky)


def test_the_day_is_remembered_for_later_comparisons(road: tuple[Settings, str, str]) -> None:
    settings, *_ = road
    written = S3ObjectStore(settings).read(settings.metrics_bucket, locations.metrics_key(DAY))

    assert json.loads(written)["day"] == str(DAY)


def test_running_a_finished_execution_again_changes_nothing(
    road: tuple[Settings, str, str],
) -> None:
    settings, _, inference = road
    store = S3ObjectStore(settings)
    key = locations.stage_output_key(inference, "store")
    before = store.read(settings.workflow_bucket, key)

    printed = ceap("run", "inference", "--execution-id", inference)

    assert printed.count("finished earlier, not run again") == 4
    assert store.read(settings.workflow_bucket, key) == before


def test_executions_are_listed_and_shown(road: tuple[Settings, str, str], tmp_path: Path) -> None:
    _, training, inference = road
    listed = ceap("executions")
    shown = ceap("executions", "show", training)
    saved = tmp_path / "evaluate.ipynb"
    ceap("executions", "notebook", training, "evaluate", "--save", str(saved))

    assert training in listed
    assert inference in listed
    assert re.search(r"evaluate\s.*finished", shown)
    assert nbformat.read(saved, 4).cells


def test_a_stage_of_a_replay_is_run_alone(road: tuple[Settings, str, str]) -> None:
    settings, _, inference = road

    ceap("run", "inference", "--replay", inference, "--from", "monitor", "--execution-id", "again")

    store = S3ObjectStore(settings)
    first = finished_output(inference, "monitor", store, settings)
    again = finished_output("again", "monitor", store, settings)
    assert first is not None
    assert again is not None
    assert again.result["findings"] == first.result["findings"]
