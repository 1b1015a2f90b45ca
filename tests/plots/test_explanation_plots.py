"""Explanation plots: each dot and bar is the contribution it stands for, and they can be read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.processes.figure_text import is_written, require_readable, written
from plots.explanation_plots import (
    LOW_TO_HIGH,
    colours,
    importance_beeswarm,
    one_transaction_plot,
    swarm,
)
from plots.layout.canvas import png

LONG = "the amount of this transaction over the usual amount of this customer "
VALUES = np.array([[0.5, -2.0, 0.0], [0.1, 1.0, 0.0]])
DATA = np.array([[1.0, 2.0, np.nan], [3.0, 4.0, 7.0]])


def names_of(figure) -> list[str]:
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


@given(values=st.lists(st.floats(-5, 5), min_size=1, max_size=200))
def test_no_two_dots_of_one_piece_are_at_one_height(values: list[float]) -> None:
    edges = np.linspace(-5, 5, 21)
    heights = swarm(np.array(values), edges)
    assert (np.abs(heights) <= 0.42 + 1e-12).all()
    piece = np.clip(np.searchsorted(edges, values, side="right"), 1, 20)
    places = set(zip(piece.tolist(), heights.tolist(), strict=True))
    assert len(places) == len(values)


def test_colours_go_from_low_to_high_and_missing_values_have_none_of_them() -> None:
    low, middle, high, missing = colours(np.array([0.0, 5.0, 10.0, np.nan]), LOW_TO_HIGH)
    np.testing.assert_allclose(low, LOW_TO_HIGH(0.0))
    np.testing.assert_allclose(middle, LOW_TO_HIGH(0.5), atol=0.02)
    np.testing.assert_allclose(high, LOW_TO_HIGH(1.0))
    assert missing[3] < 1


def test_the_strongest_column_is_on_top_and_its_dots_are_its_values() -> None:
    figure = importance_beeswarm(["V1", "V2", "V3"], VALUES, DATA, unit="log-odds")
    assert names_of(figure) == ["V2", "V1", "V3"]
    dots = {swarm.get_label(): swarm for swarm in figure.axes[0].collections}
    assert dots["V2"].get_offsets()[:, 0].tolist() == [-2.0, 1.0]
    assert dots["V1"].get_offsets()[:, 0].tolist() == [0.5, 0.1]
    assert is_written(
        figure, "V2 moves scores most: by 1.50 log-odds, on average of 2 transactions"
    )
    assert {"1.50", "0.30", "0.00"} <= set(written(figure))


def test_only_as_many_columns_are_shown_as_were_asked_for() -> None:
    figure = importance_beeswarm(["V1", "V2", "V3"], VALUES, DATA, unit="log-odds", shown=2)
    assert names_of(figure) == ["V2", "V1"]


@pytest.mark.parametrize("scale", [0.0, 1e-9, 1.0, 1e6])
@pytest.mark.parametrize("rows", [1, 40])
def test_any_contributions_can_be_read(scale: float, rows: int) -> None:
    columns = [f"{LONG}{place}" for place in range(20)]
    values = scale * np.random.default_rng(1).normal(size=(rows, 20))
    data = np.where(values > 0, np.nan, 5.0)
    require_readable(importance_beeswarm(columns, values, data, unit="log-odds"))
    figure = one_transaction_plot(
        columns, values[0], data[0], base=-6.0, score=0.5, unit="log-odds"
    )
    require_readable(figure)


def test_bars_lead_from_the_base_value_to_the_score_of_the_transaction() -> None:
    figure = one_transaction_plot(
        ["V1", "V2", "V3"], np.array([0.5, -2.0, 4.0]), np.array([1.0, 2.0, np.nan]),
        base=-6.0, score=0.029, unit="log-odds",
    )  # fmt: skip
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in figure.axes[0].patches]
    assert bars == [(-6.0, -2.0), (-2.0, -4.0), (-4.0, -3.5)]
    assert names_of(figure) == [
        "base value", "V3 = missing", "V2 = 2", "V1 = 1", "this transaction",
    ]  # fmt: skip
    for told in ("−6.00", "+4.00", "−2.00", "+0.50", "−3.50"):
        assert told in written(figure)
    assert is_written(figure, "Fraud score 0.029; for fraud: V3 and V1; against fraud: V2")


def test_columns_beyond_those_shown_move_the_score_together() -> None:
    values = np.array([3.0, 2.0, 1.0, -0.5, 0.25])
    figure = one_transaction_plot(
        list("abcde"), values, np.zeros(5), base=0.0, score=0.9, unit="log-odds", shown=2
    )
    assert names_of(figure)[-2] == "3 other columns"
    assert {"+0.75", "+5.75"} <= set(written(figure))
    # A column that is not shown is no reason given.
    assert not is_written(figure, "against fraud")


def test_a_category_is_shown_by_its_text() -> None:
    figure = one_transaction_plot(
        ["shop"], np.zeros(1), ["bakery"], base=0.002, score=0.002, unit="probability"
    )
    assert "shop = bakery" in names_of(figure)
    assert is_written(figure, "no column moved it")
    require_readable(figure)


def test_equal_input_gives_equal_bytes() -> None:
    one, other = (
        importance_beeswarm(["V1", "V2", "V3"], VALUES, DATA, unit="log-odds") for _ in range(2)
    )
    assert png(one) == png(other)
