"""What a column probably is follows from its name and its values together."""

import pytest

from catalog.description import roles
from catalog.description.survey import ColumnSurvey


def column(name: str, cells: list[str], *, missing: int = 0) -> ColumnSurvey:
    numbers = [float(cell) for cell in cells if cell.lstrip("-").replace(".", "", 1).isdigit()]
    low, high = (min(numbers), max(numbers)) if numbers else (None, None)
    rows, filled = len(cells) + missing, len(cells)
    return ColumnSurvey(name, rows, filled, len(set(cells)), len(numbers), low, high, cells)


COUNTED = [str(n) for n in range(50)]
TEXTS = [f"c{n % 7}" for n in range(50)]


def test_the_label_is_the_column_of_two_values_that_is_called_so():
    pairs = ["0", "1"] * 25
    found = roles.label_candidates(
        [column(name, pairs) for name in ("is_flagged_fraud", "gender", "isFraud", "email_is_free")]
    )
    assert found[0].name == "isFraud"
    assert roles.label_score("gender") <= 0.5 < roles.label_score("Class")
    assert roles.label_candidates([column("fraud", ["0", "1", "2"] * 9)]) == []


def test_a_count_of_rows_is_an_index_and_a_count_of_other_things_not():
    assert roles.is_index(column("unnamed_1", COUNTED))
    assert not roles.is_index(column("unnamed_1", COUNTED[::-1]))
    assert not roles.is_index(column("visits", COUNTED))


@pytest.mark.parametrize("name", ["id", "Transaction ID", "trans_num", "policy_number", "tx"])
def test_an_identifier_is_called_so_and_never_repeats(name):
    assert roles.is_identifier(column(name, COUNTED))
    assert not roles.is_identifier(column(name, [*COUNTED, "3"]))
    assert not roles.is_identifier(column(name, [f"{n}.5" for n in range(50)]))


def test_codes_that_never_repeat_identify_a_row_and_words_do_not():
    assert roles.has_own_codes(column("booking", [f"B{n:04d}" for n in range(50)]))
    assert not roles.has_own_codes(column("booking", [f"B{n % 40:04d}" for n in range(50)]))
    assert not roles.has_own_codes(column("name", [f"a{'b' * n}" for n in range(50)]))
    assert not roles.has_own_codes(column("visits", COUNTED))


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("customer_id", "customer"), ("nameOrig", "customer"), ("nameDest", "recipient"),
        ("cc_num", "card"), ("merchant", "merchant"), ("device_id", "device"), ("IP Address", "ip"),
        ("account_id", "account"), ("TERMINAL_ID", "terminal"), ("months_as_customer", None),
        ("customer_age", None), ("merchant_city", None), ("channel", None),
        ("account_age_days", None),
    ],
)  # fmt: skip
def test_parties_are_known_by_their_names(name, role):
    assert roles.party(column(name, TEXTS)) == role


def test_the_amount_is_no_balance_and_no_limit():
    values = [f"{n}.25" for n in range(50)]
    found = roles.amount_candidates(
        [
            column(name, values)
            for name in ("oldbalanceOrg", "credit_limit", "age", "amount", "total_value")
        ]
    )
    assert [one.name for one in found] == ["amount", "total_value"]


def test_constants_free_texts_and_texts_of_their_own_are_no_categories():
    assert roles.is_constant(column("source", ["INTERNET"] * 9))
    assert not roles.is_constant(column("source", ["INTERNET"] * 9, missing=1))
    assert roles.is_free_text(column("note", [f"paid by the man number {n}" for n in range(9)]))
    assert not roles.is_free_text(column("price", ["more than 69 000 euros"] * 9))
    assert roles.has_own_texts(column("name", [f"n{n}" for n in range(2000)]))
    assert not roles.has_own_texts(column("channel", TEXTS))


def test_whole_numbers_with_the_name_of_a_code_are_names():
    assert roles.is_code(column("zip", ["10115", "80331"]))
    assert roles.is_code(column("mcc", ["5411", "6011"]))
    assert not roles.is_code(column("visits", ["3", "4"]))
    assert not roles.is_code(column("risk_class", ["3.5", "4"]))
