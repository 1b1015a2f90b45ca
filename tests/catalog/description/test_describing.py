"""A draft of a public shape is read without an edit, and says what the file is."""

import pytest

from catalog.description.describing import data_name, describe_file, write_description
from catalog.raw_file import ReadOptions, read_raw
from fakes.data.public_shapes import ROWS, SHAPES
from foundation.errors import AlreadyExists, InvalidData, InvalidParams, NotFound
from fraud.data.spec import DataSpec


def suggested(question):
    """Answer as somebody who takes each suggestion."""
    return question.suggestion


def saved(folder, shape):
    path = folder / shape.file
    path.write_bytes(shape.text.encode(shape.encoding))
    return path


@pytest.mark.parametrize("make", SHAPES.values(), ids=SHAPES)
def test_the_draft_of_a_public_shape_is_read_without_an_edit(make, tmp_path):
    shape = make()
    path = saved(tmp_path, shape)
    draft = describe_file(path, ask=suggested).draft
    written = tmp_path / "draft.yaml"
    written.write_text(draft.to_yaml())
    spec = DataSpec.from_yaml(written)
    assert (spec.label, spec.time, spec.id) == (shape.label, shape.time, shape.id)
    assert shape.amount is None or spec.amount == shape.amount
    assert shape.positive in spec.positive
    assert spec.entities.items() >= shape.entities.items()
    assert shape.ignored <= set(spec.ignore)
    raw = read_raw(path, spec, tmp_path, ReadOptions())
    assert (raw.rows, raw.bad_count) == (ROWS, 0)
    assert int(raw.labels.sum()) == shape.frauds


@pytest.mark.parametrize("make", SHAPES.values(), ids=SHAPES)
def test_a_file_asks_one_question_at_most_and_is_refused_until_it_is_answered(make, tmp_path):
    described = describe_file(saved(tmp_path, make()))
    assert len(described.draft.questions) <= 1
    for question in described.draft.questions:
        assert described.facts is None
        with pytest.raises(InvalidParams, match=question.key):
            described.draft.spec()


def test_the_facts_are_those_of_all_rows(tmp_path):
    shape = SHAPES["card_payments"]()
    facts = describe_file(saved(tmp_path, shape)).facts
    assert (len(facts.labels), facts.frauds, facts.has_calendar) == (ROWS, shape.frauds, True)
    assert facts.times[0] == 1546300818.0  # 2019-01-01 00:00:18 UTC
    assert facts.amounts.min() > 0


def test_a_missing_file_an_empty_one_and_a_picture_are_refused(tmp_path):
    with pytest.raises(NotFound, match="no file"):
        describe_file(tmp_path / "none.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(InvalidData, match="is empty"):
        describe_file(tmp_path / "empty.csv")
    (tmp_path / "header.csv").write_text("a,b\n")
    with pytest.raises(InvalidData, match="a header and no rows"):
        describe_file(tmp_path / "header.csv")
    (tmp_path / "twice.csv").write_text("a,b,a\n1,2,3\n4,5,6\n")
    with pytest.raises(InvalidData, match="names these columns twice: a"):
        describe_file(tmp_path / "twice.csv")


def test_a_description_is_written_once_unless_it_is_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr("catalog.description.describing.project_root", lambda: tmp_path)
    (tmp_path / "params" / "data").mkdir(parents=True)
    draft = describe_file(saved(tmp_path, SHAPES["bank_accounts"]()), name="accounts").draft
    path = write_description(draft)
    assert path == tmp_path / "params" / "data" / "accounts.yaml"
    with pytest.raises(AlreadyExists, match="was not touched"):
        write_description(draft)
    assert write_description(draft, replace=True) == path


@pytest.mark.parametrize(
    ("file", "name"),
    [("Orders 2024.csv.gz", "orders_2024"), ("äöü.csv", "data"), ("PS_log.csv", "ps_log")],
)
def test_a_data_set_is_called_as_its_file(tmp_path, file, name):
    assert data_name(tmp_path / file) == name


def test_a_name_that_cannot_be_a_file_is_refused(tmp_path):
    with pytest.raises(InvalidParams, match="lower-case letters"):
        describe_file(tmp_path / "a.csv", name="../etc")
