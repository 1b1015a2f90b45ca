"""Day to score: the requested day, else the newest that was delivered."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.errors import InvalidParams
from pipeline.runs.day_to_score import day_to_score

SETTINGS = fake_settings()
FIRST = date(2026, 3, 1)


def store_with(*days: date) -> FakeObjectStore:
    store = FakeObjectStore()
    for day in days:
        store.write(SETTINGS.data_bucket, locations.daily_batch_key(day), b"[]")
    return store


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def refusal(asked: date | None, *days: date) -> str:
    with pytest.raises(InvalidParams) as refused:
        day_to_score("inference", asked, store_with(*days), SETTINGS)
    return str(refused.value)


@given(st.sets(st.dates(), min_size=1, max_size=9))
def test_any_day_with_a_batch_may_be_asked_for_and_the_newest_is_the_default(days):
    store = store_with(*days)
    assert {day_to_score("inference", day, store, SETTINGS) for day in days} == days
    assert day_to_score("inference", None, store, SETTINGS) == max(days)


def test_what_is_no_batch_of_a_day_is_not_taken_for_the_newest():
    store = store_with(FIRST)
    for name in ("latest.json", "2026-03-02.json.part", "old/2026-03-03.json", "20260304.json"):
        store.write(SETTINGS.data_bucket, f"daily-batches/{name}", b"[]")
    assert day_to_score("inference", None, store, SETTINGS) == FIRST


def test_a_day_without_a_batch_is_refused_with_the_nearest_that_have_one_and_how_to_make_it():
    days = [*days_from(FIRST, 10), *days_from(FIRST + timedelta(days=11), 10)]
    told = refusal(FIRST + timedelta(days=10), *days)
    assert "s3://fraud-detection-data/daily-batches/2026-03-11.json is not there" in told
    assert "2026-03-08, 2026-03-09, 2026-03-10, 2026-03-12, 2026-03-13)" in told
    assert "ceap data daily-batch --date 2026-03-11" in told
    assert "nothing was run" in told


def test_where_few_days_have_a_batch_they_are_all_shown():
    assert "(days that have one: 2026-03-01, 2026-03-02)" in refusal(
        date(2026, 4, 1), *days_from(FIRST, 2)
    )


def test_before_any_batch_it_says_how_to_make_one():
    assert "nor is that of any other day" in refusal(FIRST)
    assert "no day has a batch" in refusal(None)
    assert "ceap data daily-batch" in refusal(None)


def test_a_pipeline_that_works_on_no_day_refuses_one():
    assert day_to_score("training", None, store_with(), SETTINGS) is None
    with pytest.raises(InvalidParams, match="not on one day"):
        day_to_score("training", FIRST, store_with(FIRST), SETTINGS)
