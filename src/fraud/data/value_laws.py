"""Value laws: which numbers and texts a row may hold, the same in file, batch and endpoint."""

from typing import Any

# Some models compute in single precision, where what is past 3.4e38 is infinite.
LARGEST_VALUE = 1e30
LARGEST_AMOUNT = 1e15  # beyond it cents are lost in a float, and it is no amount of money
NUMBERS = {int, float}  # bool is an int to isinstance, not to us


def is_number(value: Any) -> bool:
    """Return whether a value is a finite number, not larger than LARGEST_VALUE."""
    return type(value) in NUMBERS and abs(value) <= LARGEST_VALUE  # NaN fails the comparison


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
