"""Rows come in batches, and what is no row is told apart from them."""

from catalog.reading import batches
from catalog.reading.plain_file import open_plain
from catalog.reading.table_file import TableFile
from fraud.data.formats import FileFormat


def table_of(folder, text: str) -> TableFile:
    path = folder / "t.csv"
    path.write_text(text)
    return TableFile(open_plain(path, folder), FileFormat(), name="t.csv")


def test_batches_are_no_larger_than_said_and_together_the_table(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_ROWS", 7)
    tables = list(table_of(tmp_path, "a\n" + "1\n" * 30).batches(["a"]))
    assert max(table.height for table in tables) <= 7
    assert sum(table.height for table in tables) == 30


def test_what_is_no_row_of_json_lines_has_its_number_in_any_batch(tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_ROWS", 2048)
    broken = {1, 2, 2047, 2048, 2049, 7000, 9999}
    lines = (f'{{"a":{n}' + "}" * (n not in broken) for n in range(10_000))
    found = table_of(tmp_path, "\n\n".join(lines) + "\n").batches(["a"])
    read = [int(cell) for one in found for (cell,) in one.rows()]
    assert read == [n for n in range(10_000) if n not in broken]
    assert [reject.row for reject in found.rejects] == [n + 1 for n in sorted(broken)]
    assert [reject.text for reject in found.rejects] == [f'{{"a":{n}' for n in sorted(broken)]
