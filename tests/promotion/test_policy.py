"""The policy is one file: what it leaves out has defaults, and a misspelt name is refused."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from catalog.prepared_data import data_spec
from foundation.errors import InvalidParams
from foundation.settings import project_root
from promotion.policy import ChampionTest, Policy, candidates_considered, read_policy

FILE = project_root() / "params" / "promotion" / "policy.yaml"


def written(folder: Path, **content: Any) -> Path:
    file = folder / "policy.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


def test_the_file_says_every_value_that_there_is() -> None:
    assert yaml.safe_load(FILE.read_text()).keys() == Policy.model_fields.keys()
    said, known = yaml.safe_load(FILE.read_text()), Policy().model_dump(mode="json")
    for section, values in known.items():
        if isinstance(values, dict):
            assert said[section].keys() == values.keys(), section


def test_the_shipped_policy_asks_for_what_the_architecture_asks() -> None:
    policy = read_policy()
    assert policy.minimum_times_guessing == 3
    assert data_spec("creditcard").floors.minimum_accuracy == 0.90
    assert (policy.champion.test, policy.champion.significance) == ("superiority", 0.05)
    assert policy.leakage.require_report
    assert not policy.automatic.promote_by_itself


def test_every_value_has_a_comment() -> None:
    lines = [line.strip() for line in FILE.read_text().splitlines()]
    values = [place for place, line in enumerate(lines) if line and line[0] != "#"]
    for place in values:
        if not lines[place].endswith(":"):
            assert "#" in lines[place] or lines[place - 1].startswith("#"), lines[place]


def test_what_a_policy_leaves_out_is_as_shipped(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, calibration={"maximum_calibration_error": 0.5}))
    assert policy.calibration.maximum_calibration_error == 0.5
    assert policy.minimum_times_guessing == Policy().minimum_times_guessing
    assert policy.champion == read_policy().champion


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"calibraton": {}}, "did you mean calibration"),
        ({"calibration": {"maximum_eror": 0.9}}, "calibration.maximum_eror"),
        ({"calibration": {"maximum_calibration_error": 90}}, "maximum_calibration_error"),
        ({"minimum_times_guessing": float("nan")}, "minimum_times_guessing"),
        ({"minimum_times_guessing": 0.5}, "minimum_times_guessing"),
        ({"champion": {"test": "equality"}}, "champion.test"),
        ({"champion": {"significance": 0.7}}, "champion.significance"),
        ({"costs": {"review": -1}}, "costs.review"),
        ({"budgets": {"maximum_p99_milliseconds": 0}}, "budgets.maximum_p99_milliseconds"),
    ],
)
def test_a_policy_that_is_wrong_is_refused_whole(
    content: dict[str, Any], problem: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidParams, match=problem):
        read_policy(written(tmp_path, **content))


def test_the_p_value_is_corrected_for_looks_at_the_test_rows() -> None:
    candidate: Any = SimpleNamespace(trials=40, test_set_evaluations=3)
    assert candidates_considered(candidate, Policy()) == 3


def test_trials_count_too_where_the_policy_says_so() -> None:
    candidate: Any = SimpleNamespace(trials=40, test_set_evaluations=3)
    assert candidates_considered(candidate, Policy(champion=ChampionTest(count_trials=True))) == 120
