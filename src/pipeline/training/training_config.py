"""Training config: algorithm, hyperparameters and recipe, validated, with their source."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import Field

from foundation.commands import run_pipeline
from foundation.digests import digest_of_json
from foundation.errors import InvalidParams
from foundation.record import Record
from fraud.model.recipe import PLAIN, Recipe

if TYPE_CHECKING:
    from catalog.prepared_data import Manifest

REQUEST = "What train was asked to make"


class ModelChoice(Protocol):
    """The four values that define a model, as params or a promoted configuration give them."""

    @property
    def algorithm(self) -> str: ...
    @property
    def hyperparameters(self) -> Mapping[str, Any]: ...
    @property
    def recipe(self) -> Mapping[str, Any]: ...
    @property
    def decision_threshold(self) -> float | None: ...


class TrainingConfig(Record):
    """An algorithm with all its hyperparameters, validated, and where they come from.

    The plain recipe is not serialized, so that digests of before recipes existed stay the same.
    """

    algorithm: str
    hyperparameters: dict[str, Any]
    recipe: Recipe = Field(default=PLAIN, exclude_if=lambda recipe: recipe == PLAIN)
    seed: int
    decision_threshold: float | None = None
    promotion_id: str | None = None
    data: str | None = None  # the data set that it was promoted for
    # The prepared rows that it was chosen on; what it is does not depend on them.
    data_digest: str | None = Field(default=None, exclude=True)

    @property
    def source(self) -> str:
        """Where the configuration comes from, for people."""
        return f"production config {self.promotion_id}" if self.promotion_id else "params"

    def notes(self, manifest: "Manifest") -> tuple[str, ...]:
        """Return that it was chosen on other rows than those of `manifest`, where it was."""
        if self.data_digest in (None, manifest.data_digest):
            return ()
        method = manifest.split.method
        split = "by time" if method == "time" else method
        other = "stratified" if method == "time" else "time"
        return (
            f"The promoted configuration was chosen on other rows of {manifest.data} than these, "
            f"which are split {split}: on an earlier file, or by another split. Its figures do not "
            "compare with these. If it was chosen by another split, train by it too: --set "
            f"prepare.method={other}",
        )

    @property
    def recipe_changes(self) -> dict[str, Any]:
        """The values in which the recipe differs from the plain one, as YAML would state them."""
        return self.recipe.model_dump(mode="json", exclude_defaults=True)

    @property
    def digest(self) -> str:
        """The digest of the model definition; its source does not change the digest."""
        return digest_of_json(self.model_dump(mode="json", exclude={"promotion_id", "data"}))

    def require_data(self, prepared: str) -> None:
        """Raise InvalidParams when the configuration was promoted for another data set."""
        if self.data not in (None, prepared):
            source = f"Training from {self.source}"
            problem = (
                f"it was promoted for the data set {self.data!r}, and prepare left "
                f"{prepared!r}; train on it with {run_pipeline('training', data=self.data)}, or "
                f"promote a model of {prepared}"
            )
            raise InvalidParams(source, [problem])


def training_config(choice: ModelChoice, *, seed: int, source: str) -> TrainingConfig:
    """Validate the choice of a model and fill in defaults; InvalidParams lists every mistake."""
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
