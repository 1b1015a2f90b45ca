"""Explanation: SHAP values of a model, for all transactions together and for a single one.

The explained value is the output of the algorithm before any calibration (which keeps the order),
over the columns that the algorithm takes: those of the feature steps too, and the time as a time of
day. Of a model of several bags, it is the mean of the bags: of log-odds, the mean of theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from foundation.errors import InvalidData, InvalidParams
from fraud.data.arrays import Floats, Integers, Labels, Matrix, Scores
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles
from fraud.explanation.shapley import BACKGROUND_ROWS, Contributions, Unit, shapley_values
from fraud.features.transforms import TimeOfDay
from fraud.model.bagging import BaggedMember
from fraud.model.fraud_model import FraudModel


class _Seen(NamedTuple):
    """The rows as inputs of one bag, and the SHAP values of that bag."""

    columns: tuple[str, ...]
    data: Matrix
    found: Contributions


@dataclass(frozen=True)
class ExplainedTransaction:
    """One transaction: base and values add up to the output of the algorithm, in `unit`."""

    columns: tuple[str, ...]
    values: Floats
    data: tuple[float | str, ...]  # what stood in each column; a category as its text
    base: float
    score: float  # the fraud score, from 0 to 1
    unit: Unit

    def strongest(self) -> dict[str, float]:
        """Return the SHAP value of each column, the largest in size first."""
        return _strongest_first(self.columns, self.values)


@dataclass(frozen=True)
class Explanation:
    """SHAP values (n, columns) of n transactions.

    `data` holds the values of the columns, `chosen` the indices of the explained rows among those
    that were given, `scores` their fraud scores.
    """

    columns: tuple[str, ...]
    values: Matrix
    base: float
    data: Matrix
    unit: Unit
    scores: Scores
    chosen: Integers
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def global_importance(self) -> dict[str, float]:
        """Return the mean absolute SHAP value of each column, largest first."""
        return _strongest_first(self.columns, np.abs(self.values).mean(axis=0))

    @property
    def riskiest(self) -> int:
        """The index of the explained transaction with the highest fraud score."""
        return int(np.argmax(self.scores))

    def one(self, index: int) -> ExplainedTransaction:
        """Return one explained transaction, counted from 0; InvalidParams where there is none."""
        if not 0 <= index < len(self.values):
            what = "The choice of an explained transaction"
            problem = f"there are {len(self.values)}, counted from 0; {index} is none of them"
            raise InvalidParams(what, [problem])
        data = zip(self.columns, self.data[index].tolist(), strict=True)
        return ExplainedTransaction(
            self.columns,
            self.values[index],
            tuple(self._shown(column, value) for column, value in data),
            self.base,
            float(self.scores[index]),
            self.unit,
        )

    def _shown(self, column: str, value: float) -> float | str:
        is_text = column in self.categories and np.isfinite(value)
        return self.categories[column][int(value)] if is_text else value


def explain_model(
    model: FraudModel,
    rows: LabelledRows,
    *,
    count: int = 2000,
    seed: int = 0,
    on_bag: Callable[[int, int], None] | None = None,
) -> Explanation:
    """Explain up to `count` of the rows: all frauds, if they are at most half of it, and others.

    Exact for trees; sampled, with a background of these rows, for other algorithms. `on_bag` is
    called with the number of bags that are done, and of all.

    Raises:
        InvalidData: The rows have other columns than the model, or there are none.
        InvalidParams: `count` is below one.
    """
    _require_explainable(model, rows, count)
    random = np.random.default_rng(seed)
    chosen = _chosen(rows.labels, count, random)
    explained = rows.take(chosen)
    background = rows.rows[random.permutation(len(rows.labels))[:BACKGROUND_ROWS]]
    return _explanation(model, explained, background, chosen, seed=seed, on_bag=on_bag)


def explain_rows(
    model: FraudModel, rows: Matrix, chosen: Integers, *, seed: int = 0
) -> Explanation:
    """Explain the rows with the indices `chosen`; all `rows` (n, columns of the model) are usual.

    The background of sampled values is drawn from all rows. Raises InvalidData when the rows are
    not those that the model takes, and InvalidParams when none is chosen.
    """
    labelled = unlabelled(model, rows)
    _require_explainable(model, labelled, len(chosen))
    random = np.random.default_rng(seed)
    background = rows[random.permutation(len(rows))[:BACKGROUND_ROWS]]
    return _explanation(model, labelled.take(chosen), background, chosen, seed=seed)


def unlabelled(model: FraudModel, rows: Matrix) -> LabelledRows:
    """Return rows of a model whose labels nobody knows yet, as 0; nothing may look at them."""
    return LabelledRows(
        model.columns,
        rows,
        np.zeros(len(rows), dtype=np.int8),
        categories=model.categories,
        may_miss=model.may_miss,
        roles=model.roles,
    )


def _explanation(
    model: FraudModel,
    explained: LabelledRows,
    background: Matrix,
    chosen: Integers,
    *,
    seed: int,
    on_bag: Callable[[int, int], None] | None = None,
) -> Explanation:
    seen: list[_Seen] = []
    for bag in model.bags:
        seen.append(_seen(model.algorithm, bag, explained, background, seed=seed))
        if on_bag is not None:
            on_bag(len(seen), len(model.bags))
    columns, data, found = _mean(seen, explained.roles)
    return Explanation(
        columns=columns,
        values=found.values,
        base=found.base,
        data=data,
        unit=found.unit,
        scores=model.scores(explained.rows),
        chosen=chosen,
        categories=model.categories,
    )


def _require_explainable(model: FraudModel, rows: LabelledRows, count: int) -> None:
    if count < 1:
        what, problem = "The number of rows to explain", f"it is at least one, not {count}"
        raise InvalidParams(what, [problem])
    if rows.columns != model.columns or not len(rows.labels):
        message = (
            f"This model is explained on rows of its columns, {model.columns}; these are "
            f"{len(rows.labels)} rows of {rows.columns}. Nothing was explained."
        )
        raise InvalidData(message)


def _chosen(labels: Labels, count: int, random: np.random.Generator) -> Integers:
    frauds, others = (random.permutation(np.flatnonzero(labels == label)) for label in (1, 0))
    kept = frauds[: max(count // 2, count - len(others))]
    return np.sort(np.concatenate([kept, others[: count - len(kept)]]))


def _seen(
    algorithm: str, bag: BaggedMember, explained: LabelledRows, background: Matrix, *, seed: int
) -> _Seen:
    # Every algorithm uses the time of day only.
    of_day = TimeOfDay.fit(explained)
    seen, unknown = (of_day.apply(bag.steps.apply(part)) for part in (explained.rows, background))
    columns = bag.steps.widened(explained.take(np.arange(1))).columns
    found = shapley_values(algorithm, bag.files, bag.transform, seen, unknown, seed=seed)
    return _Seen(columns, seen, found)


def _mean(bags: Sequence[_Seen], roles: Roles) -> _Seen:
    """Return the mean over the bags; a column that a bag lacks has SHAP value 0 there.

    Where bags differ in a column's data, for its step was fitted on other rows, the first counts.
    """
    added = dict.fromkeys(column for bag in bags for column in roles.others(bag.columns))
    columns = (*added, *roles.columns)
    data, values = (np.zeros((len(bags[0].data), len(columns))) for _ in range(2))
    for bag in reversed(bags):
        places = [columns.index(column) for column in bag.columns]
        data[:, places] = bag.data
        values[:, places] += bag.found.values / len(bags)
    base = sum(bag.found.base for bag in bags) / len(bags)
    return _Seen(columns, data, Contributions(values, base, bags[0].found.unit))


def _strongest_first(columns: tuple[str, ...], values: Floats) -> dict[str, float]:
    order = np.argsort(-np.abs(values), kind="stable")
    return {columns[place]: float(values[place]) for place in order}
