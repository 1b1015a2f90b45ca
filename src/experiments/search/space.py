"""Search space: the algorithms of a study, and the ranges of their hyperparameters."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from experiments.search.ranges import Choice, Span, own_ranges, parsed_range
from foundation.errors import InvalidParams
from foundation.params import Params, did_you_mean
from fraud.algorithms import ALGORITHMS

if TYPE_CHECKING:
    import optuna

ALGORITHM = "algorithm"  # the parameter that says which one, where there are several


class SearchSpace(Params):
    """The ranges of each algorithm, in one order whatever order the user wrote.

    `named` are the hyperparameters that the user gave a range: a grid varies these alone.
    """

    ranges: dict[str, dict[str, Span | Choice]] = Field(min_length=1)
    named: dict[str, tuple[str, ...]]

    @classmethod
    def over(cls, algorithms: Sequence[str], overrides: Mapping[str, Any] | None = None) -> Self:
        """Lay `overrides` (algorithm → hyperparameter → range) over the algorithms' own ranges.

        A range is `[low, high]`, `{low: …, high: …, log: true}` or `{values: […]}`; a pair is
        searched on the scale (log or not) of the algorithm's own range. Raises InvalidParams with
        every problem at once: unknown names, ranges upside down, or wider than production accepts.
        """
        laid: Mapping[str, Any] = overrides or {}
        problems = [*_unknown_algorithms(algorithms), *_strangers(laid, algorithms)]
        ranges, named = {}, {}
        for algorithm in (name for name in ALGORITHMS if name in algorithms):
            own, wanted = own_ranges(algorithm), laid.get(algorithm) or {}
            mine, wrong = _laid_over(algorithm, own, wanted)
            problems += wrong
            ranges[algorithm] = mine
            named[algorithm] = tuple(name for name in mine if name in wanted)
        if problems:
            what = "The search space"
            raise InvalidParams(what, problems)
        return cls(ranges=ranges, named=named)

    @property
    def algorithms(self) -> tuple[str, ...]:
        return tuple(self.ranges)

    def draw(self, trial: "optuna.Trial") -> None:
        """Suggest an algorithm to `trial`, where there is a choice, and a value for each range."""
        algorithm = self.algorithms[0]
        if len(self.algorithms) > 1:
            algorithm = trial.suggest_categorical(ALGORITHM, self.algorithms)
        for name, span in self.ranges[algorithm].items():
            span.draw(trial, f"{algorithm}.{name}")

    def defaults(self, algorithm: str) -> dict[str, Any]:
        """Return the parameters of a trial with the algorithm's defaults.

        A default outside its range is replaced by the nearest value of the range.
        """
        own = ALGORITHMS[algorithm].checked({}).model_dump()
        nearest = {
            f"{algorithm}.{name}": span.nearest(own[name])
            for name, span in self.ranges[algorithm].items()
        }
        return ({ALGORITHM: algorithm} if len(self.algorithms) > 1 else {}) | nearest

    def chosen(self, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the algorithm of a trial, and all hyperparameters.

        Those that the trial does not vary have their defaults. Raises InvalidParams for values that
        production does not accept.
        """
        algorithm = parameters.get(ALGORITHM, self.algorithms[0])
        prefix = f"{algorithm}."
        varied = {
            name.removeprefix(prefix): value
            for name, value in parameters.items()
            if name.startswith(prefix)
        }
        return algorithm, ALGORITHMS[algorithm].checked(varied).model_dump()

    def levels(self, algorithm: str) -> dict[str, tuple[int | float, ...]]:
        """Return the levels of each hyperparameter that a grid varies.

        A grid varies the named hyperparameters, or all when none is named. Their levels are the
        given values, or the two ends of a range and its middle.
        """
        varied = self.named[algorithm] or tuple(self.ranges[algorithm])
        return {name: self.ranges[algorithm][name].levels for name in varied}

    def grid_size(self, algorithm: str) -> int:
        """Return the number of points of an algorithm's grid."""
        return math.prod(len(levels) for levels in self.levels(algorithm).values())


def _unknown_algorithms(algorithms: Sequence[str]) -> list[str]:
    if not algorithms:
        return ["algorithms: at least one is needed"]
    return [
        f"algorithms: there is no algorithm {name!r}; {did_you_mean(name, set(ALGORITHMS))}"
        for name in algorithms
        if name not in ALGORITHMS
    ]


def _strangers(overrides: Mapping[str, Any], algorithms: Sequence[str]) -> list[str]:
    """Return a problem for each algorithm that has ranges, and is not searched or unknown."""
    problems = []
    for name, ranges in overrides.items():
        if name not in ALGORITHMS:
            hint = did_you_mean(str(name), set(ALGORITHMS))
            problems.append(f"search_space.{name}: there is no algorithm {name!r}; {hint}")
        elif name not in algorithms:
            searched = ", ".join(algorithms)
            problems.append(f"search_space.{name}: it is not searched; algorithms: {searched}")
        if not isinstance(ranges or {}, Mapping):
            problems.append(f"search_space.{name}: it should hold `hyperparameter: range` lines")
    return problems


def _laid_over(
    algorithm: str, own: Mapping[str, Span], wanted: Any
) -> tuple[dict[str, Span | Choice], list[str]]:
    if not isinstance(wanted, Mapping):
        return {}, []
    fields = ALGORITHMS[algorithm].hyperparameters.model_fields
    ranges: dict[str, Span | Choice] = {}
    problems = [
        f"search_space.{algorithm}.{name}: no such hyperparameter; "
        + did_you_mean(str(name), set(fields))
        for name in wanted
        if name not in fields
    ]
    for name in (name for name in fields if name in own or name in wanted):
        if name not in wanted:
            ranges[name] = own[name]
            continue
        parsed = parsed_range(algorithm, name, wanted[name], own.get(name))
        if isinstance(parsed, list):
            problems += [f"search_space.{algorithm}.{name}: {problem}" for problem in parsed]
        else:
            ranges[name] = parsed
    return ranges, problems
