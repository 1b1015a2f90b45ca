"""A text cannot end its literal early."""

from catalog.reading.sql import sql_text


def test_quotes_of_a_text_are_doubled():
    assert sql_text("it's") == "'it''s'"
