"""Group plots have a row a group, whatever its name, and say where fraud is beyond chance."""

import pytest

from fakes.processes.figure_text import drawn_values, is_written, require_readable
from fraud.data.fraud_by import GAP, GapGroups, Group
from plots.group_plots import fraud_by_gap_plot, fraud_by_text_plot, is_telling

TEXTS = [Group("web", 9000, 90), Group("till", 9000, 9), Group("p" * 80, 40, 0), Group(GAP, 3, 1)]


def gaps(column: str, missing: tuple[int, int], there: tuple[int, int]) -> GapGroups:
    return GapGroups(column, Group(GAP, *missing), Group("there", *there))


def test_every_text_has_its_share_of_fraud_and_the_worst_is_named() -> None:
    figure = fraud_by_text_plot("channel", TEXTS)
    require_readable(figure)
    assert is_written(figure, "Fraud by channel")
    assert is_written(figure, "90 of 9,000")
    assert is_written(figure, "Most of missing: 33.333%")
    assert [share for share, _ in drawn_values(figure.axes[0])] == pytest.approx(
        [0.01, 0.001, 0, 1 / 3]
    )


def test_where_no_text_has_more_fraud_that_is_said() -> None:
    figure = fraud_by_text_plot("channel", [Group("web", 500, 5), Group("till", 400, 4)])
    require_readable(figure)
    assert is_written(figure, "No value has more fraud than all rows have (1.000%)")


def test_rows_without_fraud_can_be_drawn() -> None:
    require_readable(fraud_by_text_plot("channel", [Group("web", 5, 0)]))
    require_readable(fraud_by_gap_plot([gaps("age", (0, 0), (5, 0))]))


def test_a_column_whose_gaps_tell_of_fraud_is_named() -> None:
    columns = [gaps("age", (900, 90), (9000, 9)), gaps("city", (100, 1), (9800, 98))]
    assert [is_telling(each) for each in columns] == [True, False]
    figure = fraud_by_gap_plot(columns)
    require_readable(figure)
    assert is_written(figure, "tells of fraud in 1 of 2 columns: age")
    assert is_written(figure, "10.000% of 900 missing")
    assert len(drawn_values(figure.axes[0])) == 4


def test_of_many_columns_those_with_most_gaps_are_drawn() -> None:
    columns = [gaps(f"V{n}", (n, 0), (1000 - n, 3)) for n in range(1, 40)]
    figure = fraud_by_gap_plot(columns, shown=12)
    require_readable(figure)
    assert is_written(figure, "In none of 39 columns")
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert (names[0], len(names)) == ("V39", 12)
