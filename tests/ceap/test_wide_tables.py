"""`--wide` prints every column in one line; without it the table fits the terminal."""

import pytest

from ceap.tables.fitted import Field, FittedTable
from ceap.wide_tables import print_table

ROW = ("identity-of-some-length", "a text of several words that is long", "left out when narrow")


@pytest.fixture
def table() -> FittedTable:
    table = FittedTable.of(Field("id", on_one_line=True), "text", Field("more", may_go=True))
    table.add_row(*ROW)
    return table


def test_in_the_width_of_the_terminal_or_in_the_width_that_it_needs(
    table: FittedTable, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "36")
    print_table(table, wide=False)
    narrow = capsys.readouterr().out
    print_table(table, wide=True)
    wide = capsys.readouterr().out

    assert "Too narrow for: more" in narrow
    assert max(map(len, narrow.splitlines())) <= 36
    assert any(all(cell in line for cell in ROW) for line in wide.splitlines())
