"""Value laws: which numbers and texts a row may hold, the same in file, batch and endpoint."""

from typing import Any

# Some models compute in single precision, where what is past 3.4e38 is infinite.
LARGEST_VALUE = 1e30
LARGEST_AMOUNT = 1e15  # beyond it cents are lost in a float, and it is no amount of money
NUMBERS = {int, float}  # bool is an int to isinstance, not to us


def is_number(value: Any) -> bool:
    """Return whether a value is a finite number, not larger than LARGEST_VALUE."""
    return type(value) in NUMBERS and abs(value) <= LARGEST_VALUE  # NaN fails the comparison


def is_amount(value: Any, *, may_be_negative: bool) -> bool:
    """Return whether a value is an amount: a number below LARGEST_AMOUNT, of either sign or not."""
    if type(value) not in NUMBERS or not abs(value) < LARGEST_AMOUNT:  # NaN is not
        return False
    return may_be_negative or value >= 0


def amount_law(*, may_be_negative: bool) -> str:
    """Return what an amount is, in words."""
    if may_be_negative:
        return f"a number between -{LARGEST_AMOUNT:.0e} and {LARGEST_AMOUNT:.0e}"
    return f"a number of at least 0 and less than {LARGEST_AMOUNT:.0e}"


def is_text(value: Any) -> bool:
    """Return whether a value is a string that UTF-8 can hold: no half of a surrogate pair."""
    if not isinstance(value, str):
        return False
    if value.isascii():  # as nearly every one is
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
