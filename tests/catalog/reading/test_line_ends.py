"""The lines of a text are counted exactly, however the file is cut into chunks."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading import line_ends
from catalog.reading.line_ends import line_facts, with_plain_line_ends, without_empty_lines

texts = st.lists(st.sampled_from(["a,b", "", "1_0", '"x"', "+-1"]), max_size=9)


@given(
    lines=texts, end=st.sampled_from(["\n", "\r\n"]), is_ended=st.booleans(),
    chunk=st.integers(1, 20),
)  # fmt: skip
def test_lines_are_counted_in_chunks_of_any_size(tmp_path_factory, lines, end, is_ended, chunk):
    text = end.join(lines) + (end if is_ended and lines else "")
    path = tmp_path_factory.mktemp("t") / "t"
    path.write_text(text, newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_ends, "CHUNK_BYTES", chunk)
        facts = line_facts(path)
    assert facts.has_quotes == ('"' in text)
    assert facts.has_odd_numbers >= ("_" in text and chunk > 3)
    if text.strip():
        assert facts.lines == len([line for line in lines if line])
        assert not facts.mixes_line_ends


@given(lines=texts, ends=st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=9, max_size=9),
       chunk=st.integers(1, 9))  # fmt: skip
def test_every_line_end_becomes_one_line_feed(tmp_path_factory, lines, ends, chunk):
    folder = tmp_path_factory.mktemp("t")
    (folder / "t").write_text("".join(a + b for a, b in zip(lines, ends, strict=False)), newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_ends, "CHUNK_BYTES", chunk)
        written = with_plain_line_ends(folder / "t", folder).read_text()
    joined = "".join(a + b for a, b in zip(lines, ends, strict=False))
    assert written == joined.replace("\r\n", "\n").replace("\r", "\n")


def filled(folder, text: str, quote: str = '"') -> str:
    (folder / "t").write_text(text, newline="")
    target = without_empty_lines(folder / "t", folder, quote=quote, delimiters=",;")
    with target.open(newline="") as file:
        return file.read()


def test_empty_lines_go_and_lines_of_spaces_or_delimiters_stay_as_rows(tmp_path):
    assert filled(tmp_path, "\n \na\n\n \n\nb") == "a\n \nb"
    assert filled(tmp_path, "\ufeff\r\n\r\na,b\r\n,\r\n\r\n") == "a,b\r\n,\r\n"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ('a,b\n1,"x\n\ny"\n', '"'),
        ('a,b\n"x\n\n""\n\n""y", "\n\n"\n', '"'),
        ("a,b\n1,'x\n\ny'\n", "'"),
        ("a,b\n1,x\n\ny\n", ""),
        ('a,b\n1,x"\n\ny"\n', '"'),
        ('a,b\n1,"",""\n\n"y"\n', '"'),
        ("a,b\n1,'x\n\ny'\n", '"'),
    ],
)
def test_empty_lines_inside_quotes_stay(tmp_path, text, quote):
    rows = list(csv.reader(io.StringIO(text, newline=""), quotechar=quote or None,
                           skipinitialspace=True))  # fmt: skip
    kept = filled(tmp_path, text, quote)
    found = list(csv.reader(io.StringIO(kept, newline=""), quotechar=quote or None,
                            skipinitialspace=True))  # fmt: skip
    assert found == [row for row in rows if row]
