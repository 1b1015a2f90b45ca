"""Numbers are read as the file writes them, without its marks of missing ones."""

from fakes.data.drafts import drafted, lines_of


def test_marks_of_missing_numbers_are_named_with_their_columns(tmp_path):
    draft = drafted(tmp_path, lines_of("age,visits,fraud", "{n},{n},0", "?,{n},1", "{n},{n},0"))
    (marks,) = (guess for guess in draft.guesses if guess.key == "missing_marks")
    assert (marks.value, marks.reason) == (["?"], "for missing numbers, in age")
    assert draft.values["missing"] == ["age"]


def test_decimals_and_currency_are_told_from_the_cells(tmp_path):
    draft = drafted(tmp_path, lines_of("paid;rate;fraud", "€{n};{n},5;0", "€1{n};1{n},25;1"))
    values = draft.values
    assert (values["delimiter"], values["decimal"], values["currency"]) == ("semicolon", ",", "€")
    assert set(values["features"]) == {"paid", "rate"}
