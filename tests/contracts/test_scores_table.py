"""The scores table: one contract over the fake, moto and the local AWS."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from fakes.ports.scores import FakeScoresTable
from foundation.errors import NotFound, ServiceRefused
from foundation.settings import Settings
from pipeline.services.scores import DynamoScoresTable, ScoresTable, StoredScore


@pytest.fixture(params=["fake", "moto_settings", "local_aws"])
def table(request: pytest.FixtureRequest) -> ScoresTable:
    if request.param == "fake":
        return FakeScoresTable()
    return table_in(request.getfixturevalue(request.param))


def table_in(settings: Settings) -> ScoresTable:
    return DynamoScoresTable(settings)


@pytest.fixture(params=["fake", "moto_settings", "local_aws"])
def missing(request: pytest.FixtureRequest) -> ScoresTable:
    if request.param == "fake":
        return FakeScoresTable(exists=False)
    found = request.getfixturevalue(request.param)
    return DynamoScoresTable(found.model_copy(update={"scores_table": "Nowhere"}))


def score_of(**changes: object) -> StoredScore:
    item = StoredScore(
        transaction_id=f"t-{uuid4()}",
        timestamp="2026-11-21T09:30:00Z",
        batch_date="2026-11-21",
        fraud_score=0.1234567890123456,
        risk_band="low",
        amount=12.5,
        category="électronique",
        model_digest="a" * 64,
        execution_id="x",
        scoring_timestamp="2026-11-22T01:00:00.000Z",
    )
    return replace(item, **changes)  # type: ignore[arg-type]


def test_what_was_written_is_read_back_to_the_last_digit(table: ScoresTable) -> None:
    written = [score_of(fraud_score=s) for s in (0.1, 1 / 3, 1e-17, 0.0, 1.0, 2.5e-130)]
    assert table.write(written) == []
    for item in written:
        assert table.of_transaction(item.transaction_id) == [item]


def test_a_score_too_small_for_dynamodb_is_stored_as_nothing(table: ScoresTable) -> None:
    tiny = score_of(fraud_score=5e-324)
    table.write([tiny])
    (stored,) = table.of_transaction(tiny.transaction_id)
    assert stored.fraud_score <= 5e-324


def test_writing_again_replaces(table: ScoresTable) -> None:
    item = score_of()
    table.write([item])
    table.write([replace(item, fraud_score=0.9, risk_band="high")])
    assert [one.fraud_score for one in table.of_transaction(item.transaction_id)] == [0.9]


def test_one_id_at_two_times_is_two_items_in_the_order_of_time(table: ScoresTable) -> None:
    late = score_of(timestamp="2026-11-21T23:00:00Z")
    early = replace(late, timestamp="2026-11-21T01:00:00Z")
    table.write([late, early])
    assert table.of_transaction(late.transaction_id) == [early, late]


def test_the_riskiest_of_a_day_come_first_and_other_days_not_at_all(table: ScoresTable) -> None:
    day, other = date(2001, 1, 1), "2001-01-02"
    scores = [0.2, 0.95, 0.5, 1e-9]
    table.write([score_of(batch_date=str(day), fraud_score=score) for score in scores])
    table.write([score_of(batch_date=other, fraud_score=0.99)])
    assert [item.fraud_score for item in table.riskiest(day, 3)] == [0.95, 0.5, 0.2]


def test_an_unknown_transaction_has_no_items(table: ScoresTable) -> None:
    assert table.of_transaction("nobody") == []


@pytest.mark.parametrize("kind", ["fake", "local_aws"])  # moto takes both
def test_more_than_25_items_or_one_key_twice_are_refused(
    kind: str, request: pytest.FixtureRequest
) -> None:
    table = FakeScoresTable() if kind == "fake" else table_in(request.getfixturevalue(kind))
    one = score_of()
    for items in ([score_of() for _ in range(26)], [one, one]):
        with pytest.raises(ServiceRefused):
            table.write(items)


def test_a_missing_table_is_not_found(missing: ScoresTable) -> None:
    with pytest.raises(NotFound):
        missing.write([score_of()])
