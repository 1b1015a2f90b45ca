"""Field use: which features of transactions the model does not know, and which of its own lack."""

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fraud.data.text_cells import trimmed
from fraud.monitoring.inputs.summary import FieldUse
from fraud.scoring.model_columns import ModelColumns

MOST_NAMES = 100  # where names are data there are as many of them as transactions
MOST_NAMED = 5  # in a sentence
LONGEST_NAME = 80  # characters

Pattern = tuple[frozenset[str], frozenset[str]]  # names that lack, names that are unknown


def field_use(features: Sequence[Mapping[str, Any]], columns: ModelColumns) -> FieldUse:
    """Count the features of valid transactions that are not those of the model.

    A feature that lacks in the very transactions that have an unknown one was renamed, most
    probably; of several unknown ones, the name most alike counts.
    """
    patterns = _patterns(features, columns)
    if not patterns:
        return FieldUse()
    lacking = _by_name(patterns, place=0)
    unknown = _by_name(patterns, place=1)
    return FieldUse(
        unknown=_counts(unknown, patterns),
        absent=_counts(lacking, patterns),
        renamed=_renamed(lacking, unknown),
    )


def texts_of(
    features: Sequence[Mapping[str, Any]], columns: ModelColumns
) -> dict[str, list[str | None]]:
    """Return the trimmed texts of each categorical column; None where there is none."""
    return {
        name: [trimmed(one.get(name) or "") or None for one in features]
        for name in columns.categories
    }


def feature_notes(use: FieldUse) -> list[str]:
    """Return a sentence about features that the model does not know, and one for each renamed."""
    renamed = [
        f"Transactions have {new} instead of {old}, and the model does not know {new}: renamed?"
        for old, new in use.renamed.items()
    ]
    return [*renamed, *unknown_notes(use)]


def unknown_notes(use: FieldUse) -> list[str]:
    """Return a sentence about unknown features that do not stand for renamed ones, if any."""
    others = [
        f"{name} ({count:,})"
        for name, count in use.unknown.items()
        if name not in use.renamed.values()
    ]
    if not others:
        return []
    more = ", …" if len(others) > MOST_NAMED else ""
    named = ", ".join(others[:MOST_NAMED])
    return [f"Transactions have features that the model does not know, and ignores: {named}{more}."]


def _patterns(features: Sequence[Mapping[str, Any]], columns: ModelColumns) -> Counter[Pattern]:
    names = frozenset(columns.features)
    if columns.optional:
        others = [one for one in features if one.keys() != names]
    else:
        # None of the model's features lacks in a valid transaction: it is enough to count.
        others = [one for one in features if len(one) != len(names)]
    return Counter(
        (names.difference(one), frozenset(map(_short, one.keys() - names))) for one in others
    )


def _by_name(patterns: Counter[Pattern], place: int) -> dict[str, frozenset[Pattern]]:
    found: dict[str, set[Pattern]] = {}
    for pattern in patterns:
        for name in pattern[place]:
            found.setdefault(name, set()).add(pattern)
    return {name: frozenset(those) for name, those in found.items()}


def _counts(
    by_name: Mapping[str, frozenset[Pattern]], patterns: Counter[Pattern]
) -> dict[str, int]:
    counts = Counter(
        {name: sum(patterns[each] for each in those) for name, those in by_name.items()}
    )
    return dict(sorted(counts.items(), key=lambda count: (-count[1], count[0]))[:MOST_NAMES])


def _renamed(
    lacking: Mapping[str, frozenset[Pattern]], unknown: Mapping[str, frozenset[Pattern]]
) -> dict[str, str]:
    candidates = {
        name: sorted(other for other, others in unknown.items() if others == those)
        for name, those in lacking.items()
    }
    return {
        name: max(others, key=lambda other: difflib.SequenceMatcher(None, name, other).ratio())
        for name, others in sorted(candidates.items())
        if others
    }


def _short(name: str) -> str:
    return name.encode(errors="replace").decode()[:LONGEST_NAME]
