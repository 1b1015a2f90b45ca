"""Run rules: all of a pipeline are read, or every mistake is listed."""

from pathlib import Path

import pytest
import yaml

from fakes.tiny.project import RULES, TINY, tiny_project
from foundation.errors import InvalidParams
from pipeline.order import PIPELINES
from pipeline.runs.run_rules import StageRules, read_rules


@pytest.fixture
def rules_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    tiny_project(tmp_path)
    return tmp_path / "params" / "tiny" / "pipeline.yaml"


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_every_stage_of_the_project_has_rules(pipeline):
    stages = PIPELINES[pipeline]
    assert read_rules(stages).keys() == {stage.name for stage in stages}


def test_all_mistakes_are_listed_at_once(rules_file):
    wrong = {"mkae": RULES, "double": {**RULES, "attempts": 0, "timeuot_seconds": 5}}
    rules_file.write_text(yaml.safe_dump(wrong))

    with pytest.raises(InvalidParams) as refusal:
        read_rules(TINY)

    text = str(refusal.value)
    assert "mkae: no such stage; did you mean make?" in text
    assert "make: it is needed and missing" in text
    assert "double.attempts: " in text
    assert "double.timeuot_seconds: no such parameter; did you mean timeout_seconds?" in text


def test_a_stage_without_values_is_refused(rules_file):
    rules_file.write_text("make: 3\ndouble:\n")
    with pytest.raises(InvalidParams, match="make: it should hold"):
        read_rules(TINY)


def test_waits_double():
    rules = StageRules(timeout_seconds=1, attempts=4, backoff_seconds=5, memory_limit_mb=None)
    assert [rules.wait_before(attempt) for attempt in (2, 3, 4)] == [5, 10, 20]
