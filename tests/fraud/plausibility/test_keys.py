"""Plausible keys: an identifier that repeats, and a party or category that never does."""

import pytest

from fraud.plausibility.columns import KeyColumn
from fraud.plausibility.keys import key


def test_an_identifier_without_repeats_is_ok():
    finding = key(KeyColumn("tx", "id", 1_000, 1_000))
    assert (finding.check, finding.verdict) == ("identifier tx", "ok")


def test_a_few_repeats_of_an_identifier_are_counted():
    finding = key(KeyColumn("tx", "id", 1_000, 998))
    assert finding.verdict == "doubtful"
    assert "tx repeats an earlier row in 2 of 1,000 rows" in finding.sentence


def test_an_identifier_that_mostly_repeats_is_probably_a_party():
    finding = key(KeyColumn("card", "id", 1_000, 40))
    assert finding.verdict == "doubtful"
    assert "write entities: {customer: card} in place of id: card;" in finding.sentence


def test_a_party_that_is_another_in_each_row_is_doubted():
    finding = key(KeyColumn("customer", "entity", 6_362_620, 6_353_307, 3))
    assert finding.verdict == "doubtful"
    assert "write id: customer in place of the entity" in finding.sentence


def test_a_sample_may_have_each_party_once_or_twice():
    of_table, of_sample = (
        KeyColumn("customer", "entity", 20_000, 19_700, 3, is_whole=whole)
        for whole in (True, False)
    )
    assert (key(of_table).verdict, key(of_sample).verdict) == ("doubtful", "ok")
    assert key(KeyColumn("tx", "entity", 20_000, 20_000, 1, is_whole=False)).verdict == "doubtful"


def test_a_party_that_most_rows_have_is_doubted():
    finding = key(KeyColumn("merchant", "entity", 1_000, 200, 600))
    assert finding.verdict == "doubtful"
    assert "One value of merchant has 60 % of the rows" in finding.sentence


def test_a_category_of_each_row_is_doubted():
    finding = key(KeyColumn("note", "category", 950, 940, 2))
    assert finding.verdict == "doubtful"
    assert "entities, annotations or ignore in place of categorical" in finding.sentence


@pytest.mark.parametrize(
    "column",
    [
        KeyColumn("customer", "entity", 1_000, 300, 40),
        KeyColumn("channel", "category", 1_000, 1, 1_000),
        KeyColumn("city", "category", 1_000, 800, 10),
        KeyColumn("channel", "category", 0, 0, 0),
        KeyColumn("customer", "entity", 50, 50, 1),
        KeyColumn("channel", "category", 50, 50, 1),
    ],
)
def test_other_columns_are_no_doubt(column):
    finding = key(column)
    assert finding.verdict == "ok"
    assert finding.check.endswith(column.name)
