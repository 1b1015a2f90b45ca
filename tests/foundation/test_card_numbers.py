"""Card numbers: none is left whole in a text, and other texts stay as they are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.card_numbers import has_luhn_digit, masked_card_numbers


def with_check_digit(digits: str) -> str:
    return next(digits + last for last in "0123456789" if has_luhn_digit(digits + last))


card_numbers = st.text("0123456789", min_size=12, max_size=18).map(with_check_digit)
words = st.text(st.characters(exclude_categories=["Cs", "Nd"]), max_size=10)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("4111111111111111", "411111******1111"),
        ("4111 1111 1111 1111", "411111******1111"),
        ("4111-1111-1111-1111", "411111******1111"),
        ("378282246310005", "378282*****0005"),
        ("card 5555555555554444, twice 5555 5555 5555 4444.",
         "card 555555******4444, twice 555555******4444."),
        ("12 4111111111111111 7", "12 411111******1111 7"),
        ("٤١١١١١١١١١١١١١١١", "٤١١١١١******١١١١"),
    ],
)  # fmt: skip
def test_a_card_number_shows_its_first_six_and_last_four_digits(text, masked):
    assert masked_card_numbers(text) == masked


@pytest.mark.parametrize(
    "text",
    ["", "C-1044", "4111111111111112", "411111111111", "2026-11-21T09:30:00Z", "+43 1 234567",
     "41111111111111110000000", "411111******1111"],
)  # fmt: skip
def test_what_is_no_card_number_stays_as_it_is(text):
    assert masked_card_numbers(text) == text


@given(card_numbers, st.sampled_from(["", " ", "-"]), words, words)
def test_no_card_number_is_left_whole_however_it_is_grouped(number, mark, before, after):
    grouped = mark.join(number[start : start + 4] for start in range(0, len(number), 4))
    shown = masked_card_numbers(f"{before}{grouped}{after}")
    left = re.sub(r"[ \-]", "", shown)
    assert number not in left
    assert shown.startswith(before)
    assert shown.endswith(after)


def test_a_long_text_of_digits_is_looked_through_whole():
    many = "1 " * 20_000
    assert masked_card_numbers(many + "4111111111111111") == many + "411111******1111"


@given(st.text(max_size=60))
def test_masking_twice_changes_nothing_more(text):
    once = masked_card_numbers(text)
    assert masked_card_numbers(once) == once


@given(st.text("0123456789", min_size=12, max_size=18))
def test_one_check_digit_in_ten_is_right(digits):
    assert sum(has_luhn_digit(digits + last) for last in "0123456789") == 1
