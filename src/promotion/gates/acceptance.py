"""Acceptance: whether production can train this model, and compute its features."""

from collections.abc import Sequence

from foundation.errors import InvalidParams
from foundation.production.config import ABOVE_ALL
from fraud.algorithms import algorithm_named
from fraud.features.history import HistoryStep
from fraud.model.fraud_model import FraudModel
from fraud.model.recipe import Recipe
from promotion.gates.result import pass_or_fail
from promotion.records import GateResult

SEEDS = 2**31  # training accepts 0 to SEEDS - 1


def hyperparameters_gate(model: FraudModel) -> GateResult:
    """Refuse what the training pipeline would refuse.

    A model may be older than the code of its algorithm.
    """
    problems = [*_refused_hyperparameters(model), *_refused_recipe(model)]
    threshold, seed = model.threshold, model.description.seed
    if not 0 <= threshold <= ABOVE_ALL:
        problems.append(f"its threshold is {threshold:g}, and a score is between 0 and 1")
    if not 0 <= seed < SEEDS:
        problems.append(f"its seed is {seed}, and training takes 0 to {SEEDS - 1}")
    count = len(model.hyperparameters)
    fine = f"All {count} hyperparameters of {model.algorithm} are inside what production accepts."
    return pass_or_fail("hyperparameters", problems, fine)


def servable_gate(history: Sequence[HistoryStep]) -> GateResult:
    """Refuse features that only experiments compute."""
    needed = ", ".join(f"{step.name} of each {step.entity}" for step in history)
    problems = (
        [f"its features need {needed}, and production does not compute the past of an entity yet"]
        if history
        else []
    )
    return pass_or_fail("servable", problems, "Production has every column that it needs.")


def _refused_hyperparameters(model: FraudModel) -> list[str]:
    try:
        algorithm_named(model.algorithm).checked(model.hyperparameters)
    except InvalidParams as error:
        return [f"production refuses {model.algorithm}: {problem}" for problem in error.problems]
    return []


def _refused_recipe(model: FraudModel) -> list[str]:
    try:
        Recipe.checked(model.recipe.model_dump(mode="json"), source="The recipe")
    except InvalidParams as error:
        return [f"production refuses its recipe: {problem}" for problem in error.problems]
    return []
