"""Model description: what model.json says, and which other files it vouches for."""

import operator
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from foundation.digests import digest_of_bytes
from foundation.errors import DigestMismatch, InvalidData
from foundation.params import Params, did_you_mean
from fraud.algorithms import ALGORITHMS
from fraud.recipe import PLAIN, Recipe

FORMAT = 1
DESCRIPTION = "model.json"


class AnyFormat(BaseModel):
    """What model.json holds in every format; read first, for the rest may vary."""

    format: int


class Description(Params):
    """The contents of model.json: everything about a model but the fitted algorithm itself.

    `files` has the sha256 of each file that holds the latter. What a plain model has none of is not
    written, and models from before it was invented lack it: a recipe with the states of its steps
    and of its calibration, the texts that codes of a category stand for, columns that may miss
    values.
    """

    format: int = FORMAT
    algorithm: str
    columns: tuple[str, ...] = Field(min_length=3)
    hyperparameters: dict[str, bool | int | float | str | None]
    threshold: float
    best_iteration: int | None
    seed: int
    transform: str
    transform_state: dict[str, Any]
    recipe: Recipe = Field(default=PLAIN, exclude_if=lambda recipe: recipe == PLAIN)
    step_states: tuple[dict[str, Any], ...] = Field(default=(), exclude_if=operator.not_)
    calibration_state: dict[str, Any] = Field(default_factory=dict, exclude_if=operator.not_)
    categories: dict[str, tuple[str, ...]] = Field(default_factory=dict, exclude_if=operator.not_)
    may_miss: tuple[str, ...] = Field(default=(), exclude_if=operator.not_)
    libraries: dict[str, str]
    files: dict[str, str]


def read_description(files: Mapping[str, bytes]) -> Description:
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
    return description


def own_files(description: Description, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Pick the files of the algorithm, each proven whole: XGBoost kills the process on others."""
    names = ALGORITHMS[description.algorithm].files
    if missing := [name for name in names if not {name} <= files.keys() & description.files.keys()]:
        problem = f"{description.algorithm} needs {', '.join(missing)}, which is missing"
        raise InvalidData(not_loaded(problem))
    for name in names:
        expected, found = description.files[name], digest_of_bytes(files[name])
        if found != expected:
            way_out = "Nothing was loaded; fetch the model again."
            raise DigestMismatch(name, expected=expected, found=found, way_out=way_out)
    return {name: files[name] for name in names}


def not_loaded(problem: str) -> str:
    return f"This is not a whole model: {problem}. Nothing was loaded; fetch it again."
