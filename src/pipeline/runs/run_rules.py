"""Run rules: time-out, attempts and memory limit of each stage."""

from pathlib import Path
from typing import Any

from pydantic import Field

from foundation.errors import InvalidParams
from foundation.params import Params, did_you_mean, read_yaml
from foundation.settings import project_root
from pipeline.order import Stages


class StageRules(Params):
    """Rules of one stage; `memory_limit_mb: null` sets no limit but that of the machine.

    Each wait between attempts is twice the one before, from `backoff_seconds`.
    """

    timeout_seconds: float = Field(gt=0)
    attempts: int = Field(ge=1, le=10)
    backoff_seconds: float = Field(ge=0)
    memory_limit_mb: float | None = Field(gt=0)

    def wait_before(self, attempt: int) -> float:
        """Return the seconds to wait before an attempt; attempts count from 1."""
        return float(self.backoff_seconds * 2 ** (attempt - 2))


def rules_file(pipeline: str) -> Path:
    """Return the path of the run rules of a pipeline."""
    return project_root() / "params" / pipeline / "pipeline.yaml"


def read_rules(stages: Stages) -> dict[str, StageRules]:
    """Read the rules of every stage of a pipeline; InvalidParams lists every mistake."""
    file = rules_file(stages[0].pipeline)
    content, names = read_yaml(file), {stage.name for stage in stages}
    problems = [
        f"{name}: no such stage; {did_you_mean(name, names)}" for name in content.keys() - names
    ]
    rules: dict[str, StageRules] = {}
    for stage in stages:
        try:
            rules[stage.name] = _rules_of(stage.name, content)
        except InvalidParams as error:
            problems += error.problems
    if problems:
        raise InvalidParams(str(file), problems)
    return rules


def _rules_of(stage: str, content: dict[str, Any]) -> StageRules:
    if stage not in content:
        raise InvalidParams(stage, [f"{stage}: it is needed and missing"])
    if not isinstance(content[stage], dict):
        raise InvalidParams(stage, [f"{stage}: it should hold `name: value` lines"])
    try:
        return StageRules.checked(content[stage], source=stage)
    except InvalidParams as error:
        raise InvalidParams(stage, [f"{stage}.{problem}" for problem in error.problems]) from None
