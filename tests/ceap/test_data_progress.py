"""The progress of data on its way: sentences that stay, and a bar while bytes are moved."""

import pytest

from ceap.data_progress import DataProgress

Output = pytest.CaptureFixture[str]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that can show a bar, 100 columns wide."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TTY_INTERACTIVE", "1")
    monkeypatch.setenv("COLUMNS", "100")


def test_sentences_are_printed_whole_as_they_are(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    sentence = "Written to s3://fraud-detection-data/raw/[mine].csv. Train on it: ceap run training"
    with DataProgress() as progress:
        progress.note(sentence)
        progress.note("Done.")
    assert [line for line in capsys.readouterr().out.splitlines() if line] == [sentence, "Done."]


@pytest.mark.usefixtures("terminal")
def test_a_bar_shows_what_moves_and_how_far_it_is(capsys: Output) -> None:
    with DataProgress() as progress:
        progress.advance("Reading [mine].csv", 50, 200)
        progress.note("a sentence")  # draws the bar anew below it
    output = capsys.readouterr().out
    assert "Reading [mine].csv" in output
    assert "25%" in output


@pytest.mark.usefixtures("terminal")
def test_what_is_moved_next_takes_the_place_of_the_bar_before(capsys: Output) -> None:
    with DataProgress() as progress:
        progress.advance("Reading one.csv", 50, 100)
        progress.advance("Writing two.csv", 0, None)
        progress.note("before the last")
        capsys.readouterr()
        progress.note("the last")
        last = capsys.readouterr().out
    assert "Writing two.csv" in last
    assert "Reading one.csv" not in last


def test_elsewhere_than_on_a_terminal_no_bar_is_drawn(capsys: Output) -> None:
    with DataProgress() as progress:
        progress.advance("Reading one.csv", 50, 100)
    assert "Reading" not in capsys.readouterr().out
