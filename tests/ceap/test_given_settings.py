"""`--set`: one grammar for every command, values as YAML 1.2, every mistake at once."""

import pytest

from ceap.given_settings import parsed_overrides
from foundation.errors import InvalidParams


def test_overrides_are_yaml_values() -> None:
    assert parsed_overrides(
        ["train.seed=7", "train.rate=0.5", "train.columns=[V1, V2]", "alert.limit=null",
         "alert.text=a=b", "train.least=1e-3", "alert.word=no"]
    ) == {
        "train": {"seed": 7, "rate": 0.5, "columns": ["V1", "V2"], "least": 0.001},
        "alert": {"limit": None, "text": "a=b", "word": "no"},
    }  # fmt: skip


def test_all_malformed_overrides_are_told_at_once() -> None:
    with pytest.raises(InvalidParams) as refusal:
        parsed_overrides(["seed=7", "train.seed", ".seed=1", "train.seed=[1"])
    assert len(refusal.value.problems) == 4
    assert "STAGE.NAME=VALUE, as in train.seed=7" in str(refusal.value)


def test_where_one_stage_is_run_its_name_may_be_left_out() -> None:
    given = ["tune.folds=2", "seed=3", "search_space={xgboost: {max_depth: [2, 3]}}"]
    assert parsed_overrides(given, only="tune") == {
        "tune": {"folds": 2, "seed": 3, "search_space": {"xgboost": {"max_depth": [2, 3]}}}
    }


def test_where_one_stage_is_run_another_is_refused() -> None:
    with pytest.raises(InvalidParams, match="is of stage compare; this command runs tune alone"):
        parsed_overrides(["compare.folds=2"], only="tune")
