"""The tables of a description have a row for each column, and the facts of the whole file."""

from catalog.description.describing import describe_file
from catalog.description.tables import column_table, facts_table
from fakes.data.public_shapes import SHAPES


def described(folder, name):
    shape = SHAPES[name]()
    path = folder / shape.file
    path.write_bytes(shape.text.encode(shape.encoding))
    return describe_file(path)


def test_each_column_is_a_row_with_its_role_and_examples(tmp_path):
    table = column_table(described(tmp_path, "card_not_present").draft)
    rows = {row["column"]: row for row in table.iter_rows(named=True)}
    assert len(rows) == 12
    assert rows["isFraud"]["role"] == "label"
    assert 0.2 < rows["V2"]["missing"] < 0.4
    assert rows["ProductCD"]["distinct"] == 3
    assert "W" in rows["ProductCD"]["examples"]


def test_the_facts_of_a_calendar_are_dates_and_of_an_open_question_left_out(tmp_path):
    facts = dict(facts_table(described(tmp_path, "card_payments")).iter_rows())
    assert facts["rows"] == "600"
    assert facts["frauds"].endswith("of 600 (10.17%)")
    assert facts["time"].startswith("2019-01-01 00:00 to 2019-02-10")
    assert "median" in facts["amounts"]
    undecided = dict(facts_table(described(tmp_path, "mobile_money")).iter_rows())
    assert set(undecided) == {"rows", "columns", "equal rows"}
