"""Search ranges: the values of one hyperparameter, by its algorithm or by a user."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field

from foundation.errors import InvalidParams
from foundation.params import Params
from fraud.algorithms import ALGORITHMS

if TYPE_CHECKING:
    import optuna

Number = int | float


class Span(Params):
    """Every number from `low` to `high`; whole ones only when both ends are whole."""

    low: Number
    high: Number
    log: bool = False

    @property
    def is_whole(self) -> bool:
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def levels(self) -> tuple[Number, ...]:
        middle = math.sqrt(self.low * self.high) if self.log else (self.low + self.high) / 2
        between = round(middle) if self.is_whole else min(self.high, max(self.low, middle))
        return tuple(sorted({self.low, between, self.high}))

    def nearest(self, value: Number) -> Number:
        inside = min(self.high, max(self.low, value))
        return inside if self.is_whole else float(inside)

    def draw(self, trial: "optuna.Trial", name: str) -> None:
        if isinstance(self.low, int) and isinstance(self.high, int):
            trial.suggest_int(name, self.low, self.high, log=self.log)
        else:
            trial.suggest_float(name, self.low, self.high, log=self.log)


class Choice(Params):
    """These values and no others; a single value keeps the hyperparameter fixed."""

    values: tuple[Number, ...] = Field(min_length=1)

    @property
    def levels(self) -> tuple[Number, ...]:
        return self.values

    def nearest(self, value: Number) -> Number:
        return min(self.values, key=lambda each: abs(each - value))

    def draw(self, trial: "optuna.Trial", name: str) -> None:
        trial.suggest_categorical(name, self.values)


class _Recorder:
    """A trial that records the ranges of an algorithm, and suggests the low end of each."""

    def __init__(self) -> None:
        self.spans: dict[str, Span] = {}

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int:
        self.spans[name] = Span(low=low, high=high, log=log)
        return low

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        self.spans[name] = Span(low=float(low), high=float(high), log=log)
        return low


def own_ranges(algorithm: str) -> dict[str, Span]:
    """Return the ranges that `algorithm` suggests by itself."""
    recorder = _Recorder()
    ALGORITHMS[algorithm].suggest(recorder)
    return recorder.spans


def parsed_range(
    algorithm: str, name: str, written: Any, own: Span | None
) -> Span | Choice | list[str]:
    """Parse a user's range of one hyperparameter, or return all of its problems."""
    if isinstance(written, list) and len(written) == 2:
        written = {"low": written[0], "high": written[1], "log": own is not None and own.log}
    if not isinstance(written, Mapping) or not _is_known_shape(set(written)):
        return [f"it should be [low, high], {{low, high, log}} or {{values: […]}}, not {written!r}"]
    numbers, problems = _numbers(algorithm, name, written)
    if problems:
        return problems
    if "values" in written:
        repeated = sorted({value for value in numbers if numbers.count(value) > 1})
        return [f"values repeats {repeated}"] if repeated else Choice(values=tuple(numbers))
    span = Span(low=numbers[0], high=numbers[1], log=written.get("log", False))
    return _span_problems(span) or span


def _is_known_shape(keys: set[str]) -> bool:
    return keys == {"values"} or keys in ({"low", "high"}, {"low", "high", "log"})


def _numbers(
    algorithm: str, name: str, written: Mapping[str, Any]
) -> tuple[list[Number], list[str]]:
    """Return the numbers of a range in the hyperparameter's type, and their problems."""
    is_list = "values" in written
    values = written["values"] if is_list else [written["low"], written["high"]]
    if not isinstance(values, list) or not values:
        return [], [f"values should be a list of numbers, not {values!r}"]
    problems = []
    if not isinstance(written.get("log", False), bool):
        problems.append(f"log should be true or false, not {written['log']!r}")
    kind = ALGORITHMS[algorithm].hyperparameters.model_fields[name].annotation
    numbers: list[Number] = []
    for label, value in zip(_labels(is_list, len(values)), values, strict=True):
        wrong = _value_problems(algorithm, name, value, is_whole=kind is int)
        problems += [f"{label} {problem}" for problem in wrong]
        if not wrong:
            numbers.append(int(value) if kind is int else float(value))
    return numbers, problems


def _labels(is_list: bool, count: int) -> list[str]:
    return [f"value {number}" for number in range(1, count + 1)] if is_list else ["low", "high"]


def _value_problems(algorithm: str, name: str, value: Any, *, is_whole: bool) -> list[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return [f"should be a number, not {value!r}"]
    if is_whole and not float(value).is_integer():  # 1e3 is a whole number
        return [f"should be a whole number, not {value!r}"]
    try:
        ALGORITHMS[algorithm].checked({name: value})
    except InvalidParams as refusal:
        return [f"is not accepted by production: {why}" for why in refusal.problems]
    return []


def _span_problems(span: Span) -> list[str]:
    problems = []
    if span.low > span.high:
        problems.append(f"low {span.low} is above high {span.high}")
    if span.log and span.is_whole and span.low < 1:
        problems.append(f"log needs a low of at least 1, not {span.low}")
    if span.log and span.low <= 0 and not span.is_whole:
        problems.append(f"log needs a low above 0, not {span.low}")
    return problems
