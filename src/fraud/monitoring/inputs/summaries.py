"""Input summaries: counts and quantiles of every column, from the matrix that is scored."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from fraud.data.arrays import Flags, Floats, Integers, Matrix
from fraud.monitoring.inputs.summary import INTERVALS, ColumnSummary, Kind

Texts = Sequence[str | None]

DAY_SECONDS = 86_400
LISTED_TEXTS = 50  # of a category; the rarer ones are counted together
FEWEST_SAMPLED = 50  # values of a column in a sample
UNKNOWN_TEXTS = 5  # that are kept, to be shown to people
LONGEST_TEXT = 80  # characters of them


def column_kinds(
    names: Sequence[str],
    categories: Mapping[str, Sequence[str]],
    *,
    amount: str | None,
    time: str | None,
) -> dict[str, Kind]:
    """Return the kind of each column of a model."""
    roles: dict[str | None, Kind] = {amount: "amount", time: "time"}
    return {name: "category" if name in categories else roles.get(name, "number") for name in names}


def summaries(
    rows: Matrix,
    kinds: Mapping[str, Kind],
    categories: Mapping[str, Sequence[str]],
    *,
    texts: Mapping[str, Texts] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    sample: int | None = None,
) -> dict[str, ColumnSummary]:
    """Summarise every column of float64[n, columns], in their order.

    Args:
        rows: What a model scores: codes for the texts of a category, NaN for what is missing.
        kinds: The kind of each column.
        categories: The texts that the codes of a category stand for.
        texts: The texts as they came, without which an unknown one counts as missing.
        ranges: The range of each column of numbers in training, where it is known.
        sample: About how many rows, evenly spaced, quantiles may be taken of; by default all.
            Counts, the least and the greatest value are always of all rows.
    """
    places = [place for place, kind in enumerate(kinds.values()) if kind != "category"]
    numbers = dict(zip(places, _numbers(rows, places, kinds, ranges or {}, sample), strict=True))
    return {
        name: numbers[place]
        if place in numbers
        else category_summary(rows[:, place], categories[name], (texts or {}).get(name))
        for place, name in enumerate(kinds)
    }


def category_summary(
    codes: Floats, known: Sequence[str], texts: Texts | None = None
) -> ColumnSummary:
    """Summarise a category from its codes, shape (n,), NaN for a missing or an unknown text."""
    lacks_code = np.isnan(codes)
    counts = np.bincount(codes[~lacks_code].astype(np.intp), minlength=len(known))
    strangers = _strangers(lacks_code, texts)
    listed = counts[:LISTED_TEXTS].tolist()
    unknown = strangers.total()
    return ColumnSummary(
        kind="category",
        rows=len(codes),
        missing=int(lacks_code.sum()) - unknown,
        unknown=unknown,
        commonest=int(counts.max(initial=0)),
        texts=dict(zip(known, listed, strict=False)),
        rest=int(counts[LISTED_TEXTS:].sum()),
        unknown_texts=dict(strangers.most_common(UNKNOWN_TEXTS)),
    )


def _strangers(lacks_code: Flags, texts: Texts | None) -> Counter[str]:
    if texts is None or not lacks_code.any():
        return Counter()
    found = (texts[row] for row in np.flatnonzero(lacks_code).tolist())
    return Counter(text[:LONGEST_TEXT] for text in found if text)


def _numbers(
    rows: Matrix,
    places: Sequence[int],
    kinds: Mapping[str, Kind],
    ranges: Mapping[str, tuple[float, float]],
    sample: int | None,
) -> list[ColumnSummary]:
    """Summarise columns of numbers: one sort of each gives quantiles and the commonest value."""
    names = [[*kinds][place] for place in places]
    columns = np.ascontiguousarray(rows.T[places])
    for column, name in zip(columns, names, strict=True):
        if kinds[name] == "time":
            column %= DAY_SECONDS
    known = columns.shape[1] - np.isnan(columns).sum(axis=1)
    ends = (
        np.fmin.reduce(columns, axis=1, initial=np.inf),
        np.fmax.reduce(columns, axis=1, initial=-np.inf),
    )
    outside = _outside(columns, [ranges.get(name) for name in names])
    taken = _sample(columns, known, sample)
    behind = known if taken is columns else taken.shape[1] - np.isnan(taken).sum(axis=1)
    ordered = np.sort(taken, axis=1)  # NaN last
    quantiles = _quantiles(ordered, behind)
    if ordered.shape[1]:
        quantiles[:, 0], quantiles[:, -1] = ends
    return [
        ColumnSummary.model_construct(
            kind=kinds[name],
            rows=columns.shape[1],
            missing=columns.shape[1] - int(known[place]),
            unknown=0,
            outside=None if name not in ranges else int(outside[place]),
            commonest=_longest_run(ordered[place, : behind[place]]),
            sampled=None if taken is columns else int(behind[place]),
            quantiles=quantiles[place].tolist() if known[place] else [],
            texts={},
            rest=0,
            unknown_texts={},
        )
        for place, name in enumerate(names)
    ]


def _sample(columns: Matrix, known: Integers, size: int | None) -> Matrix:
    """Return evenly spaced rows; all, where a column would be left with few values."""
    rows = columns.shape[1]
    if size is None or rows <= size:
        return columns
    chosen = columns[:, :: -(-rows // size)]
    left = chosen.shape[1] - np.isnan(chosen).sum(axis=1)
    return columns if (left < np.minimum(known, FEWEST_SAMPLED)).any() else chosen


def _outside(columns: Matrix, limits: Sequence[tuple[float, float] | None]) -> Integers:
    lows, highs = np.array([each or (-np.inf, np.inf) for each in limits]).reshape(-1, 2).T
    beyond = (columns < lows[:, None]) | (columns > highs[:, None])  # NaN is neither
    counts: Integers = beyond.sum(axis=1)
    return counts


def _quantiles(ordered: Matrix, known: Integers) -> Matrix:
    """Return 101 quantiles a row of sorted values, of which the first `known` are no NaN."""
    if not ordered.shape[1]:
        return np.zeros((len(ordered), 0))
    steps = np.arange(INTERVALS + 1)
    upto = -(-known[:, None] * steps // INTERVALS)  # the ceiling: this many values lie below or at
    return np.take_along_axis(ordered, np.maximum(upto - 1, 0), axis=1)


def _longest_run(ordered: Floats) -> int:
    if not len(ordered):
        return 0
    ends = np.flatnonzero(ordered[1:] != ordered[:-1])
    if len(ends) == len(ordered) - 1:
        return 1
    return int(np.diff(ends, prepend=-1, append=len(ordered) - 1).max())
