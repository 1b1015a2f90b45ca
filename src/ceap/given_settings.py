"""Given settings: the values of `--set`, in one grammar for every command that takes them."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="STAGE.NAME=VALUE", help="Change a parameter, as train.seed=7. Repeatable."
    ),
]
Data = Annotated[
    str | None,
    typer.Option(
        "--data", metavar="NAME", help="The data set, a file of `params/data/`: for every stage."
    ),
]


def parsed_overrides(settings: Sequence[str], only: str = "") -> dict[str, dict[str, Any]]:
    """Read `stage.name=value` texts: the values by stage and name.

    The values are YAML, so 0.5 and 1e-3 are numbers, [a, b] is a list and null is None. Where a
    command runs the stage `only`, its name may be left out: `seed=7` is `train.seed=7` then, and
    every other stage is refused. Raises InvalidParams with every mistake.
    """
    from foundation.errors import InvalidParams

    overrides: dict[str, dict[str, Any]] = {}
    problems = []
    for text in settings:
        try:
            stage, name, value = _parsed(text, only)
        except ValueError as error:
            problems.append(str(error))
        else:
            overrides.setdefault(stage, {})[name] = value
    if problems:
        source = "--set"
        raise InvalidParams(source, problems)
    return overrides


def _parsed(text: str, only: str) -> tuple[str, str, Any]:
    """Return stage, name and value; ValueError, with the reason, for a text that has none."""
    import yaml

    from foundation.yaml_values import parsed_yaml

    place, separator, value = text.partition("=")
    stage, dot, name = place.partition(".") if "." in place or not only else (only, ".", place)
    if not (separator and dot and stage and name):
        problem = f"{text!r} is not STAGE.NAME=VALUE, as in {only or 'train'}.seed=7"
        raise ValueError(problem)
    if only and stage != only:
        problem = f"{text!r} is of stage {stage}; this command runs {only} alone"
        raise ValueError(problem)
    try:
        return stage, name, parsed_yaml(value)
    except yaml.YAMLError as error:
        problem = f"{text!r}: its value is not YAML: {error}"
        raise ValueError(problem) from None
