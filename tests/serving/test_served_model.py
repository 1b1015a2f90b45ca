"""A model is served once it has proved itself, and loaded without what it does not use."""

import json

import numpy as np
import pytest

from fakes.processes.imports import loaded_with
from foundation.errors import InvalidData
from fraud.algorithms.lean_imports import UNUSED_BY
from serving.served_model import load_served_model


def test_a_model_is_loaded_without_what_its_library_does_not_need():
    unneeded = UNUSED_BY["lightgbm"]
    statement = (
        "import json\n"
        "from serving.served_model import fraud_model\n"
        "files = {'model.json': json.dumps({'libraries': ['lightgbm']}).encode()}\n"
        "try: fraud_model(files)\nexcept Exception: pass"
    )
    assert loaded_with(statement, ["lightgbm", *unneeded]) == {"lightgbm"}


def test_the_golden_rows_are_the_proof(model_dir, small_model):
    served = load_served_model(model_dir, lambda files: small_model)
    assert served.model is small_model
    assert served.columns.names == small_model.columns


def test_other_scores_than_those_of_the_training_are_refused(model_dir, small_model):
    metadata = json.loads((model_dir / "metadata.json").read_text())
    metadata["golden"]["scores"] = (np.array(metadata["golden"]["scores"]) * (1 + 1e-6)).tolist()
    (model_dir / "metadata.json").write_text(json.dumps(metadata))
    with pytest.raises(InvalidData, match="golden rows the scores of the day it was trained"):
        load_served_model(model_dir, lambda files: small_model)


def test_a_folder_without_the_description_of_a_model_is_refused(model_dir, small_model):
    (model_dir / "model.json").unlink()
    with pytest.raises(InvalidData, match="lacks"):
        load_served_model(model_dir, lambda files: small_model)
