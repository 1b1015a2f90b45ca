"""Input rules: whether each column of a day is as in training and as on the days before."""

from collections.abc import Sequence
from dataclasses import dataclass

from fraud.monitoring.inputs.chance import rejected
from fraud.monitoring.inputs.comparisons import comparisons
from fraud.monitoring.inputs.finding import (
    TRAINING,
    InputEvidence,
    InputFinding,
    InputRules,
)
from fraud.monitoring.inputs.sentences import Column, sentence
from fraud.monitoring.inputs.summary import ColumnSummary, DayInputs, InputReference
from fraud.monitoring.inputs.usual import Usual

WELL_EXPLAINED = 0.05  # p-value


@dataclass(frozen=True)
class EarlierDay:
    """The inputs of an earlier day, and the columns that drifted on it."""

    inputs: DayInputs
    drifted: frozenset[str] = frozenset()


def input_findings(
    today: DayInputs,
    reference: InputReference | None,
    history: Sequence[EarlierDay],
    rules: InputRules,
    *,
    minimum_days: int,
) -> list[InputFinding]:
    """Apply every rule to every column against training and the last days, worst column first.

    Without a `reference`, and with fewer comparable days than `minimum_days`, a column has nothing
    to be compared with, and its finding is "not_enough_history".
    """
    columns = _columns(today, reference, history, minimum_days)
    results = [list(comparisons(column.today, column.usual, rules)) for column in columns]
    p_values = [each.p_value for result in results for each in result]
    beyond_chance = iter(rejected(p_values, rules.input_false_alarms))
    found = [
        _finding(column, [(each, next(beyond_chance)) for each in result])
        for column, result in zip(columns, results, strict=True)
    ]
    return sorted(found, key=lambda finding: _rank(finding, today), reverse=True)


def drifted_columns(findings: Sequence[InputFinding]) -> list[str]:
    """Return the columns that drifted, the worst first."""
    return [finding.column for finding in findings if finding.verdict == "drift"]


def usual_of(
    column: str,
    today: ColumnSummary,
    reference: InputReference | None,
    history: Sequence[EarlierDay],
    minimum_days: int,
) -> Usual:
    """Return the baselines of one column.

    Days on which the column drifted are left out, unless they are more than half of all: then they
    are what is usual now.
    """
    training = reference.columns.get(column) if reference else None
    with_column = [day for day in history if _is_comparable(day.inputs.columns.get(column), today)]
    steady = [day for day in with_column if column not in day.drifted]
    kept = steady if 2 * len(steady) >= len(with_column) else with_column
    days = [day.inputs.columns[column] for day in kept] if len(kept) >= minimum_days else []
    return Usual(training if _is_comparable(training, today) else None, days)


def _is_comparable(earlier: ColumnSummary | None, today: ColumnSummary) -> bool:
    return earlier is not None and earlier.kind == today.kind and earlier.rows > 0


def _columns(
    today: DayInputs,
    reference: InputReference | None,
    history: Sequence[EarlierDay],
    minimum_days: int,
) -> list[Column]:
    usual = {
        name: usual_of(name, summary, reference, history, minimum_days)
        for name, summary in today.columns.items()
    }
    texts = {name: each.texts for name, each in usual.items() if each.texts}
    return [
        Column(
            name,
            summary,
            usual[name],
            today.fields,
            {other: known for other, known in texts.items() if other != name},
        )
        for name, summary in today.columns.items()
    ]


def _finding(column: Column, results: Sequence[tuple[InputEvidence, bool]]) -> InputFinding:
    name = column.name
    if not results:
        text = f"{name} has nothing to compare."
        return InputFinding(column=name, verdict="not_enough_history", sentence=text)
    differing = sorted(
        (each for each, beyond_chance in results if beyond_chance and each.size > 1),
        key=lambda each: -each.size,
    )
    found = [each for each, _ in results]
    drifted = [each for each in differing if not _is_lasting(each, found)]
    # What chance or the last days explain is within the threshold, however large it looks.
    size = max(each.size if each in drifted else min(each.size, 1.0) for each in found)
    text = f"{name} is as usual."
    if drifted:
        text = sentence(column, drifted)
    elif differing:
        days = len(column.usual.days)
        text = f"As on the last {days} days, {sentence(column, differing)}"
    return InputFinding(
        column=name,
        verdict="drift" if drifted else "steady",
        sentence=text,
        size=size,
        evidence=drifted,
        lasting=bool(differing) and not drifted,
    )


def _is_lasting(evidence: InputEvidence, results: Sequence[InputEvidence]) -> bool:
    """Return whether a difference from training is what the last days show too.

    Their own comparison has to be within its threshold, or well explained by chance: that chance
    might explain it is not enough, for few transactions prove little.
    """
    return evidence.against == TRAINING and any(
        other.against != TRAINING
        and other.rule == evidence.rule
        and (other.size <= 1 or other.p_value > WELL_EXPLAINED)
        for other in results
    )


def _rank(finding: InputFinding, today: DayInputs) -> tuple[bool, bool, float]:
    """Return the order of findings: drifted ones, of these columns without any use, then size."""
    summary = today.columns[finding.column]
    useless = not summary.known or summary.is_constant
    return finding.verdict == "drift", useless, finding.size or 0.0
