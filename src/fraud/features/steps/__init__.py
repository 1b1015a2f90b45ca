"""Feature steps: the columns that can be added to a transaction, and their YAML grammar.

A step is its name (`log_amount`), or its name with options (`{amount_bins: {bins: 20}}`). To add
one: write its class, list it here. Every test over STEPS then covers it.
"""

from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from foundation.errors import InvalidParams
from foundation.params import did_you_mean
from fraud.features.steps.amount_steps import AmountBins, LogAmount, RobustAmount
from fraud.features.steps.fitted_steps import FittedSteps
from fraud.features.steps.hour_cycle import HourCycle
from fraud.features.steps.interactions import Interactions
from fraud.features.steps.step import FittedStep, Step

STEPS: dict[str, type[Step]] = {
    kind.name: kind for kind in (LogAmount, RobustAmount, HourCycle, AmountBins, Interactions)
}

GRAMMAR = "a name, or {name: {option: value}}"


def step_of(given: Any) -> Step:
    """Parse a step as YAML gives it; PydanticCustomError for anything else."""
    if isinstance(given, Step):
        return given
    name, options = _name_and_options(given)
    if name not in STEPS:
        raise _not_a_step(did_you_mean(name, set(STEPS)))
    try:
        return STEPS[name].checked(options, source=name)
    except InvalidParams as error:
        raise _not_a_step("; ".join(f"{name}.{problem}" for problem in error.problems)) from None


def _name_and_options(given: Any) -> tuple[str, dict[str, Any]]:
    match given:
        case str(name):
            return name, {}
        case dict() if len(given) == 1:
            [(name, options)] = given.items()
            if isinstance(name, str) and isinstance(options, dict | None):
                return name, options or {}
    raise _not_a_step(GRAMMAR)


def _not_a_step(hint: str) -> PydanticCustomError:
    return PydanticCustomError(
        "feature_step", "it should be a feature step ({hint})", {"hint": hint}
    )


AnyStep = Annotated[Step, PlainValidator(step_of), PlainSerializer(Step.grammar)]

__all__ = ["STEPS", "AnyStep", "FittedStep", "FittedSteps", "Step"]
