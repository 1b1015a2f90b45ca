import math

from fakes.data.rows_with_gaps import CATEGORIES, gappy_fitted, gappy_rows
from fraud.scoring.model_columns import ModelColumns, model_columns


def test_columns_are_those_of_the_rows_that_the_model_learned_from():
    model, rows = gappy_fitted("logistic_regression"), gappy_rows(1)
    for columns in (ModelColumns.of(model), ModelColumns.of(model.description)):
        assert columns == ModelColumns(
            rows.columns, dict(rows.categories), rows.may_miss, rows.roles
        )
        assert columns.features == rows.columns[:-2]
        assert columns.optional == rows.may_miss | CATEGORIES.keys()
        assert not columns.is_plain


def test_the_kth_text_is_the_number_k_and_any_other_is_missing():
    columns = ModelColumns.of(gappy_fitted("logistic_regression"))
    for code, text in enumerate(CATEGORIES["Channel"]):
        assert columns.code("Channel", text) == code
    for other in ("shop 1", "", None):
        assert math.isnan(columns.code("Channel", other))


def test_the_whitespace_around_a_text_makes_no_other_category():
    columns = ModelColumns.of(gappy_fitted("logistic_regression"))
    for code, text in enumerate(CATEGORIES["Channel"]):
        for spaced in (f" {text}", f"{text}\t", f"\xa0{text}\r\n"):
            assert columns.code("Channel", spaced) == code


def test_a_model_that_learned_from_untrimmed_texts_scores_as_it_did_and_knows_them_trimmed():
    columns = ModelColumns(
        ("Channel", "Amount", "Time"), {"Channel": (" web", "till", "web", " x")}
    )
    asked = [" web", "web", "web ", "x", " x", "x "]
    assert [columns.code("Channel", text) for text in asked] == [0, 2, 2, 3, 3, 3]


def test_names_alone_are_columns_of_numbers():
    columns = model_columns(["V1", "Amount", "Time"])
    assert columns.is_plain
    assert columns.names == ("V1", "Amount", "Time")
    assert model_columns(columns) is columns
