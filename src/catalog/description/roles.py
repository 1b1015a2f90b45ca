"""Roles: what each column of a file probably is, with the reason."""

import re
from collections.abc import Sequence

from catalog.description.survey import ColumnSurvey
from catalog.description.times import snake_case
from foundation.card_numbers import masked_card_numbers

LABEL = re.compile(r"fraud|chargeback|scam|is_bad|abuse|betrug|frode|truffa|oszust")
MAYBE_LABEL = re.compile(r"^(class|label|target|y|outcome|response|default|bad|status)$")
NO_LABEL = re.compile(r"flag|score|prob|pred|count|reason|type|amount|prior|previous")
AMOUNT = re.compile(
    r"(^|_)(amount|amt|price|purchase_value|value|total|sum|cost|payment|betrag|montant|importe?)(_|$)"
)
# The amounts of other things, or of a balance.
NO_AMOUNT = re.compile(
    r"balance|old|new|limit|avg|mean|max|min|std|count|annual|premium|deductable|deductible|capital"
    r"|number|rating|_id|ratio"
)
CENTS = re.compile(r"(^|_)(cents?|pence|minor(_units?)?)(_|$)")
ID = re.compile(
    r"(^|_)(id|uuid|guid|key|num|number|no|nr|ref|reference|tx|txn)$|^(id|tx|txn|trans)_?"
)
INDEX = re.compile(r"^(unnamed_?_?\d*|index|idx|row(_?(number|num|id))?|level_0)$")
PARTIES = {
    "card": re.compile(r"card(_?(id|no|num|number|hash))?$|cc_num|^pan$"),
    "customer": re.compile(
        r"customer|client|^cust(_|$)|user(_?id|$)|name_?orig|payer|buyer|sender|holder_id|member|kunde"
    ),
    "account": re.compile(r"account_?(id|no|num|number)$|iban|^account$"),
    "merchant": re.compile(r"merchant|store_id|shop|seller|vendor|payee"),
    "terminal": re.compile(r"terminal|till|pos_id|atm"),
    "recipient": re.compile(r"name_?dest|recipient|beneficiar|receiver"),
    "device": re.compile(r"device_?(id|hash|fingerprint)|fingerprint|imei"),
    "ip": re.compile(r"^ip(_address|_addr)?$|_ip$"),
    "email": re.compile(r"e_?mail(_address)?$"),
    "phone": re.compile(r"phone_?(number|no|num)?$|msisdn"),
    "policy": re.compile(r"policy_?(number|no|num|id)$"),
    "provider": re.compile(r"provider(_id)?$|physician"),
}
NO_PARTY = re.compile(
    r"(^|_)(age|counts?|amount|amt|days?|months?|years?|type|rating|since|score|city|state|country)"
    r"(_|$)|_\d+[hdw]$"
)
CODES = re.compile(r"(code|type|category|zip|postal|mcc|_id|class|group)$")
FEWEST_PARTIES = 3
MOST_CATEGORIES = 1_000
TEXT_WORDS = 4.0


def label_candidates(columns: Sequence[ColumnSurvey]) -> list[ColumnSurvey]:
    """Return the columns of two values that may say what is fraud, the likeliest first."""
    pairs = [one for one in columns if len(one.counts) == 2 and one.missing <= one.rows * 0.05]
    return sorted(pairs, key=lambda one: -label_score(one.name))


def label_score(name: str) -> float:
    """Return how much the name of a column says that it is the label; 0 for nothing."""
    words = snake_case(name)
    score = 3.0 * bool(LABEL.search(words)) + 2.0 * bool(MAYBE_LABEL.search(words))
    return score - 2.0 * bool(NO_LABEL.search(words)) - 0.01 * len(words)


def is_index(column: ColumnSurvey) -> bool:
    """Return whether the column counts the rows, from 0 or 1, in a sample."""
    if not INDEX.match(snake_case(column.name)) or not column.is_number:
        return False
    numbers = [float(cell) for cell in column.cells]
    start = numbers[0]
    return start in (0, 1) and all(one == start + at for at, one in enumerate(numbers))


def is_identifier(column: ColumnSurvey) -> bool:
    """Return whether each row has a value of its own, and the name says so."""
    has_own = len(column.counts) == len(column.cells) == min(column.rows, len(column.cells))
    is_whole = not column.is_number or all(re.fullmatch(r"\d+", cell) for cell in column.cells)
    return has_own and not column.missing and is_whole and bool(ID.search(snake_case(column.name)))


def has_own_codes(column: ColumnSurvey) -> bool:
    """Return whether each row has a code of its own, one word of letters and digits."""
    if column.missing or column.is_number or column.distinct <= column.rows * 0.9:
        return False
    has_own = len(column.counts) == len(column.cells)
    return has_own and all(any(map(str.isdigit, cell)) and " " not in cell for cell in column.cells)


def is_in_cents(column: ColumnSurvey) -> bool:
    """Return whether the name says that an amount is in the smallest unit of its currency."""
    return bool(CENTS.search(snake_case(column.name)))


def holds_card_numbers(column: ColumnSurvey) -> bool:
    """Return whether each of several values looks like the number of a payment card."""
    different = list(column.counts)[:200]
    is_card = all(masked_card_numbers(value) != value for value in different)
    return len(different) >= FEWEST_PARTIES and is_card


def party(column: ColumnSurvey) -> str | None:
    """Return the role of a party, such as customer, by the name of the column; None for others.

    A card is also known by its digits.
    """
    if holds_card_numbers(column):
        return "card"
    words = snake_case(column.name)
    has_several = column.distinct >= FEWEST_PARTIES and len(column.counts) > 1
    is_code = not column.is_number or all(re.fullmatch(r"\d+", cell) for cell in column.cells)
    if not has_several or not is_code or NO_PARTY.search(words):
        return None
    return next((role for role, name in PARTIES.items() if name.search(words)), None)


def amount_candidates(columns: Sequence[ColumnSurvey]) -> list[ColumnSurvey]:
    """Return the columns of numbers that may be the amount, the likeliest first."""

    def score(column: ColumnSurvey) -> float:
        words = snake_case(column.name)
        exact = 2.0 * bool(re.fullmatch(r"(transaction_?|total_|trans_)?(amount|amt)", words))
        return exact + bool(AMOUNT.search(words)) - 3.0 * bool(NO_AMOUNT.search(words))

    numbers = [one for one in columns if one.distinct > 2]
    return sorted((one for one in numbers if score(one) > 0), key=lambda one: -score(one))


def is_constant(column: ColumnSurvey) -> bool:
    """Return whether every row has the same value."""
    return column.filled == column.rows and column.distinct == 1


def is_free_text(column: ColumnSurvey) -> bool:
    """Return whether the cells are sentences, of which few are alike."""
    words = sum(len(cell.split()) for cell in column.cells) / max(len(column.cells), 1)
    return words >= TEXT_WORDS and len(column.counts) > len(column.cells) * 0.5


def has_own_texts(column: ColumnSurvey) -> bool:
    """Return whether most rows have a text of their own, so that it is no category."""
    return column.distinct > MOST_CATEGORIES and len(column.counts) > len(column.cells) * 0.5


def is_code(column: ColumnSurvey) -> bool:
    """Return whether whole numbers are names of something, by the name of the column."""
    is_whole = all(re.fullmatch(r"-?\d+", cell) for cell in column.cells)
    return is_whole and bool(CODES.search(snake_case(column.name)))
