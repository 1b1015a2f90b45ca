"""Lettering, wording and keys: texts fit where they stand and stay what they were."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.reading import require_readable
from fraud.metrics.estimates import Estimate
from plots.layout.canvas import STYLES, Frame, framed_canvas, styles
from plots.layout.labels import (
    digits,
    listed,
    shown_number,
    signed,
    signed_interval,
    within,
    worded,
)
from plots.layout.legend import apart
from plots.layout.text_size import inches, shortened, wrapped

WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@given(text=WORDS, room=st.floats(0.3, 3))
def test_a_shortened_text_fits_and_keeps_its_ends(text: str, room: float) -> None:
    shorter = shortened(text, room)
    assert inches(shorter) <= room
    if shorter != text:
        start, end = shorter.split("…", 1)
        assert text.startswith(start)
        assert text.endswith(end)


@given(words=st.lists(st.sampled_from(["a", "model", "with", "columns"]), max_size=30))
def test_a_wrapped_text_loses_no_word_and_fits(words: list[str]) -> None:
    lines = wrapped(" ".join(words), 2.0)
    assert " ".join(lines).split() == words
    assert all(inches(line, 10.5) <= 2.0 for line in lines)


@given(shares=st.lists(st.floats(-1, 2), min_size=1, max_size=8))
def test_places_moved_apart_keep_their_order_and_their_distance(shares: list[float]) -> None:
    moved = apart(np.array(shares), 0.1)
    order = np.argsort(shares, kind="stable")
    assert (np.diff(moved[order]) >= 0.1 - 1e-9).all()
    assert moved.max() <= 1
    assert moved.min() >= -1e-9


def test_places_far_enough_apart_stay() -> None:
    np.testing.assert_array_equal(apart(np.array([0.9, 0.1, 0.5]), 0.1), [0.9, 0.1, 0.5])


def test_eight_models_have_eight_colours_lines_and_markers() -> None:
    drawn = styles(f"model {place}" for place in range(10))
    for kind in ("colour", "line", "marker"):
        assert len({getattr(style, kind) for style in STYLES}) == 8
    assert drawn["model 8"] == drawn["model 0"]


def test_dollars_in_a_title_are_not_a_formula() -> None:
    figure, _ = framed_canvas("costs $1_a^ or $2", r"from $\bad{ to $3", Frame())
    require_readable(figure)


@pytest.mark.parametrize(
    ("metric", "said", "inside"),
    [
        ("roc_auc", "ROC AUC", "ROC AUC"),
        ("f1", "F1", "F1"),
        ("brier", "Brier score", "Brier score"),
        ("average_precision", "Average precision", "average precision"),
        ("cost_per_1000", "Cost per 1000", "cost per 1000"),
    ],
)
def test_metrics_are_written_as_people_say_them(metric: str, said: str, inside: str) -> None:
    assert (worded(metric), within(metric)) == (said, inside)


@pytest.mark.parametrize(
    ("estimate", "decimals"),
    [
        (Estimate(0.81, 0.72, 0.89), 3),
        (Estimate(0.8, 0.7999, 0.8001), 5),
        (Estimate(123.4, 100, 150), 0),
        (Estimate(2.5, 2, 3), 1),
        (Estimate(0.5, 0.5, 0.5), 3),
    ],
)
def test_intervals_show_two_digits_of_their_width(estimate: Estimate, decimals: int) -> None:
    assert digits([estimate]) == decimals


def test_numbers_are_written_for_people() -> None:
    assert signed(-0.0001) == "0.000"
    assert signed(-1234.5, 1) == "−1,234.5"
    assert signed_interval(Estimate(0.01, -0.02, 0.03)) == "+0.010 (−0.020 to +0.030)"
    assert [shown_number(n) for n in (284_807.0, 3.14159, 0.0, -5.0, 0.00012)] == [
        "284,807", "3.14", "0", "−5", "1.2e−04",
    ]  # fmt: skip
    assert [listed("a"), listed("ab"), listed("abc")] == ["a", "a and b", "a, b and c"]
