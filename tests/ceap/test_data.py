import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from ceap.daily_batch import batch_summary, yesterday
from ceap.data import app
from foundation.digests import digest_of_bytes
from foundation.errors import AlreadyExists, DigestMismatch, InvalidParams, NotFound
from foundation.executions import Execution
from foundation.settings import Settings, project_root
from foundation.stores.object_store import ObjectStore, S3ObjectStore
from fraud.simulation.creditcard import HEADER, creditcard_like, csv_text
from pipeline.data.daily_batch import DailyBatch
from pipeline.prepare import PrepareParams, prepare

runner = CliRunner()


def ceap_data(*arguments: str) -> str:
    """Run `ceap data …` as a terminal 300 columns wide would, raising what it refuses."""
    result = runner.invoke(app, list(arguments), env={"COLUMNS": "300"}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def state(tmp_path, monkeypatch):
    """A machine that never ran anything, where no AWS can be reached."""
    monkeypatch.setenv("CEAP_ENVIRONMENT", "local")
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def aws(local_aws_environment) -> Iterator[tuple[Settings, ObjectStore]]:
    """The local AWS without any data, before and after."""
    store = S3ObjectStore(local_aws_environment)
    _empty(store, local_aws_environment)
    yield local_aws_environment, store
    _empty(store, local_aws_environment)


def _empty(store: ObjectStore, settings: Settings) -> None:
    for bucket in (settings.data_bucket, settings.workflow_bucket):
        for key in store.keys(bucket, ""):
            store.delete(bucket, key)


def test_every_command_says_what_it_does_and_where_things_go():
    assert "Kaggle" in ceap_data("fetch", "--help")
    assert "params/data/NAME.yaml" in ceap_data("ingest", "--help")
    assert "Real data is not replaced" in ceap_data("simulate", "--help")
    assert "half a year of card payments" in ceap_data("simulate", "--help")
    assert "made up" in ceap_data("daily-batch", "--help")


def test_what_was_fetched_is_used_again_without_any_network_or_aws(state, monkeypatch, tmp_path):
    project = tmp_path / "project"
    content = (HEADER + csv_text(creditcard_like(20, frauds=2, seed=0))).encode()
    describe(project, sha256=digest_of_bytes(content))
    monkeypatch.setenv("CEAP_PROJECT", str(project))
    (tmp_path / "mine.csv").write_bytes(content)
    first = ceap_data("fetch", "--download-only", "--from", str(tmp_path / "mine.csv"))
    assert f"Fetched from {tmp_path / 'mine.csv'}" in first
    again = ceap_data("fetch", "--download-only")
    assert f"Already here: {state / 'data' / 'creditcard.csv'}" in again
    assert not (state / "aws").exists()


def describe(project, *, sha256: str) -> None:
    """Make a project whose credit card data is a file of this test."""
    shutil.copytree(project_root() / "params", project / "params")
    described = project / "params" / "data" / "creditcard.yaml"
    lines = described.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("sha256")]
    described.write_text("\n".join([*kept, f"sha256: {sha256}"]))


def test_simulating_to_a_file_needs_no_aws(state, tmp_path):
    file = tmp_path / "stand-in.csv"
    assert "200 transactions" in ceap_data("simulate", "--rows", "200", "--file", str(file))
    assert len(file.read_text().splitlines()) == 201
    assert not state.exists()


def test_payments_are_simulated_by_their_name_as_many_as_usual_or_as_asked_for(state, tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    for file in (one, other):
        asked = ("--data", "payments", "--rows", "200", "--seed", "3", "--file", str(file))
        assert "Simulated 200 transactions" in ceap_data("simulate", *asked)
    assert one.read_bytes() == other.read_bytes()
    assert one.read_text().startswith("transaction_id,")
    said = ceap_data("simulate", "--data", "payments", "--file", str(one))
    assert "Simulated 300,000 transactions" in said
    assert not state.exists()


def test_data_that_cannot_be_simulated_is_refused_before_any_aws_is_started(state):
    with pytest.raises(InvalidParams, match="did you mean payments"):
        ceap_data("simulate", "--data", "payment")
    assert not state.exists()


def test_a_wrong_file_is_refused_before_any_aws_is_started(state, tmp_path):
    (tmp_path / "mine.csv").write_text(HEADER + csv_text(creditcard_like(20, seed=0)))
    with pytest.raises(DigestMismatch, match="--other-data"):
        ceap_data("ingest", str(tmp_path / "mine.csv"))
    with pytest.raises(NotFound, match="There is no file"):
        ceap_data("ingest", str(tmp_path / "other.csv"))
    with pytest.raises(InvalidParams, match="did you mean creditcard"):
        ceap_data("ingest", str(tmp_path / "mine.csv"), "--data", "creditcart")
    assert not (state / "aws").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["daily-batch", "--date", "yesterday"], "does not match"),
        (["daily-batch", "--drift", "less-fraud"], "more-fraud"),
        (["daily-batch", "--drift-size", "2"], "needs the drift"),
        (["daily-batch", "--days", "0"], "greater than or equal to 1"),
        (["simulate", "--rows", "0"], "greater than or equal to 1"),
    ],
)
def test_a_mistyped_option_is_refused_with_what_would_be_right(state, arguments, message):
    result = runner.invoke(app, arguments, env={"COLUMNS": "300"})
    assert result.exit_code == 2
    assert message in result.output
    assert not state.exists()


def test_simulated_data_is_published_and_does_not_replace_real_data(aws, tmp_path):
    settings, store = aws
    said = ceap_data("simulate", "--rows", "300", "--seed", "4")
    assert "Written to s3://fraud-detection-data/raw/creditcard.csv" in said
    assert "minimum_rows: 300" in said
    assert "holds it already" in ceap_data("simulate", "--rows", "300", "--seed", "4")
    (tmp_path / "mine.csv").write_text(HEADER + csv_text(creditcard_like(50, seed=0)))
    said = ceap_data("ingest", str(tmp_path / "mine.csv"), "--other-data")
    assert "in place of ceap data simulate --rows 300 --seed 4" in said
    with pytest.raises(AlreadyExists, match="--force"):
        ceap_data("simulate", "--rows", "300")
    assert store.read(settings.data_bucket, "raw/creditcard.csv") == (
        (tmp_path / "mine.csv").read_bytes()
    )


def test_simulated_payments_are_published_with_the_way_to_train_on_them(aws):
    settings, store = aws
    said = ceap_data("simulate", "--data", "payments", "--rows", "300")
    assert "Written to s3://fraud-detection-data/raw/payments.csv" in said
    assert "ceap run training --set prepare.data=payments --set prepare.method=time" in said
    assert "at least 20,000 rows" in said
    origin = json.loads(store.read(settings.data_bucket, "raw/payments.csv.origin.json"))
    assert origin["simulated"]


def test_days_are_made_for_the_pipeline_to_score(aws):
    settings, store = aws
    ceap_data("simulate", "--rows", "20000")
    prepare(Execution("training-1", store, settings), PrepareParams(minimum_rows=100))
    said = ceap_data(
        *("daily-batch", "--date", "2026-11-21", "--days", "3", "--transactions", "40"),
        *("--drift", "amounts", "--drift-size", "2"),
    )
    days = ["2026-11-19", "2026-11-20", "2026-11-21"]
    assert store.keys(settings.data_bucket, "daily-batches/") == [
        f"daily-batches/{day}.json" for day in days
    ]
    assert said.count("40 transactions") == 3
    assert said.count("simulated data") == 3
    assert "ceap run inference --date 2026-11-21" in said
    batch = json.loads(store.read(settings.data_bucket, "daily-batches/2026-11-20.json"))
    assert len(batch) == 40
    with pytest.raises(AlreadyExists, match="2026-11-21"):
        ceap_data("daily-batch", "--date", "2026-11-22", "--days", "2")
    assert "10 transactions" in ceap_data(
        "daily-batch", "--date", "2026-11-21", "--transactions", "10", "--force"
    )


def test_without_prepared_data_a_day_says_what_to_do_first(aws):
    with pytest.raises(NotFound, match="ceap run training"):
        ceap_data("daily-batch")


def test_the_usual_day_is_yesterday_in_utc():
    assert yesterday() == (datetime.now(UTC) - timedelta(days=1)).date()


def test_a_day_with_repeated_transactions_says_how_many():
    made = DailyBatch(
        day="2026-11-21",
        uri="s3://b/daily-batches/2026-11-21.json",
        transactions=50_000,
        frauds=80,
        repeated=7_279,
        held_out=42_721,
        held_out_frauds=74,
        data_digest="0" * 64,
        simulated=False,
    )
    assert batch_summary(made).endswith(
        "80 frauds, 7,279 repeated: the test split holds 42,721 transactions, 74 frauds"
    )
