"""A real model with texts and gaps behind HTTP: what it says is what it says in process."""

import json

import numpy as np
import orjson
import pytest

from catalog.model_archive import ModelMetadata, golden_rows
from fakes.data.rows_with_gaps import gappy_fitted, gappy_rows
from fraud.scoring.model_columns import ModelColumns
from pipeline.scoring import csv_of
from serving.served_model import fraud_model, load_served_model

ALGORITHM = "logistic_regression"
ROWS = gappy_rows(5, 300)
LINEAGE = {
    "data_digest": "d", "config_digest": "c", "environment_digest": "e", "git_commit": None,
    "git_dirty": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What train leaves of a model whose golden rows miss values."""
    model, folder = gappy_fitted(ALGORITHM), tmp_path_factory.mktemp("model")
    golden = golden_rows(model, gappy_rows(2), 20)
    assert any(None in row for row in golden.rows)
    metadata = ModelMetadata(
        **LINEAGE, algorithm=ALGORITHM, columns=list(model.columns), threshold=0.5, golden=golden
    )
    for name, data in {**model.to_files(), "metadata.json": metadata.to_json()}.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def client(folder, open_server):
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    with open_server(folder, fraud_model(files)) as client:
        assert client.when_loaded()[0] == 200
        yield client


def records():
    columns = ModelColumns.of(gappy_fitted(ALGORITHM))
    return [
        {
            name: value_of(name, value, columns)
            for name, value in zip(columns.names, row, strict=True)
        }
        for row in ROWS.rows.tolist()
    ]


def value_of(name, value, columns):
    if np.isnan(value):
        return None
    return columns.categories[name][int(value)] if name in columns.categories else value


def lines_of(rows):
    return b"\n".join(orjson.dumps(row) for row in rows)


BODIES = {
    "text/csv": lambda: csv_of(ROWS.rows, ModelColumns.of(gappy_fitted(ALGORITHM))),
    "application/json": lambda: orjson.dumps(records()),
    "application/jsonlines": lambda: lines_of(records()),
}


@pytest.mark.parametrize("content_type", BODIES)
def test_every_content_type_gives_the_model_s_own_scores(client, content_type):
    status, answer = client.score(BODIES[content_type](), content_type)
    assert status == 200
    expected = gappy_fitted(ALGORITHM).scores(ROWS.rows)
    np.testing.assert_allclose(answer["scores"], expected, rtol=1e-12)


def test_a_text_that_no_training_row_had_gets_the_score_of_a_missing_one(client):
    good = next(row for row in records() if None not in row.values())
    asked = [{**good, "Channel": channel} for channel in ("pigeon", None)]
    status, answer = client.score(orjson.dumps(asked), "application/json")
    assert status == 200
    assert answer["scores"][0] == pytest.approx(answer["scores"][1], rel=1e-12)


def test_a_rejection_names_row_column_and_what_it_takes(client):
    good = next(row for row in records() if None not in row.values())
    asked = [good, {**good, "Channel": 2}]
    status, answer = client.score(orjson.dumps(asked), "application/json")
    assert (status, answer["row"], answer["column"]) == (400, 2, "Channel")
    assert "takes text (it knows 'web', 'till', 'phone')" in answer["error"]


def test_a_model_proves_itself_by_golden_rows_with_gaps(folder):
    rows = json.loads((folder / "metadata.json").read_text())["golden"]["rows"]
    assert any(None in row for row in rows)
    assert load_served_model(folder).columns.optional == {"V1", "V3", "Amount", "Shop", "Channel"}
