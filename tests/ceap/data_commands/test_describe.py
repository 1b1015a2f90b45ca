"""`ceap data describe`: a file becomes a draft with reasons, and what is open is said."""

import pytest

from ceap.data import app
from fakes.data.public_shapes import SHAPES
from fakes.processes.terminal import run_in_terminal
from foundation.errors import AlreadyExists


@pytest.fixture
def file(tmp_path, monkeypatch):
    (tmp_path / "params" / "data").mkdir(parents=True)
    monkeypatch.setattr("catalog.description.describing.project_root", lambda: tmp_path)
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", str(tmp_path / "state"))
    shape = SHAPES["mobile_money"]()
    path = tmp_path / shape.file
    path.write_text(shape.text)
    return path


def described(file, *words: str) -> str:
    return run_in_terminal(app, "describe", str(file), *words, width=100)


def test_a_draft_with_a_question_says_what_to_answer_and_what_comes_next(file, tmp_path):
    text = described(file, "--no-input")
    assert "Still to be answered in that file" in text
    assert "time_unit: do the numbers of step count" in text
    assert "ceap data ingest" in text
    assert "ceap compare --data ps_log" in text
    assert "time_unit: '? do" in (tmp_path / "params" / "data" / "ps_log.yaml").read_text()


def test_an_answer_beforehand_leaves_nothing_open_and_a_draft_is_not_replaced(file, tmp_path):
    text = described(file, "--answer", "time_unit=hours", "--name", "transfers")
    assert "Read it; correct what is wrong." in text
    draft = (tmp_path / "params" / "data" / "transfers.yaml").read_text()
    assert "time_unit: hours # as answered" in draft
    with pytest.raises(AlreadyExists, match="was not touched"):
        described(file, "--name", "transfers")
    described(file, "--name", "transfers", "--force")
