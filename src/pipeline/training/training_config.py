"""Training config: which algorithm to train and how, from production or from this project."""

from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import Field

from foundation.digests import digest_of_json
from foundation.errors import InvalidParams
from foundation.record import Record
from fraud.model.recipe import PLAIN, Recipe

REQUEST = "What train was asked to make"


class ModelChoice(Protocol):
    """The four values that make a model, as params or a promoted configuration give them."""

    @property
    def algorithm(self) -> str: ...
    @property
    def hyperparameters(self) -> Mapping[str, Any]: ...
    @property
    def recipe(self) -> Mapping[str, Any]: ...
    @property
    def decision_threshold(self) -> float | None: ...


class TrainingConfig(Record):
    """An algorithm with hyperparameters that it accepts, all of them, and where they come from.

    The plain recipe is not written: it does not change a digest that was made before there were
    recipes.
    """

    algorithm: str
    hyperparameters: dict[str, Any]
    recipe: Recipe = Field(default=PLAIN, exclude_if=lambda recipe: recipe == PLAIN)
    seed: int
    decision_threshold: float | None = None
    promotion_id: str | None = None
    data: str | None = None  # the data set that it was promoted for

    @property
    def source(self) -> str:
        return f"production config {self.promotion_id}" if self.promotion_id else "params"

    @property
    def recipe_changes(self) -> dict[str, Any]:
        """The recipe as a YAML would ask for it: what is not as in the plain one."""
        return self.recipe.model_dump(mode="json", exclude_defaults=True)

    @property
    def digest(self) -> str:
        """The same for the same model, wherever its configuration was read from."""
        return digest_of_json(self.model_dump(mode="json", exclude={"promotion_id", "data"}))

    def require_data(self, prepared: str) -> None:
        """Refuse to train what was promoted on other data than `prepare` left."""
        if self.data not in (None, prepared):
            source = f"Training from {self.source}"
            problem = (
                f"it was promoted for the data set {self.data!r}, and prepare left "
                f"{prepared!r}; set prepare.data to {self.data}, or promote again, a model of "
                f"{prepared}"
            )
            raise InvalidParams(source, [problem])


def training_config(choice: ModelChoice, *, seed: int, source: str) -> TrainingConfig:
    """Check what makes the model, and fill in the defaults; InvalidParams lists every mistake."""
    hyperparameters, mistakes = _accepted(choice.algorithm, choice.hyperparameters)
    recipe, others = _recipe(choice.recipe)
    if problems := mistakes + others:
        raise InvalidParams(source, problems)
    return TrainingConfig(
        algorithm=choice.algorithm,
        hyperparameters=hyperparameters,
        recipe=recipe,
        seed=seed,
        decision_threshold=choice.decision_threshold,
    )


def _accepted(name: str, hyperparameters: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    from fraud.algorithms import algorithm_named

    try:
        return algorithm_named(name).checked(hyperparameters).model_dump(mode="json"), []
    except InvalidParams as error:
        return {}, error.problems


def _recipe(choice: Mapping[str, Any]) -> tuple[Recipe, list[str]]:
    try:
        return Recipe.checked(choice, source="recipe"), []
    except InvalidParams as error:
        return PLAIN, [f"recipe: {problem}" for problem in error.problems]
