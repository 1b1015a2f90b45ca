"""The notation of a raw file is described in words that people use, or refused."""

import pytest

from foundation.errors import InvalidParams
from fraud.data.formats import FileFormat, LabelFormat, TimeFormat


def test_a_delimiter_may_be_called_by_its_name():
    assert FileFormat(delimiter="tab").delimiter == "\t"
    assert FileFormat(delimiter="|").delimiter == "|"


@pytest.mark.parametrize(
    ("positive", "texts"),
    [("Y", ["Y"]), (True, ["true"]), (1, ["1"]), (1.0, ["1.0"]), (["a", 2], ["a", "2"])],
)
def test_the_positive_value_may_be_of_any_type_or_several(positive, texts):
    assert LabelFormat(positive=positive).positive == texts


def test_the_day_of_a_date_is_known_and_of_a_bare_number_not():
    assert not TimeFormat(time_unit="hours").has_calendar
    assert TimeFormat(time_since="1970-01-01").has_calendar
    assert TimeFormat(time_format="%d.%m.%Y").has_calendar


@pytest.mark.parametrize(
    ("kind", "values", "problem"),
    [
        (FileFormat, {"delimiter": "::"}, "delimiter"),
        (FileFormat, {"decimal": "·"}, "decimal"),
        (FileFormat, {"encoding": "utf-9"}, "such as utf-8, cp1252"),
        (LabelFormat, {"positive": []}, "positive"),
        (TimeFormat, {"time_unit": "weeks"}, "time_unit"),
        (TimeFormat, {"time_zone": "Mars/Olympus"}, "such as UTC or Europe/Berlin"),
        (TimeFormat, {"time_format": "dd.mm.yyyy"}, "a pattern such as %d.%m.%Y"),
        (TimeFormat, {"time_format": "%H:%M"}, "it names no day"),
        (TimeFormat, {"time_format": "%Y-%m-%d %H:%M %Z"}, "names of time zones"),
        (TimeFormat, {"time_format": "%Y-%m-%d %H"}, "it cannot be read"),
        (FileFormat, {"decimal": ",", "thousands": ","}, "cannot both be ','"),
        (FileFormat, {"currency": "1"}, "without digits"),
        (LabelFormat, {"positive": "Y", "negative": "y"}, "both hold y"),
    ],
)
def test_a_notation_that_cannot_be_meant_is_refused(kind, values, problem):
    with pytest.raises(InvalidParams) as refused:
        kind.checked(values, source="cards.yaml")
    assert problem in str(refused.value)
