"""Model description: the contents of model.json, with the digests of the other files."""

import operator
from collections.abc import Mapping, Sequence
from statistics import median_low
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from foundation.digests import digest_of_bytes
from foundation.errors import DigestMismatch, InvalidData
from foundation.params import Params, did_you_mean
from fraud.algorithms import ALGORITHMS
from fraud.data.stored_roles import StoredRoles
from fraud.model.recipe import PLAIN, Recipe

FORMAT = 1
DESCRIPTION = "model.json"


class AnyFormat(BaseModel):
    """The part of model.json that every format has; it is read first, for the rest may vary."""

    format: int


class BagState(Params):
    """The fitted state of one bag, without the fitted algorithm itself."""

    best_iteration: int | None
    transform_state: dict[str, Any]
    step_states: tuple[dict[str, Any], ...] = Field(default=(), exclude_if=operator.not_)


class Description(StoredRoles, Params):
    """The contents of model.json: everything about a model but the fitted algorithm itself.

    `files` has the sha256 of each file that holds the latter. A field that a plain model leaves
    empty is not written, and models from before that field lack it: a recipe with the states of its
    steps and of its calibration, the texts that codes of a category stand for, columns that may
    miss values, `roles` other than the last two columns (the amount, then the time). A single bag
    is described as the model itself; of several, `bags` has the states.
    """

    format: int = FORMAT
    algorithm: str
    columns: tuple[str, ...] = Field(min_length=1)
    hyperparameters: dict[str, bool | int | float | str | None]
    threshold: float
    best_iteration: int | None
    seed: int
    transform: str
    transform_state: dict[str, Any]
    recipe: Recipe = Field(default=PLAIN, exclude_if=lambda recipe: recipe == PLAIN)
    step_states: tuple[dict[str, Any], ...] = Field(default=(), exclude_if=operator.not_)
    bags: tuple[BagState, ...] = Field(default=(), exclude_if=operator.not_)
    calibration_state: dict[str, Any] = Field(default_factory=dict, exclude_if=operator.not_)
    categories: dict[str, tuple[str, ...]] = Field(default_factory=dict, exclude_if=operator.not_)
    may_miss: tuple[str, ...] = Field(default=(), exclude_if=operator.not_)
    libraries: dict[str, str]
    files: dict[str, str]

    @property
    def bag_states(self) -> tuple[BagState, ...]:
        """The state of each bag, of the only one too."""
        only = BagState(
            best_iteration=self.best_iteration,
            transform_state=self.transform_state,
            step_states=self.step_states,
        )
        return self.bags or (only,)


def as_described(states: Sequence[BagState]) -> dict[str, Any]:
    """Return the fields of a description for these states; `best_iteration` is the median."""
    if len(states) == 1:
        return dict(states[0])
    kept = [state.best_iteration for state in states if state.best_iteration is not None]
    median = median_low(kept) if kept else None
    return {"best_iteration": median, "transform_state": {}, "bags": tuple(states)}


def read_description(files: Mapping[str, bytes]) -> Description:
    """Read model.json; InvalidData where it is missing, damaged, or of another format."""
    if DESCRIPTION not in files:
        raise InvalidData(not_loaded(f"it has no {DESCRIPTION}, only {sorted(files)}"))
    try:
        found = AnyFormat.model_validate_json(files[DESCRIPTION]).format
        if found != FORMAT:
            problem = f"its format is {found}, this version reads {FORMAT}"
            raise InvalidData(not_loaded(problem))
        description = Description.model_validate_json(files[DESCRIPTION])
    except ValidationError as error:
        raise InvalidData(not_loaded(f"{DESCRIPTION} is damaged: {error}")) from error
    if description.algorithm not in ALGORITHMS:
        hint = did_you_mean(description.algorithm, set(ALGORITHMS))
        raise InvalidData(not_loaded(f"there is no algorithm {description.algorithm!r}; {hint}"))
    expected, bags = description.recipe.bags, len(description.bags)
    if bags != (expected if expected > 1 else 0):
        problem = f"its recipe asks for {expected} bags, {DESCRIPTION} describes {bags}"
        raise InvalidData(not_loaded(problem))
    return description


def own_files(description: Description, files: Mapping[str, bytes]) -> list[dict[str, bytes]]:
    """Return each bag's files, named as the algorithm names them.

    The digest of each is checked first: XGBoost kills the process on a damaged file.
    """
    bags = description.recipe.bags
    names = [
        {saved_name(name, bag, bags): name for name in ALGORITHMS[description.algorithm].files}
        for bag in range(bags)
    ]
    _require_whole(description, files, [name for each in names for name in each])
    return [{own: files[saved] for saved, own in each.items()} for each in names]


def saved_files(bags: Sequence[Mapping[str, bytes]]) -> dict[str, bytes]:
    """Return the files of all bags, by names that differ between bags."""
    return {
        saved_name(name, bag, len(bags)): data
        for bag, files in enumerate(bags)
        for name, data in files.items()
    }


def saved_name(name: str, bag: int, bags: int) -> str:
    """Return the name of a bag's file; bags count from 0, and a single bag keeps the name."""
    return name if bags == 1 else f"bag-{bag + 1}-{name}"


def _require_whole(
    description: Description, files: Mapping[str, bytes], names: Sequence[str]
) -> None:
    if missing := [name for name in names if not {name} <= files.keys() & description.files.keys()]:
        problem = f"{description.algorithm} needs {', '.join(missing)}, which is missing"
        raise InvalidData(not_loaded(problem))
    for name in names:
        expected, found = description.files[name], digest_of_bytes(files[name])
        if found != expected:
            way_out = "Nothing was loaded; fetch the model again."
            raise DigestMismatch(name, expected=expected, found=found, way_out=way_out)


def not_loaded(problem: str) -> str:
    return f"This is not a whole model: {problem}. Nothing was loaded; fetch it again."
