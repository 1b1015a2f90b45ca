"""What production asks for is read from its files, and what a model lacks is stated early."""

import shutil
from pathlib import Path

import pytest

from experiments.evaluation.production_floors import EVALUATE, POLICY, ProductionFloors
from foundation.errors import InvalidParams
from foundation.settings import project_root
from fraud.metrics.estimates import Estimate


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(project_root() / "params", tmp_path / "params")
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_both_files_are_read(project: Path) -> None:
    change(project / EVALUATE, "minimum_recall: 0.0", "minimum_recall: 0.4")
    found = ProductionFloors.read()
    assert found.promotion == {
        "accuracy": 0.9, "average_precision": 0.7, "recall_at_1pct_fpr": 0.75,
    }  # fmt: skip
    assert found.training == {"accuracy": 0.9, "average_precision": 0.7, "recall": 0.4}


def test_a_minimum_that_is_none_is_named_before_any_work(project: Path) -> None:
    change(project / POLICY, "minimum_accuracy: 0.90", "minimum_accuracy: 90")
    with pytest.raises(InvalidParams, match="minimum_accuracy"):
        ProductionFloors.read()


def test_each_miss_is_stated_once_with_the_files_that_set_it() -> None:
    floors = ProductionFloors(
        {"average_precision": 0.7, "roc_auc": 0.5}, {"average_precision": 0.7}
    )
    metrics = {"average_precision": Estimate(0.55, 0.5, 0.6), "roc_auc": Estimate(0.9, 0.8, 1.0)}
    [sentence] = floors.warnings("xgboost", metrics, rows="these rows")
    assert sentence.startswith("On these rows, xgboost is below a minimum of production: ")
    assert sentence.count("average_precision is 0.5500 (0.5000–0.6000), needs 0.7") == 1
    assert f"({POLICY} and {EVALUATE})" in sentence
    assert "roc_auc" not in sentence


def test_what_was_not_measured_or_is_enough_is_not_mentioned() -> None:
    floors = ProductionFloors({"accuracy": 0.9, "roc_auc": 0.5}, {})
    assert floors.warnings("m", {"roc_auc": Estimate(0.5, 0.4, 0.6)}, rows="these rows") == []
