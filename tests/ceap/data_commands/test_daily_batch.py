"""`ceap data daily-batch`: days to score, drawn from prepared data, with what is unusual told."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from ceap.data import app
from ceap.data_commands.daily_batch import batch_summary, yesterday
from fakes.processes.terminal import run_in_terminal
from foundation.errors import AlreadyExists, NotFound
from foundation.executions import Execution
from pipeline.data.daily_batch import DailyBatch
from pipeline.prepare import PrepareParams, prepare


def ceap_data(*words: str) -> str:
    return run_in_terminal(app, *words, width=300)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--date", "yesterday"], "does not match"),
        (["--drift", "less-fraud"], "more-fraud"),
        (["--drift-size", "2"], "needs the drift"),
        (["--days", "0"], "greater than or equal to 1"),
    ],
)
def test_a_mistyped_option_is_refused_with_what_would_be_right(state, options, message):
    result = CliRunner().invoke(app, ["daily-batch", *options], env={"COLUMNS": "300"})
    assert result.exit_code == 2
    assert message in result.output
    assert not state.exists()


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
