"""Input summary: what a reference knows of ranges, and what of a column can be used."""

from fraud.monitoring.inputs.summary import ColumnSummary, DayInputs, InputReference


def number(*quantiles: float, kind="number", **counts: int) -> ColumnSummary:
    return ColumnSummary(kind=kind, rows=10, quantiles=[*quantiles], **counts)


def test_a_reference_has_the_range_of_each_number_and_none_of_the_time_of_day():
    columns = {
        "v": number(-1.0, 0.0, 2.0), "amount": number(0.5, 9.0, kind="amount"),
        "time": number(0.0, 86_399.0, kind="time"), "empty": number(),
        "channel": ColumnSummary(kind="category", rows=10, texts={"web": 10}),
    }  # fmt: skip
    assert InputReference(columns=columns).ranges == {"v": (-1.0, 2.0), "amount": (0.5, 9.0)}


def test_what_is_neither_missing_nor_unknown_is_known():
    assert number(1.0, missing=3, unknown=2).known == 5


def test_one_value_alone_is_no_constant():
    assert not ColumnSummary(kind="number", rows=1, commonest=1).is_constant
    assert ColumnSummary(kind="number", rows=3, missing=1, commonest=2).is_constant


def test_what_is_empty_is_not_written():
    written = DayInputs(columns={"v": number(1.0)}).model_dump(mode="json")["columns"]["v"]
    assert written.keys() == {
        "kind", "rows", "missing", "unknown", "outside", "commonest", "quantiles",
    }  # fmt: skip
