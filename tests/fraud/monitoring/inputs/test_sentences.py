"""Input sentences: a reader knows the column, the change, and what it probably is."""

import numpy as np
import pytest

from fraud.monitoring.inputs.comparisons import comparisons
from fraud.monitoring.inputs.finding import InputRules
from fraud.monitoring.inputs.sentences import Column, sentence
from fraud.monitoring.inputs.summaries import category_summary, summaries
from fraud.monitoring.inputs.summary import ColumnSummary, FieldUse
from fraud.monitoring.inputs.usual import Usual

KNOWN = ("web", "app", "pos")
random = np.random.default_rng(5)
HUMPED = random.normal(14 * 3600, 2 * 3600, 2_000) % 86_400


def number(values, *, kind="number", limits=None) -> ColumnSummary:
    rows = np.array(values, dtype=np.float64).reshape(-1, 1)
    ranges = None if limits is None else {"x": limits}
    return summaries(rows, {"x": kind}, {}, ranges=ranges)["x"]


def category(texts: list[str | None]) -> ColumnSummary:
    codes = [KNOWN.index(text) if text in KNOWN else np.nan for text in texts]
    return category_summary(np.array(codes, dtype=np.float64), KNOWN, texts)


def told(name: str, today: ColumnSummary, usual: Usual, **more) -> str:
    found = [each for each in comparisons(today, usual, InputRules()) if each.size > 1]
    evidence = sorted(found, key=lambda each: -each.size)
    return sentence(Column(name, today, usual, **more), evidence)


USUAL = Usual(category(["web", "app", "pos"] * 100))
NUMBERS = Usual(number(random.normal(size=1_000)))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["WEB"] * 50 + ["Pos"] * 10, "every category of channel is unknown to the model: WEB, "
         "Pos; the model knows web, app, pos: another case?"),
        (["fax"] * 30 + ["web"] * 30, "channel has a category that is unknown to the model in "
         "50.0% of transactions (in training in none): fax; the model knows web, app, pos."),
        ([None] * 40, "channel is missing in every transaction (in training in none)."),
        ([None] * 10 + ["web"] * 30, "channel is missing in 25.0% of transactions (in training in "
         "none)."),
        (["web"] * 60, "channel is web in every transaction: stuck?"),
        (["web"] * 80 + ["app"] * 10 + ["pos"] * 10, "channel is web in 80.0% of transactions, "
         "usually in 33.3%."),
    ],
)  # fmt: skip
def test_a_category(texts, expected):
    assert told("channel", category(texts), USUAL) == expected


def test_categories_of_another_column_are_told():
    found = told(
        "channel", category(["BE", "NL"] * 20), USUAL, other_texts={"country": ["BE", "NL", "FR"]}
    )
    assert found.endswith("they are categories of country: two columns exchanged?")


def test_a_field_that_is_not_there_or_has_another_name_is_told():
    today = category([None] * 40)
    gone = told("channel", today, USUAL, fields=FieldUse(absent={"channel": 40}))
    assert gone.endswith("(in training in none): the field is not there at all.")
    fields = FieldUse(absent={"channel": 40}, renamed={"channel": "chanel"})
    assert told("channel", today, USUAL, fields=fields) == (
        "channel is missing in every transaction, and all of them have chanel, which the model "
        "does not know: renamed?"
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0] * 60, "v is 0.0 in every transaction: stuck?"),
        ([0.5] * 60 + [np.nan], "v is 0.5 in 98.4% of transactions: stuck?"),
        (random.normal(size=900) * 1_000, "v is 1,000 times as large as usual: another unit?"),
    ],
)
def test_a_number(values, expected):
    assert told("v", number(values), NUMBERS) == expected


def test_a_moved_number_shows_its_median_and_against_what_it_moved():
    found = told("v", number(random.normal(size=900) + 5), NUMBERS)
    assert found.startswith("v is distributed otherwise than in training (PSI ")
    assert "the median is 5" in found
    days = Usual(days=[number(random.normal(size=900)) for _ in range(8)])
    assert "than on the last days" in told("v", number(random.normal(size=900) + 5), days)


def test_a_number_beyond_the_range_of_training_shows_the_range():
    usual = Usual(number([*range(100)] * 9))
    values = [*([*range(100)] * 6), *([10**6] * 60)]
    found = told("v", number(values, limits=(0.0, 99.0)), usual)
    assert found.startswith(
        "v is outside the range of training, 0 to 99, in 9.1% of transactions: the median is"
    )


def test_times_of_day_show_as_clock_times():
    usual = Usual(number(HUMPED, kind="time"))
    midnight = told("time", number([0.0] * 60, kind="time"), usual)
    assert midnight == "time is 00:00:00 in every transaction: dates without a time of day?"
    later = number(HUMPED + 3 * 3600, kind="time")
    assert told("time", later, usual) == "time is 3 h later than usual: another time zone?"
    flat = told("time", number(random.uniform(0, 86_400, 900), kind="time"), usual)
    assert "the middle is at 1" in flat
    assert "usually 1" in flat
