"""Bad input, as a person meets it: what the command says, its exit code, and that nothing is lost.

Which message belongs to which fault in detail is held by the tests of the packages; here the whole
command is run, in this process, which is what `ceap` does after it has started.
"""

import io
import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aws_fixtures import running_aws, settings_in
from ceap.main import main
from fakes.data.scored_day import scored_day, scored_table
from fakes.ports.tracking import FakeTracking
from fakes.processes.commands import run_command
from foundation import locations
from foundation.executions import batch_days
from foundation.session import Session
from foundation.settings import Settings, project_root
from foundation.stores.object_store import S3ObjectStore
from fraud.simulation.creditcard import HEADER, creditcard_like, csv_text
from local_aws import status
from local_aws.inbox import messages
from pipeline.runs.history import ExecutionDetail, execution_detail
from pipeline.runs.planning import Runner, new_plan
from pipeline.services.scores import DynamoScoresTable

TESTS = Path(__file__).parents[1]
BAD_DAY, GOOD_DAY, MISSING_DAY = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11)
EMPTY_DAY = date(2026, 3, 8)
REFUSED, WRONG_REQUEST = 1, 2  # exit codes: the work failed; what was asked for is wrong


@dataclass(frozen=True)
class Said:
    code: int
    text: str


def ceap(*words: str, **variables: str) -> Said:
    """Run a command; anything but an answer or a refusal in words ends the test."""
    output = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["ceap", *words])
        for name, value in {"COLUMNS": "200", **variables}.items():
            patch.setenv(name, value)
        with redirect_stdout(output), redirect_stderr(output):
            code = exit_code()
    assert "Traceback" not in output.getvalue()
    return Said(code, output.getvalue())


def exit_code() -> int:
    try:
        main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


Aws = tuple[Settings, S3ObjectStore]


@pytest.fixture
def aws(local_aws_environment: Settings) -> Aws:
    return local_aws_environment, S3ObjectStore(local_aws_environment)


def everything(aws: Aws) -> dict[str, bytes]:
    """Each object of every bucket."""
    settings, store = aws
    buckets = [value for name, value in settings if name.endswith("_bucket")]
    return {f"{b}/{key}": store.read(b, key) for b in buckets for key in store.keys(b, "")}


def detail(aws: Aws, execution_id: str) -> ExecutionDetail:
    return execution_detail(execution_id, aws[1], aws[0])


# A file to learn from


def rows(count: int = 40) -> list[str]:
    return (HEADER + csv_text(creditcard_like(count, frauds=8, seed=3))).splitlines()


WRONG_FILES: list[tuple[str, str | None, str]] = [
    ("missing", None, r"NotFound  There is no file .*\. Nothing was read"),
    ("empty", "", r"InvalidData  .*given\.csv is empty. Nothing was written"),
    ("only a header", rows()[0] + "\n", r"given\.csv has a header and no rows. Nothing was inges"),
    (
        "truncated",
        "\n".join(rows())[:-40],
        r"cut off: it ends in row 40 \(it has 2\d fields, the header 31\)",
    ),
    ("wrong columns", "\n".join(rows()).replace('"V7"', '"v07"'), r"'v07' \(did you mean V7\?\)"),
]


@pytest.mark.parametrize(
    ("content", "told"), [pytest.param(*rest, id=name) for name, *rest in WRONG_FILES]
)
def test_a_wrong_file_is_not_ingested_and_the_data_that_was_there_stays(
    aws: Aws, tmp_path: Path, content: str | None, told: str
) -> None:
    before = everything(aws)
    file = tmp_path / "given.csv"
    if content is not None:
        file.write_text(content)

    said = ceap("data", "ingest", str(file), "--other-data")

    assert said.code == REFUSED
    assert re.search(told, said.text)
    assert everything(aws) == before


def test_a_file_with_another_digest_is_ingested_only_when_that_is_meant(
    aws: Aws, tmp_path: Path
) -> None:
    before = everything(aws)
    (tmp_path / "given.csv").write_text("\n".join(rows()) + "\n")

    said = ceap("data", "ingest", str(tmp_path / "given.csv"))

    assert said.code == REFUSED
    assert re.search(r"DigestMismatch .* its sha256 is \w{64}, expected \w{64}", said.text)
    assert "--other-data" in said.text
    assert everything(aws) == before


def test_bad_rows_stop_training_with_row_column_and_value_and_are_not_tried_again(aws: Aws) -> None:
    settings, store = aws
    lines = rows()
    for row, column, value in ((3, "V7", "NaN"), (5, "Amount", "ten"), (8, "Class", "2")):
        cells = lines[row].split(",")
        cells[lines[0].replace('"', "").split(",").index(column)] = value
        lines[row] = ",".join(cells)
    given = "\n".join(lines).encode() + b"\n"
    store.write(settings.data_bucket, "mine/given.csv", given)
    prepared = store.keys(settings.data_bucket, "prepared/")

    said = ceap(
        "run", "training", "--execution-id", "bad-rows", "--set", "prepare.minimum_rows=10",
        "--set", f"prepare.source=s3://{settings.data_bucket}/mine/given.csv",
        "--set", "prepare.require_digest=false",
    )  # fmt: skip

    assert said.code == REFUSED
    for told in (
        "row 3: V7 is 'NaN'", "row 5: Amount is 'ten'", "row 8: Class is '2'", "3 of 40",
        "ceap run training --execution-id bad-rows",
    ):  # fmt: skip
        assert told in said.text
    assert [len(stage.records) for stage in detail(aws, "bad-rows").stages] == [1, 0, 0, 0]
    assert store.read(settings.data_bucket, "mine/given.csv") == given
    assert store.keys(settings.data_bucket, "prepared/") == prepared


# Parameters


def test_mistyped_parameters_are_told_all_at_once_and_nothing_is_run(aws: Aws) -> None:
    before = everything(aws)

    said = ceap("run", "training", "--set", "prepare.sed=3", "--set", "trian.seed=1",
                "--set", "train.seed=soon")  # fmt: skip

    assert said.code == WRONG_REQUEST
    assert "3 problems" in said.text
    assert "--set prepare.sed: no such parameter; did you mean seed?" in said.text
    assert "trian: no such stage in training; did you mean train?" in said.text
    assert "--set train.seed: " in said.text
    assert "'soon'" in said.text
    assert everything(aws) == before


def test_a_yaml_with_two_mistakes_reports_both(aws: Aws, tmp_path: Path) -> None:
    before = everything(aws)
    for folder in ("params", "notebooks"):
        shutil.copytree(project_root() / folder, tmp_path / folder)
    alert = tmp_path / "params" / "inference" / "alert.yaml"
    alert.write_text("treshold: 0.8\ntransactions_per_message: 0\n")

    said = ceap("run", "inference", CEAP_PROJECT=str(tmp_path))

    assert said.code == WRONG_REQUEST
    assert f"{alert}: treshold: no such parameter; did you mean threshold?" in said.text
    assert f"{alert}: transactions_per_message: " in said.text
    assert everything(aws) == before


# A day to score


@pytest.fixture
def endpoint_json(aws: Aws) -> Iterator[None]:
    """It names an endpoint that is not there."""
    settings, store = aws
    place = settings.config_bucket, locations.ENDPOINT
    before = store.read(*place) if store.exists(*place) else None
    named = {"name": "nowhere", "model_digest": "a" * 64, "columns": ["V1", "Amount", "Time"]}
    store.write(*place, json.dumps(named).encode())
    yield
    if before is None:
        store.delete(*place)
    else:
        store.write(*place, before)


def transaction(number: int, **changes: Any) -> dict[str, Any]:
    usual = {"timestamp": "2026-03-09T09:30:00Z", "amount": 1.5, "category": "books"}
    return {"id": f"bad-{number}", **usual, "features": {"V1": 0.5}, **changes}


def test_a_day_without_a_batch_is_refused_before_anything_runs(aws: Aws) -> None:
    settings, store = aws
    store.write(settings.data_bucket, locations.daily_batch_key(GOOD_DAY), b"[]")
    before = everything(aws)

    said = ceap("run", "inference", "--date", str(MISSING_DAY))

    assert said.code == WRONG_REQUEST
    assert f"daily-batches/{MISSING_DAY}.json is not there" in said.text
    assert str(GOOD_DAY) in said.text
    assert f"ceap data daily-batch --date {MISSING_DAY}" in said.text
    assert everything(aws) == before
    assert MISSING_DAY not in batch_days(store, settings)


@pytest.mark.usefixtures("endpoint_json")
def test_a_batch_of_bad_transactions_is_set_aside_whole_and_scores_nothing(aws: Aws) -> None:
    settings, store = aws
    batch = [
        transaction(0),
        transaction(1, amount=-1),
        transaction(2, timestamp="2026-03-09T09:30:00"),
        transaction(3, features={}),
        transaction(0, amount=2.0),
    ]
    store.write(
        settings.data_bucket, locations.daily_batch_key(BAD_DAY), json.dumps(batch).encode()
    )

    said = ceap("run", "inference", "--execution-id", "bad-batch", "--date", str(BAD_DAY))

    assert said.code == REFUSED
    assert "4 of 5 transactions of 2026-03-09 were set aside" in said.text
    assert "amount 1, features_missing 1, id_conflicting 1, timestamp_zone 1" in said.text
    assert "maximum_rejected_share in params/inference/score.yaml" in said.text
    rejected = locations.stage_key("bad-batch", "score", "rejected.json")
    listed = json.loads(store.read(settings.workflow_bucket, rejected))
    assert [one["transaction"] for one in listed] == batch[1:]
    assert detail(aws, "bad-batch").stopped_at == "score"


@pytest.mark.usefixtures("endpoint_json")
def test_an_endpoint_that_is_missing_says_how_to_deploy_one_and_resuming_waits(aws: Aws) -> None:
    settings, store = aws
    batch = json.dumps([transaction(0, timestamp=f"{GOOD_DAY}T09:30:00Z")]).encode()
    store.write(settings.data_bucket, locations.daily_batch_key(GOOD_DAY), batch)

    said = ceap("run", "inference", "--execution-id", "no-endpoint", "--date", str(GOOD_DAY))

    assert said.code == REFUSED
    assert "there is no endpoint nowhere. No score was kept." in said.text
    assert "ceap run training" in said.text
    assert "ceap run inference --execution-id no-endpoint" in said.text
    assert store.read(settings.data_bucket, locations.daily_batch_key(GOOD_DAY)) == batch


@pytest.mark.usefixtures("endpoint_json")
def test_a_day_without_transactions_runs_to_its_end_and_says_so(aws: Aws) -> None:
    settings, store = aws
    store.write(settings.data_bucket, locations.daily_batch_key(EMPTY_DAY), b"[]")

    said = ceap("run", "inference", "--execution-id", "holiday", "--date", str(EMPTY_DAY))

    assert said.code == 0, said.text
    assert "0 of 0, 0 set aside" in said.text
    assert "The batch holds no transactions" in said.text
    assert detail(aws, "holiday").stopped_at is None
    key = locations.metrics_key(EMPTY_DAY)
    metrics = json.loads(store.read(settings.metrics_bucket, key))
    assert (metrics["received"], metrics["transactions"], metrics["alerts"]) == (0, 0, 0)
    store.delete(settings.metrics_bucket, key)


# A run that loses AWS half way, then a table, then a topic, and is resumed each time

ID, DAY, COUNT = "unlucky", date(2026, 3, 12), 30
SCORES = [number / (COUNT - 1) for number in range(COUNT)]
RISKY = [f"t-{number}" for number in range(COUNT) if SCORES[number] >= 0.8]
LOSES_AWS = """
import random, sys
import psutil
from foundation.session import Session
from foundation.settings import load_settings
from local_aws import status
from pipeline.notebooks.events import StageSkipped
from pipeline.runs.planning import Runner
from pipeline.runs.run import run_pipeline

settings = load_settings()
random.seed(1233915)  # boto3 waits short times before it tries again

def kill(event):
    if isinstance(event, StageSkipped):
        for service in status(settings).services:
            psutil.Process(service.pid).kill()

try:
    runner = Runner(Session.open(settings=settings), on_event=kill)
    run_pipeline("inference", runner, execution_id="unlucky")
except Exception as error:
    sys.exit(f"{type(error).__name__}  {error}")
"""


@dataclass(frozen=True)
class Unlucky:
    """What was said each time, and the services of the local AWS before it was killed."""

    settings: Settings
    aws_lost: str
    looked: Said
    table_missing: Said
    topic_missing: Said
    resumed: Said
    pids: list[int | None]


@pytest.fixture(scope="module")
def unlucky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unlucky]:
    with running_aws(settings_in(tmp_path_factory.mktemp("unlucky"))) as settings:
        yield run_and_resume(settings)


def run_and_resume(settings: Settings) -> Unlucky:
    plan_scored_day(settings)
    pids = [service.pid for service in status(settings).services]
    state = {"CEAP_STATE_DIRECTORY": str(settings.state_directory), "CEAP_ENVIRONMENT": "local"}
    resume = ("run", "inference", "--execution-id", ID)
    return Unlucky(
        settings,
        run_that_loses_aws(state),
        ceap("executions", **state),
        ceap(*resume, **state, CEAP_SCORES_TABLE="Nowhere"),
        ceap(*resume, **state, CEAP_ALERTS_TOPIC="nowhere"),
        ceap(*resume, **state),
        pids,
    )


def plan_scored_day(settings: Settings) -> None:
    """Leave an execution whose first stage has finished."""
    store = S3ObjectStore(settings)
    store.write(settings.data_bucket, locations.daily_batch_key(DAY), b"[]")
    plan = new_plan(
        "inference",
        Runner(Session(settings, store, FakeTracking())),
        execution_id=ID,
        day=DAY,
        overrides={},
    )
    store.write_once(settings.workflow_bucket, locations.execution_key(ID), plan.to_json())
    scored_day(store, scored_table(SCORES), execution_id=ID, day=DAY, settings=settings)


def run_that_loses_aws(variables: dict[str, str]) -> str:
    done = run_command([sys.executable, "-c", LOSES_AWS], cwd=TESTS, environment=variables)
    assert done.code == 1
    return done.stderr


def test_a_run_whose_aws_is_killed_half_way_says_so_and_how_to_go_on(unlucky: Unlucky) -> None:
    assert unlucky.aws_lost.startswith(
        "Unavailable  Execution unlucky stopped, because the store that keeps it was lost"
    )
    assert "What finished stands" in unlucky.aws_lost
    assert "ceap run inference --execution-id unlucky" in unlucky.aws_lost
    assert "Traceback" not in unlucky.aws_lost


def test_the_next_command_starts_the_killed_aws_again_with_its_data(unlucky: Unlucky) -> None:
    now = status(unlucky.settings)

    assert now.is_up
    assert not {service.pid for service in now.services} & set(unlucky.pids)
    assert {service.url for service in now.services} == {
        unlucky.settings.aws_endpoint_url, unlucky.settings.sagemaker_endpoint_url
    }  # fmt: skip
    assert unlucky.looked.code == 0
    assert re.search(r"unlucky +inference.* interrupted at store", unlucky.looked.text)
    assert "1/4 score  finished earlier, not run again" in unlucky.table_missing.text


def test_a_missing_table_says_how_to_get_it_and_that_nothing_was_stored(unlucky: Unlucky) -> None:
    assert unlucky.table_missing.code == REFUSED
    assert "The scores have no table to go to" in unlucky.table_missing.text
    assert "ceap aws up" in unlucky.table_missing.text
    assert "Nothing was stored" in unlucky.table_missing.text


def test_a_missing_topic_says_how_to_get_it_and_that_no_alert_is_lost(unlucky: Unlucky) -> None:
    assert unlucky.topic_missing.code == REFUSED
    assert "The alerts have no topic to go to" in unlucky.topic_missing.text
    assert "No alert is lost" in unlucky.topic_missing.text


def test_resumed_after_all_that_it_ends_like_a_run_that_met_nothing(unlucky: Unlucky) -> None:
    settings = unlucky.settings
    shown = execution_detail(ID, S3ObjectStore(settings), settings)
    stored = {
        one.transaction_id: one.fraud_score
        for one in DynamoScoresTable(settings).riskiest(DAY, 2 * COUNT)
    }
    (message,) = messages(settings, settings.alerts_topic)

    assert unlucky.resumed.code == 0
    assert [len(stage.records) for stage in shown.stages] == [0, 2, 2, 1]
    assert stored == {f"t-{number}": score for number, score in enumerate(SCORES)}
    assert [one["transactionId"] for one in json.loads(message.message)["transactions"]] == RISKY[
        ::-1
    ]
