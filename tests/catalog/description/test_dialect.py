"""The dialect of a file is told from its bytes, and numbers from their notation."""

import pytest

from catalog.description.dialect import (
    csv_dialect,
    is_number,
    missing_marks,
    number_notation,
    open_undescribed,
)
from catalog.reading.plain_file import open_plain
from fraud.data.formats import FileFormat


def keys(guesses) -> dict[str, object]:
    return {guess.key: guess.value for guess in guesses}


def saved(folder, content: bytes):
    path = folder / "table.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_the_delimiter_is_the_mark_that_divides_every_line_alike(tmp_path, mark):
    lines = [mark.join(["id", "note", "n"]), *(f"{n}{mark}a, b{mark}{n},5" for n in range(40))]
    plain = open_plain(saved(tmp_path, "\n".join(lines).encode()), tmp_path)
    (guess,) = csv_dialect(plain, "table.csv")
    assert FileFormat(delimiter=guess.value).delimiter == mark


def test_a_usual_file_needs_no_word(tmp_path):
    plain = open_plain(saved(tmp_path, b'a,"b, c"\n1,"x\ny"\n2,z\n'), tmp_path)
    assert csv_dialect(plain, "table.csv") == []


def test_bytes_that_are_not_utf_8_are_guessed_and_said(tmp_path):
    plain, (guess,) = open_undescribed(saved(tmp_path, "a,b\nKöln,1\n".encode("cp1252")), tmp_path)
    assert (guess.key, guess.value) == ("encoding", "cp1252")
    assert "Köln" in plain.parts[0].read_text()
    assert open_undescribed(saved(tmp_path, "a\nKöln\n".encode()), tmp_path)[1] == []
    assert open_undescribed(saved(tmp_path, "a\nKöln\n".encode("utf-16")), tmp_path)[1] == []


@pytest.mark.parametrize(
    ("cells", "delimiter", "notation"),
    [
        (["17,01", "3", "266,3"], ";", {"decimal": ","}),
        (["1.234,50", "12,00"], ";", {"decimal": ",", "thousands": "."}),
        (["1,234.50", "12.00"], ";", {"thousands": ","}),
        (["1,234", "12,345"], ";", {"thousands": ","}),
        (["$17.01", "$1.00"], ",", {"currency": "$"}),
        (["-$17.01", "$1.00"], ",", {"currency": "$"}),
        (["17,01 €", "1.000,00 €"], ";", {"currency": "€", "decimal": ",", "thousands": "."}),
        (["1 234", "12"], ",", {"thousands": " "}),
        (["1.5", "2"], ",", {}),
        (["web", "pos"], ",", {}),
        (["110.87.2.1"], ",", {}),
    ],
)
def test_the_notation_of_numbers_is_that_of_their_cells(cells, delimiter, notation):
    assert keys(number_notation([cells, ["text", "more"]], delimiter)) == notation
    form = FileFormat(**notation)
    assert all(is_number(cell, form) for cell in cells) or not notation


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (["1", "?", "2"], ["?"]),
        (["1", "N/A", "none"], ["N/A", "none"]),
        (["1", "2"], []),
        (["1", "abc"], []),
        (["?", "?", "?"], []),
    ],
)
def test_marks_of_missing_numbers_stand_beside_numbers_only(cells, marks):
    assert missing_marks(cells, FileFormat()) == marks
