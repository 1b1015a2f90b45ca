"""Feature sets: named lists of feature steps, from `params/experiments/features.yaml`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator

from foundation.errors import InvalidParams
from foundation.params import Params, did_you_mean, read_yaml
from foundation.settings import project_root
from fraud.features.history import (
    HistoryStep,
    history_step,
    is_history_step,
    require_described,
)
from fraud.features.steps import AnyStep
from fraud.model.recipe import Recipe

if TYPE_CHECKING:
    from catalog.prepared_data import Manifest

PLAIN = "plain"
Steps = Sequence[str | Mapping[str, Any]]


class FeatureSet(Params):
    """The feature steps of one set.

    `row_wise` steps compute columns from the row alone; they are fitted and saved with the model.
    `history` steps compute columns from earlier transactions of the same customer or terminal.
    """

    name: str
    row_wise: tuple[AnyStep, ...] = ()
    history: tuple[HistoryStep, ...] = ()

    @classmethod
    def of(cls, name: str, steps: Steps) -> Self:
        """Parse steps as YAML gives them; InvalidParams lists every unknown one."""
        past = [step for step in steps if is_history_step(step)]
        alone = tuple(step for step in steps if not is_history_step(step))
        recipe = Recipe.checked({"features": alone}, source=f"Feature set {name}")
        return cls(
            name=name,
            row_wise=recipe.features,
            history=tuple(history_step(step, source=f"Feature set {name}") for step in past),
        )

    def require_available(self, manifest: "Manifest") -> None:
        """Raise where the data set lacks an entity, the time or the amount that a step needs.

        Raises:
            InvalidParams: An entity is missing.
            RoleMissing: The time or the amount is missing.
        """
        self.require_entities(manifest)
        require_described(self.history, manifest.roles, data=manifest.data)
        for step in self.row_wise:
            step.require_described(manifest.roles, data=manifest.data)

    def missing_entities(self, manifest: "Manifest") -> list[str]:
        """Return the entities that the history steps need and the data set does not have."""
        return sorted({step.entity for step in self.history} - manifest.entities.keys())

    def require_entities(self, manifest: "Manifest") -> None:
        """Raise InvalidParams when the data set lacks an entity of the history steps."""
        if missing := self.missing_entities(manifest):
            has = ", ".join(sorted(manifest.entities)) or "none"
            what = f"Feature set {self.name}"
            problem = (
                f"it looks at the past of each {' and '.join(missing)}, and {manifest.data} names "
                f"no such entity (it has: {has}); params/data/{manifest.data}.yaml would name it"
            )
            raise InvalidParams(what, [problem])


def feature_sets(described: Mapping[str, Steps]) -> dict[str, FeatureSet]:
    """Parse every set; InvalidParams lists the problems of all sets."""
    sets, problems = {}, []
    for name, steps in described.items():
        try:
            sets[name] = FeatureSet.of(name, steps)
        except InvalidParams as error:
            problems += [f"{name}: {problem}" for problem in error.problems]
    if problems:
        source = "The feature sets"
        raise InvalidParams(source, problems)
    return sets


PLAIN_SET = FeatureSet(name=PLAIN)  # the columns as they are


def feature_set_named(name: str) -> FeatureSet:
    """Read one set of `params/experiments/features.yaml`; InvalidParams suggests the nearest name.

    The public functions read the set once, and pass the FeatureSet on.
    """
    file = project_root() / "params" / "experiments" / "features.yaml"
    described = read_yaml(file).get("feature_sets") or {}
    if name not in described:
        problem = f"there is no feature set {name!r}; {did_you_mean(name, set(described))}"
        raise InvalidParams(str(file), [problem])
    return FeatureSet.of(name, described[name])


def _require_known(name: str) -> str:
    feature_set_named(name)
    return name


# The name of a set in `params/experiments/features.yaml`; an unknown one is refused when loaded.
FeatureSetName = Annotated[str, AfterValidator(_require_known)]
