"""Texts fit where they stand and stay what they were."""

from hypothesis import given
from hypothesis import strategies as st

from plots.layout.text_size import elided, text_width, wrapped

WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@given(text=WORDS, room=st.floats(0.3, 3))
def test_a_shortened_text_fits_and_keeps_its_ends(text: str, room: float) -> None:
    shorter = elided(text, room)
    assert text_width(shorter) <= room
    if shorter != text:
        start, end = shorter.split("…", 1)
        assert text.startswith(start)
        assert text.endswith(end)


@given(words=st.lists(st.sampled_from(["a", "model", "with", "columns"]), max_size=30))
def test_a_wrapped_text_loses_no_word_and_fits(words: list[str]) -> None:
    lines = wrapped(" ".join(words), 2.0)
    assert " ".join(lines).split() == words
    assert all(text_width(line, 10.5) <= 2.0 for line in lines)
