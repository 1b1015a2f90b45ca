"""What production needs is read from its files, and what a model lacks is stated early."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments.evaluation.production_floors import POLICY, ProductionFloors
from foundation.errors import InvalidParams
from foundation.settings import project_root
from fraud.data.floors import Floors
from fraud.metrics.estimates import Estimate

LABELS = np.arange(1000) % 100 == 0


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(project_root() / "params", tmp_path / "params")
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_the_description_and_the_policy_are_read(project: Path) -> None:
    change(project / POLICY, "minimum_times_guessing: 3.0", "minimum_times_guessing: 5.0")
    found = ProductionFloors.read("creditcard")
    assert found.described.minimum_average_precision == 0.7
    assert found.times_guessing == 5


def test_a_minimum_that_is_none_is_named_before_any_work(project: Path) -> None:
    description = project / "params/data/creditcard.yaml"
    change(description, "minimum_accuracy: 0.90", "minimum_accuracy: 90")
    with pytest.raises(InvalidParams, match="minimum_accuracy"):
        ProductionFloors.read("creditcard")


def test_a_miss_is_stated_with_the_files_that_set_the_minimum() -> None:
    floors = ProductionFloors("mine", Floors(minimum_average_precision=0.7, minimum_recall=0.1), 3)
    metrics = {"average_precision": Estimate(0.55, 0.5, 0.6), "recall": Estimate(0.9, 0.8, 1.0)}
    [sentence] = floors.warnings("xgboost", metrics, LABELS, rows="these rows")
    assert sentence.startswith("On these rows, xgboost has less than production needs: ")
    assert "average precision is 0.5500 (0.5000–0.6000), needs 0.7" in sentence
    assert "recall" not in sentence
    assert {"params/data/mine.yaml", POLICY} <= set(sentence.split())


def test_what_was_not_measured_or_is_enough_is_not_mentioned() -> None:
    floors = ProductionFloors("mine", Floors(minimum_accuracy=0.9), 3)
    metrics = {"average_precision": Estimate(0.5, 0.4, 0.6)}
    assert floors.warnings("m", metrics, LABELS, rows="these rows") == []
