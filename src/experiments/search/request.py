"""Study request: everything that decides a study, and whether a study may be resumed with it."""

import hashlib
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any, Literal

from pydantic import Field

from experiments.search.space import SearchSpace
from foundation.errors import InvalidParams
from foundation.params import Params

# A budget may grow: the first trials stay the same ones.
MAY_CHANGE = {"trials"}
BELOW_2_31 = 2**31


class StudyRequest(Params):
    """Everything that decides the trials of a study, and their values.

    `trials` None leaves the budget to a deadline; only a budget in trials is reproducible.
    `prune_below`: a trial is pruned when, at a step, it is in this worst share (in percent) of the
    trials of earlier batches. `facts` are everything else that decides a value: folds, features, …
    """

    name: str = Field(min_length=1, max_length=200)
    seed: int = Field(ge=0, lt=BELOW_2_31)
    strategy: Literal["bayesian", "random", "grid"] = "bayesian"
    search_space: SearchSpace
    trials: int | None = Field(default=None, ge=1)
    batch_size: int = Field(default=8, ge=1, le=1000)
    prune_below: float | None = Field(default=None, gt=0, lt=100)
    data_digest: str
    facts: dict[str, Any] = Field(default_factory=dict)

    @property
    def slots(self) -> int | None:
        """The number of trials: a grid may hold fewer than the budget allows."""
        if self.strategy != "grid":
            return self.trials
        whole = sum(map(self.search_space.grid_size, self.search_space.algorithms))
        return whole if self.trials is None else min(whole, self.trials)

    def trial_seed(self, slot: int) -> int:
        """Return the seed of the model of a trial."""
        return derived_seed(self.seed, "trial", slot)

    def facts_to_keep(self) -> dict[str, Any]:
        """Return the request as JSON, with the version of Optuna: another may draw other trials."""
        return {**self.model_dump(mode="json"), "optuna": version("optuna")}


def derived_seed(seed: int, purpose: str, number: int) -> int:
    """Return a seed below 2**31 for a purpose and number, the same on every machine."""
    digest = hashlib.sha256(f"{seed}/{purpose}/{number}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BELOW_2_31


def require_same_study(kept: Mapping[str, Any], requested: Mapping[str, Any], name: str) -> None:
    """Raise InvalidParams, with each difference, when a study would be resumed as another one."""
    differences = [
        difference
        for key in sorted(kept.keys() | requested.keys())
        if key not in MAY_CHANGE
        for difference in _differences(key, kept.get(key), requested.get(key))
    ]
    if differences:
        what = f"The request to resume study {name} (give another name to start a new study)"
        raise InvalidParams(what, differences)


def _differences(where: str, kept: Any, requested: Any) -> Iterator[str]:
    if isinstance(kept, dict) and isinstance(requested, dict):
        for key in [*kept, *(key for key in requested if key not in kept)]:
            yield from _differences(f"{where}.{key}", kept.get(key), requested.get(key))
    elif kept != requested:
        yield f"{where} is {kept!r} in the study, not {requested!r}"
