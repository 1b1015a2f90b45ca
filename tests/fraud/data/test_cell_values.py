"""A cell means the same value in every notation that a description can name."""

from datetime import UTC, date, datetime, timedelta, timezone
from math import isinf, isnan
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraud.data import cell_values
from fraud.data.formats import FileFormat, LabelFormat, TimeFormat
from fraud.data.spec import DataSpec

PLAIN = FileFormat()


def numbers(cells, form=PLAIN):
    table = pl.DataFrame({"n": cells})
    return table.select(cell_values.number("n", table.schema["n"], form))["n"].to_list()


def times(cells, form):
    table = pl.DataFrame({"t": cells})
    return table.select(cell_values.time("t", table.schema["t"], form, PLAIN))["t"].to_list()


def labels(cells, form):
    table = pl.DataFrame({"y": cells})
    return table.select(cell_values.label("y", table.schema["y"], form))["y"].to_list()


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=9),
    decimal=st.sampled_from([".", ","]),
    currency=st.sampled_from(["", "$", "€", "kr "]),
    space=st.sampled_from(["", " ", "\t"]),
)
def test_a_number_is_exact_in_any_notation(values, decimal, currency, space):
    written = [f"{space}{currency}{value!r}{space}".replace(".", decimal) for value in values]
    assert numbers(written, FileFormat(decimal=decimal, currency=currency)) == values


def test_thousands_are_parted_in_many_ways():
    assert numbers(["1,234,567.5", "12"], FileFormat(thousands=",")) == [1234567.5, 12]
    assert numbers(["1.234,5 €"], FileFormat(thousands=".", decimal=",", currency="€")) == [1234.5]
    assert numbers(["1 234"], FileFormat(thousands=" ")) == [1234]


def test_a_missing_number_is_null_and_an_unreadable_one_nan():
    missing = numbers(["", " ", "NA", "null", "NaN", "?", None], FileFormat(missing_marks=["?"]))
    assert missing == [None] * 7
    assert all(map(isnan, numbers(["x", "?", "1_000", "0x1", "1,5", "1 2", "--1"])))
    assert all(map(isinf, numbers(["inf", "-Infinity", "1e999"])))


@pytest.mark.parametrize("kind", [pl.Int64, pl.Float32, pl.Boolean, pl.Decimal(10, 2)])
def test_values_that_have_a_type_already_become_numbers(kind):
    assert numbers(pl.Series([1, 0, None]).cast(kind)) == [1.0, 0.0, None]


def test_text_is_trimmed_and_missing_where_it_is_empty_or_a_mark():
    table = pl.DataFrame({"t": [" web", "web", "\u00a0", "?", None, "NA"]})
    expression = cell_values.text("t", pl.String(), FileFormat(missing_marks=["?"]))
    assert table.select(expression)["t"].to_list() == ["web", "web", None, None, None, "NA"]
    typed = pl.DataFrame({"t": [7, None]})
    assert typed.select(cell_values.text("t", pl.Int64(), PLAIN))["t"].to_list() == ["7", None]


@pytest.mark.parametrize(
    ("cells", "form", "values"),
    [
        (["1", "0", "1.0", " 0 "], {}, [1, 0, 1, 0]),
        ([1.0, 0.0], {}, [1, 0]),
        ([True, False], {}, [1, 0]),
        ([True, False], {"positive": False, "negative": True}, [0, 1]),
        (["True", "FALSE"], {"positive": True, "negative": False}, [1, 0]),
        (["Y", "n", "y"], {"positive": "Y"}, [1, 0, 1]),
        (["chargeback", "fraud", "ok"], {"positive": ["fraud", "chargeback"]}, [1, 1, 0]),
        (["2", "1"], {"positive": 2, "negative": 1}, [1, 0]),
        (["", None], {"positive": "Y"}, [None, None]),
    ],
)
def test_a_label_is_fraud_where_it_has_a_positive_value(cells, form, values):
    assert labels(cells, LabelFormat(**form)) == values


def test_a_label_that_is_neither_is_no_label():
    assert all(map(isnan, labels(["2", "x"], LabelFormat())))
    assert isnan(labels(["maybe"], LabelFormat(positive="Y", negative="N"))[0])


NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30T12:00:00Z", "2026-11-30 12:00:00", "2026-11-30T12:00:00.000",
        "2026-11-30 12:00",
        "2026-11-30T13:00:00+01:00", "2026-11-30T07:00:00-0500", "2026-11-30 14:00:00.5+02",
        " 2026-11-30t12:00:00z ",
    ],
)  # fmt: skip
def test_iso_8601_is_read_with_and_without_a_zone(text):
    (seconds,) = times([text], TimeFormat(time_format="iso"))
    assert seconds - NOON.timestamp() in (0.0, 0.5)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)), min_size=1, max_size=5),
       st.integers(-14 * 60, 14 * 60))  # fmt: skip
def test_any_moment_is_read_back(moments, minutes):
    zone = timezone(timedelta(minutes=minutes))
    moments = [moment.replace(tzinfo=zone) for moment in moments]
    expected = [moment.timestamp() for moment in moments]
    texts = [moment.isoformat() for moment in moments]
    assert times(texts, TimeFormat(time_format="iso")) == pytest.approx(expected, abs=1e-5)
    patterned = [moment.strftime("%d/%m/%Y %H:%M:%S.%f %z") for moment in moments]
    form = TimeFormat(time_format="%d/%m/%Y %H:%M:%S%.f %z")
    assert times(patterned, form) == pytest.approx(expected, abs=1e-5)


def test_a_date_without_a_zone_is_of_the_zone_that_is_named():
    form = TimeFormat(time_format="%d.%m.%Y", time_zone="Europe/Berlin")
    midnight = datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert times(["01.07.2026"], form) == [midnight.timestamp()]
    naive = pl.Series([datetime(2026, 7, 1)])
    assert times(naive, form) == [midnight.timestamp()]
    assert times(pl.Series([date(2026, 7, 1)]), form) == [midnight.timestamp()]


def test_an_hour_that_no_clock_showed_is_unreadable_and_one_it_showed_twice_the_first():
    form = TimeFormat(time_format="iso", time_zone="Europe/Berlin")
    skipped, twice = times(["2026-03-29 02:30:00", "2026-10-25 02:30:00"], form)
    assert isnan(skipped)
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("unit", "count"),
    [
        ("s", 7_200),
        ("ms", 7_200_000),
        ("us", 7.2e9),
        ("minutes", 120),
        ("hours", 2),
        ("days", 1 / 12),
    ],
)
def test_numbers_of_any_unit_are_seconds(unit, count):
    (seconds,) = times([str(count)], TimeFormat(time_unit=unit))
    assert seconds == pytest.approx(7_200)
    (since,) = times([str(count)], TimeFormat(time_unit=unit, time_since="2017-12-01"))
    assert since == pytest.approx(datetime(2017, 12, 1, 2, tzinfo=UTC).timestamp())


def test_what_is_no_time_is_unreadable_and_an_empty_cell_missing():
    form = TimeFormat(time_format="iso")
    assert all(map(isnan, times(["yesterday", "2026-13-01", "12:00"], form)))
    assert times(["", None], form) == [None, None]


@pytest.mark.parametrize(
    ("form", "cells"),
    [
        ({"thousands": ".", "decimal": ","}, ["12.5", "1.2.3", "1.23,4", "1.2345"]),
        ({"thousands": ","}, ["1,5", "1,2,3", "-,1", "12,34"]),
        ({"thousands": " "}, ["12 34", "1 2"]),
        ({"decimal": ","}, ["1.234", "1.5", "1,2,3"]),
        ({"currency": "$"}, ["1$2", "$$1", "$"]),
    ],
)
def test_marks_in_wrong_places_make_no_number(form, cells):
    assert all(map(isnan, numbers(cells, FileFormat(**form))))


@pytest.mark.parametrize(
    ("cells", "pattern"),
    [
        (["05/01/26"], "%d/%m/%Y"),
        (["2026-01-01T10:00+99:99", "0000-01-01", "2026-01-01T10:00+01:75"], "iso"),
    ],
)
def test_a_moment_in_an_impossible_year_or_zone_is_unreadable(cells, pattern):
    assert all(map(isnan, times(cells, TimeFormat(time_format=pattern))))
    milliseconds = TimeFormat(time_since="1970-01-01")
    assert isnan(times(["1767600000000"], milliseconds)[0])


def test_a_label_that_is_a_mark_of_missing_values_is_missing():
    assert labels(["Y", "?", "NA"], DataSpec(
        name="n", raw="n.csv", label="y", features=["x"], positive="Y", missing_marks=["?"]
    )) == [1, None, None]  # fmt: skip
