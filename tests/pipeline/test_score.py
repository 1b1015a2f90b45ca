"""Score: a score for every good transaction, and every bad one rejected with its reasons."""

import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.scored_day import DAY, MODEL, open_day
from fakes.ports.endpoints import FakeEndpoints, sigmoid_of_sum
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.errors import InvalidData, NotFound, Unavailable
from pipeline.inference.scored import ScoreOutput
from pipeline.score import ScoreParams, score

SETTINGS = fake_settings()
COLUMNS = ["V1", "V2", "Amount", "Time"]
ENDPOINT = "fraud-detection-prod"
PARAMS = ScoreParams()


def transaction(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"t-{number}",
        "timestamp": "2026-11-21T09:30:00Z",
        "amount": number % 7 / 10,
        "category": "electronics",
        "features": {"V1": number / 100, "V2": -38.0e3 / 1.1},
        **changes,
    }


def hundred(**changes: Any) -> list[dict[str, Any]]:
    """A hundred good transactions, or the last of them with `changes`."""
    return [*(transaction(number) for number in range(99)), transaction(99, **changes)]


def as_lines(batch: list[Any]) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in batch)


class Morning:
    """A deployed endpoint and a delivered batch."""

    def __init__(self, batch: Any = None, *, deployed: bool = True) -> None:
        self.objects, self.endpoints = FakeObjectStore(), FakeEndpoints()
        self.endpoints.deploy(ENDPOINT, model_digest=MODEL)
        if deployed:
            self.objects.write(SETTINGS.config_bucket, locations.ENDPOINT, self.endpoint_json())
        if batch is not None:
            data = batch if isinstance(batch, bytes) else json.dumps(batch).encode()
            self.objects.write(SETTINGS.data_bucket, locations.daily_batch_key(DAY), data)

    def endpoint_json(self, digest: str = MODEL) -> bytes:
        content = {
            "name": ENDPOINT, "arn": "arn", "model_digest": digest, "config_name": "c",
            "threshold": 0.5, "columns": COLUMNS, "algorithm": "xgboost",
            "deployed_at": "2026-11-21T00:00:00Z", "execution_id": "training",
        }  # fmt: skip
        return json.dumps(content).encode()

    def score(self, params: ScoreParams = PARAMS) -> ScoreOutput:
        return score(open_day(self.objects), params, self.endpoints)

    def left(self, file: str) -> bytes:
        key = locations.stage_key("2026-11-21-a", "score", file)
        return self.objects.read(SETTINGS.workflow_bucket, key)

    def scored(self) -> pl.DataFrame:
        return pl.read_parquet(self.left("scored.parquet"))

    def rejected(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(self.left("rejected.json"))
        return listed


def test_every_transaction_gets_the_score_that_the_model_gives_its_columns():
    batch = [transaction(1, features={"V2": -34203.0, "V1": 0.5}), transaction(2)]
    morning = Morning(batch)
    output = morning.score()
    midday_rows = np.array([[0.5, -34203.0, 0.1, 34200.0], [0.02, -38.0e3 / 1.1, 0.2, 34200.0]])
    scored = morning.scored()
    np.testing.assert_array_equal(scored["fraud_score"], sigmoid_of_sum(midday_rows))
    assert scored.select("id", "timestamp", "amount", "category").rows() == [
        ("t-1", "2026-11-21T09:30:00Z", 0.1, "electronics"),
        ("t-2", "2026-11-21T09:30:00Z", 0.2, "electronics"),
    ]
    assert scored["scoring_timestamp"].unique().to_list() == ["2026-11-22T01:00:00.000Z"]
    assert (output.received, output.scored, output.rejected) == (2, 2, 0)
    assert (output.endpoint, output.model_digest) == (ENDPOINT, MODEL)


@given(rows=st.integers(1, 40), batch_rows=st.integers(1, 45), connections=st.integers(1, 4))
@settings(deadline=None, max_examples=30)
def test_scoring_in_chunks_equals_scoring_at_once(rows, batch_rows, connections):
    batch = [transaction(number) for number in range(rows)]
    chunked, whole = Morning(batch), Morning(batch)
    chunked.score(ScoreParams(batch_rows=batch_rows, connections=connections))
    whole.score(ScoreParams(batch_rows=5000, connections=1))
    assert chunked.scored().equals(whole.scored())


def test_json_lines_give_the_same_as_an_array():
    array, lines = Morning(hundred()), Morning(as_lines(hundred()))
    assert array.score().scored == lines.score().scored == 100
    assert array.scored().equals(lines.scored())


def test_bad_transactions_are_set_aside_whole_and_the_others_scored():
    morning = Morning(hundred(amount=-5.0, timestamp="2026-11-21T09:30:00"))
    output = morning.score()
    assert (output.scored, output.rejected) == (99, 1)
    assert output.reasons == {"amount": 1, "timestamp_zone": 1}
    (aside,) = morning.rejected()
    assert aside["position"] == 100
    assert aside["transaction"] == hundred(amount=-5.0, timestamp="2026-11-21T09:30:00")[-1]
    assert {reason["rule"] for reason in aside["reasons"]} == {"amount", "timestamp_zone"}
    assert "t-99" not in morning.scored()["id"]


def test_a_nan_that_is_no_json_costs_one_transaction_not_the_day():
    morning = Morning(json.dumps(hundred(amount=float("nan"))).encode())
    assert morning.score().rejected == 1
    assert morning.rejected()[0]["transaction"]["amount"] == "nan"


def test_too_many_bad_transactions_fail_the_stage_after_they_were_written_down():
    bad = [transaction(number, amount=-1) for number in range(6)]
    morning = Morning([*bad, *(transaction(number) for number in range(6, 100))])
    with pytest.raises(InvalidData, match=r"6 of 100 transactions of 2026-11-21 were set aside"):
        morning.score()
    assert len(morning.rejected()) == 6
    assert morning.endpoints.requests == []
    with pytest.raises(NotFound):
        morning.left("scored.parquet")


def test_the_refusal_counts_the_reasons_shows_the_first_and_names_the_way_out():
    morning = Morning([transaction(1, amount=-1), transaction(2)])
    with pytest.raises(InvalidData) as refusal:
        morning.score()
    for told in (
        "50.0%; maximum_rejected_share is 5.0%", "amount 1", "at position 1: amount is a number",
        "score/rejected.json", "Nothing was scored", "params/inference/score.yaml",
    ):  # fmt: skip
        assert told in str(refusal.value)


def test_a_share_at_the_limit_is_allowed_and_a_batch_without_one_good_transaction_never():
    batch = [transaction(1, amount=-1), transaction(2)]
    assert Morning(batch).score(ScoreParams(maximum_rejected_share=0.5)).scored == 1
    with pytest.raises(InvalidData):
        Morning(batch[:1]).score(ScoreParams(maximum_rejected_share=1.0))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b'[{"id": "a"},\n {"id": }]', "line 2, column 9"),
        (b'[{"id": "a"}', "line 1, column 13"),
        (b'{"id": "a"}\n{"id": "b"\n{"id": "c"}', "line 2, column 11"),
        (b"id,timestamp\na,b", "line 1, column 1"),
        (b'[{"id": "\xff"}]', "byte 10 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_batch_is_refused_with_the_place(data, told):
    with pytest.raises(InvalidData, match=told) as refusal:
        Morning(data).score()
    assert "s3://fraud-detection-data/daily-batches/2026-11-21.json" in str(refusal.value)
    assert "Nothing was scored" in str(refusal.value)


def test_a_missing_batch_says_how_to_make_one():
    with pytest.raises(NotFound, match="ceap data daily-batch --date 2026-11-21"):
        Morning().score()


def test_without_a_deployed_model_the_way_out_is_training():
    with pytest.raises(NotFound, match="Run training first: ceap run training"):
        Morning(hundred(), deployed=False).score()


@pytest.mark.parametrize("damaged", [b"", b"{}", b'{"name": "e", "model_digest": "a"}'])
def test_a_damaged_endpoint_json_is_named(damaged):
    morning = Morning(hundred())
    morning.objects.write(SETTINGS.config_bucket, locations.ENDPOINT, damaged)
    with pytest.raises(InvalidData, match=r"endpoint\.json does not name an endpoint"):
        morning.score()


def test_a_passing_failure_of_the_endpoint_is_overcome():
    morning = Morning(hundred())
    morning.endpoints.fail_next("answers 500")
    assert morning.score(ScoreParams(batch_rows=50)).scored == 100


@pytest.mark.parametrize(
    ("failure", "error"), [("is gone", NotFound), ("answers NaN", InvalidData)]
)
def test_an_endpoint_that_misbehaves_leaves_no_scores(failure, error):
    morning = Morning(hundred())
    morning.endpoints.fail_next(failure, times=50)
    with pytest.raises(error):
        morning.score()
    with pytest.raises(NotFound):
        morning.left("scored.parquet")


def test_a_model_that_endpoint_json_does_not_name_is_not_trusted():
    morning = Morning(hundred())
    morning.endpoints.deploy(ENDPOINT, model_digest="b" * 64)
    with pytest.raises(Unavailable, match="a deployment is under way"):
        morning.score()


def test_a_day_without_transactions_is_scored_with_counts_of_0_and_nothing_is_sent():
    morning = Morning(b"[]")
    output = morning.score()
    assert (output.received, output.scored, output.rejected) == (0, 0, 0)
    assert (output.model_digest, morning.endpoints.requests) == (MODEL, [])
    assert output.notes == ["The batch holds no transactions: it is a day without any."]
    some = Morning(hundred())
    some.score()
    assert (morning.scored().height, morning.scored().schema) == (0, some.scored().schema)
    assert morning.rejected() == []


def test_a_transaction_of_another_day_is_set_aside_within_the_tolerance_of_the_parameters():
    batch = hundred(timestamp="2026-11-22T03:00:00Z")
    morning = Morning(batch)
    assert (morning.score().reasons, len(morning.scored())) == ({"other_day": 1}, 99)
    assert Morning(batch).score(ScoreParams(day_tolerance_hours=3.5)).rejected == 0


def test_a_batch_of_another_day_is_refused_whatever_share_may_be_rejected():
    morning = Morning([transaction(n, timestamp="2024-01-01T09:30:00Z") for n in range(5)])
    with pytest.raises(InvalidData, match=r"is of another day: 5 of its 5 .* 2024-01-01 \(5\)"):
        morning.score(ScoreParams(maximum_rejected_share=1.0))
    assert len(morning.rejected()) == 5
    assert morning.endpoints.requests == []


def test_fields_that_nothing_uses_are_named_once_or_refused():
    batch = [*hundred(), transaction(100, Category="books", merchant_zip="8001")]
    output = Morning(batch).score()
    assert output.ignored_fields == {"Category": 1, "merchant_zip": 1}
    assert output.notes == [
        "1 transaction has a field 'Category' that nothing uses (did you mean category?).",
        "1 transaction has a field 'merchant_zip' that nothing uses.",
    ]
    assert Morning(batch).score(ScoreParams(unknown_fields="refuse")).reasons == {
        "field_unknown": 1
    }


def test_a_transaction_without_a_category_is_scored_without_one():
    bare = transaction(0)
    del bare["category"]
    morning = Morning([bare, transaction(1, category=None), transaction(2)])
    assert morning.score().scored == 3
    assert morning.scored()["category"].to_list() == [None, None, "electronics"]


def test_an_output_written_before_there_were_notes_still_loads():
    output = Morning(hundred()).score()
    old = output.model_dump(mode="json", exclude={"notes", "ignored_fields"})
    assert ScoreOutput.model_validate(old).ignored_fields == {}
