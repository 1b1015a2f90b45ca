"""Card numbers: masks them in texts that leave for people, as PCI DSS (3.4.1) allows them shown."""

import re

FEWEST_DIGITS, MOST_DIGITS = 13, 19  # of a card number (ISO/IEC 7812)
SHOWN_FIRST, SHOWN_LAST = 6, 4
MASK = "*"
# Groups of digits, as cards have them printed: apart by one blank or hyphen, or not at all.
GROUPED_DIGITS = re.compile(r"\d+(?:[ \-]\d+)*")
GROUP = re.compile(r"\d+")


def masked_card_numbers(text: str) -> str:
    """Return the text with the middle digits of everything that looks like a card number masked.

    That is 13 to 19 digits, in one group or several, whose last is the Luhn check digit of the
    others: "4111 1111 1111 1111" becomes "411111******1111". A number that is none may look like
    one (one in ten of that length), and is masked too.
    """
    return GROUPED_DIGITS.sub(lambda found: _masked_groups(found.group()), text)


def has_luhn_digit(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        digit = int(character)
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _masked_groups(text: str) -> str:
    """Mask the card numbers among groups of digits: the first, the longest that starts there."""
    groups = list(GROUP.finditer(text))
    parts, told, first = [], 0, 0
    while first < len(groups):
        last = _last_group_of_card(groups, first)
        if last is None:
            first += 1
            continue
        parts += [text[told : groups[first].start()], _masked(_digits(groups[first : last + 1]))]
        told, first = groups[last].end(), last + 1
    return "".join([*parts, text[told:]])


def _last_group_of_card(groups: list[re.Match[str]], first: int) -> int | None:
    """Return where the longest card number that starts at `first` ends; None where none does."""
    # Each group has a digit at least, so that no card number has more groups than digits.
    for last in reversed(range(first, min(first + MOST_DIGITS, len(groups)))):
        digits = _digits(groups[first : last + 1])
        if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS and has_luhn_digit(digits):
            return last
    return None


def _digits(groups: list[re.Match[str]]) -> str:
    return "".join(group.group() for group in groups)


def _masked(digits: str) -> str:
    hidden = MASK * (len(digits) - SHOWN_FIRST - SHOWN_LAST)
    return digits[:SHOWN_FIRST] + hidden + digits[-SHOWN_LAST:]
