"""Batch rules are those of score, whoever applies them."""

from datetime import date

import pytest

from catalog.batch_rules import SCORE_PARAMS, BatchRules, read_batch_rules
from foundation.errors import InvalidParams
from foundation.settings import project_root
from fraud.data.roles import Roles
from fraud.scoring.day_window import DayWindow
from fraud.scoring.model_columns import ModelColumns
from pipeline.score import ScoreParams

COLUMNS = ModelColumns(("V1", "Amount", "Time"), roles=Roles("Amount", "Time"))
DAY = date(2026, 11, 21)


@pytest.fixture
def score_yaml(tmp_path, monkeypatch):
    path = tmp_path / SCORE_PARAMS
    path.parent.mkdir(parents=True)
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    return path


def test_the_rules_that_are_read_are_those_that_score_takes():
    params = ScoreParams.from_yaml(project_root() / SCORE_PARAMS)
    assert read_batch_rules().laws(COLUMNS, DAY) == params.laws(COLUMNS, DAY)


def test_the_file_decides_and_what_is_not_named_keeps_its_default(score_yaml):
    score_yaml.write_text("batch_rows: 7\nday_tolerance_hours: 0\nunknown_fields: refuse\n")
    laws = read_batch_rules().laws(COLUMNS, DAY)
    assert laws.day == DayWindow(DAY, 0)
    assert laws.refuse_unknown_fields
    score_yaml.write_text("batch_rows: 7\n")
    assert read_batch_rules() == BatchRules()


def test_a_wrong_rule_is_named_with_its_file(score_yaml):
    score_yaml.write_text("day_tolerance_hours: 48\n")
    with pytest.raises(InvalidParams, match="day_tolerance_hours") as refusal:
        read_batch_rules()
    assert str(score_yaml) in str(refusal.value)
